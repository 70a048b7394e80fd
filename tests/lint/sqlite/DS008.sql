-- case: made by somebody else
CREATE TABLE t (id integer);
-- then
DROP TABLE IF EXISTS "Old Table"; --> DS008

-- case: made by the versions
CREATE TABLE t (id integer);
-- then
DROP TABLE IF EXISTS "T";
CREATE TABLE u (id integer);
DROP TABLE IF EXISTS u;
CREATE TEMP TABLE passing (id integer);
DROP TABLE IF EXISTS passing;
