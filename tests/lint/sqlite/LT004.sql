-- case: ALTER COLUMN
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER COLUMN a TYPE text; --> LT004

-- case: ADD CONSTRAINT
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0); --> LT004

-- case: what SQLite has
CREATE TABLE t (a integer);
-- then
ALTER TABLE t RENAME COLUMN a TO b;
