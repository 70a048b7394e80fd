-- case: the same table again
CREATE TABLE t (a integer);
-- then
DROP TABLE t; --> CO017
CREATE TABLE t (a integer, b integer);

-- case: another one
CREATE TABLE t (a integer);
-- then
DROP TABLE t;
CREATE TABLE u (a integer, b integer);
