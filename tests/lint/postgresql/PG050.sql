-- case: of a parent in use
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
-- then
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); --> PG050

-- case: of a new one, or attached
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
-- then
CREATE TABLE p1 (LIKE p);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (1) TO (2);
CREATE TABLE q (a integer) PARTITION BY LIST (a);
CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
