-- case: a column in use
CREATE TABLE t (a integer);
-- then
ALTER TABLE t RENAME COLUMN a TO "B c"; --> BC001

-- case: of a new table
-- then
CREATE TABLE t (a integer);
ALTER TABLE t RENAME a TO b;
