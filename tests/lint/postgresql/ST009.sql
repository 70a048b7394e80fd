-- case: hash
CREATE TABLE t (a integer);
-- then
CREATE INDEX t_a ON t USING hash (a); --> ST009

-- case: btree
CREATE TABLE t (a integer);
-- then
CREATE INDEX t_a ON t (a);
