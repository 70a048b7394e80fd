-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c;
-- to
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c (a NOT NULL, b DEFAULT 'x', CHECK (a > 0));
COMMENT ON TYPE c IS 'changed';
-- has
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
