-- case: on a table in use
CREATE TABLE t (a int4range);
-- then
ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&); --> PG023

-- case: on a new one
-- then
CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&));
