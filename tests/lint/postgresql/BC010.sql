-- case: another default
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER a SET DEFAULT 2; --> BC010

-- case: of a new table
-- then
CREATE TABLE t (a integer);
ALTER TABLE t ALTER a SET DEFAULT 2;
