-- case: an expression over the column in an index, a CHECK
CREATE TABLE t (a varchar(10), b varchar(10) CHECK (b <> 'x'));
CREATE INDEX t_a ON t (lower(a));
-- then
ALTER TABLE t ALTER a TYPE varchar(20); --> PG041
ALTER TABLE t ALTER b TYPE varchar(20); --> PG041

-- case: a plain index
CREATE TABLE t (a varchar(10));
CREATE INDEX t_a ON t (a);
-- then
ALTER TABLE t ALTER a TYPE varchar(20);
