-- case: old rows may hold NULL
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER a SET NOT NULL; --> CO006

-- case: a column of the same revision
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer;
-- then
UPDATE t SET b = a;
-- then
ALTER TABLE t ALTER b SET NOT NULL;
