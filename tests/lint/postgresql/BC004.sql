-- case: required
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer NOT NULL; --> BC004

-- case: not
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer NOT NULL DEFAULT 0, ADD COLUMN c integer;
