-- case: on the parent
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
-- then
CREATE INDEX p_a ON p (a); --> PG054

-- case: step by step
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
-- then
CREATE INDEX p_a ON ONLY p (a);
-- then transaction=off
CREATE INDEX CONCURRENTLY p1_a ON p1 (a);
-- then
ALTER INDEX p_a ATTACH PARTITION p1_a;
