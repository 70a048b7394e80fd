-- case: nothing that needs it
-- then transaction=off
CREATE TABLE t (a integer);
CREATE TABLE u (a integer); --> CO009

-- case: something does, or it is alone
-- then transaction=off
CREATE TABLE t (a integer);
-- then transaction=off
CREATE TABLE u (a integer);
VACUUM;
-- then
CREATE TABLE v (a integer);
CREATE TABLE w (a integer);
