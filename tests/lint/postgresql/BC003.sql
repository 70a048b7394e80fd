-- case: dropped
CREATE TABLE t (a integer NOT NULL);
-- then
ALTER TABLE t ALTER a DROP NOT NULL; --> BC003

-- case: of a new table
-- then
CREATE TABLE t (a integer NOT NULL);
ALTER TABLE t ALTER a DROP NOT NULL;
