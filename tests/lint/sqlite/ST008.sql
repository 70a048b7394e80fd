-- case: the beginning of another
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_ab ON t (a, b);
-- then
CREATE INDEX t_a ON t ("A"); --> ST008
CREATE INDEX t_ab2 ON t (a, b ASC); --> ST008

-- case: other columns, another order, a part
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_ab ON t (a, b);
-- then
CREATE INDEX t_b ON t (b);
CREATE INDEX t_ad ON t (a DESC);
CREATE INDEX t_ap ON t (a) WHERE b > 0;
CREATE UNIQUE INDEX t_au ON t (a);
