-- case: no key
-- then
CREATE TABLE t (a integer); --> ST001

-- case: keys
-- then
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, PRIMARY KEY (a));
CREATE TEMP TABLE v (a integer);
