-- case: the beginning of another
CREATE TABLE t (a_b integer, b integer);
CREATE INDEX t_ab ON t (a_b, b);
-- then
CREATE INDEX t_a ON t (a_b); --> ST008

-- case: other columns, a part
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_ab ON t (a, b);
-- then
CREATE INDEX t_b ON t (b);
CREATE INDEX t_ap ON t (a) WHERE b > 0;
