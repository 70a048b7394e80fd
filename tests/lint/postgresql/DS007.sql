-- case: dropped
CREATE TABLE t (a integer DEFAULT 1);
-- then
ALTER TABLE t ALTER a DROP DEFAULT; --> DS007

-- case: set
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER a SET DEFAULT 1;
