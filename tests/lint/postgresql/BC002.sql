-- case: a table, a schema
CREATE TABLE t (a integer);
CREATE SCHEMA s;
-- then
ALTER TABLE t RENAME TO u; --> BC002
ALTER SCHEMA s RENAME TO s2; --> BC002
DROP SCHEMA s2;

-- case: a new one, an index
CREATE TABLE t (a integer PRIMARY KEY);
-- then
CREATE TABLE x (a integer);
ALTER TABLE x RENAME TO y;
ALTER INDEX t_pkey RENAME TO t_key;
