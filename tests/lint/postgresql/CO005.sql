-- case: no value for old rows
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer NOT NULL; --> CO005

-- case: a value, or no old rows
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer NOT NULL DEFAULT 0, ADD COLUMN c integer;
ALTER TABLE t ADD COLUMN d bigserial NOT NULL;
CREATE TABLE u (a integer);
ALTER TABLE u ADD COLUMN b integer NOT NULL;
