-- case: left without
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER a TYPE bigint; --> PG045

-- case: analyzed
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER a TYPE bigint;
ANALYZE t (a);
