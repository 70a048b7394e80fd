-- case: four columns
CREATE TABLE t (a integer, b integer, c integer, d integer);
-- then
CREATE INDEX t_abcd ON t (a, b, c, d); --> ST007

-- case: three, and a unique one
CREATE TABLE t (a integer, b integer, c integer, d integer);
-- then
CREATE INDEX t_abc ON t (a, b, c);
CREATE UNIQUE INDEX t_abcd ON t (a, b, c, d);
