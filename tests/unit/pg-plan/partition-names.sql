-- from
CREATE TABLE p (id int, d int, e text) PARTITION BY LIST (d);
-- to
CREATE TABLE p (id int, d int, e text) PARTITION BY LIST (d);
CREATE TABLE p1 (id int, d int NOT NULL, e text, CONSTRAINT odd PRIMARY KEY (id, d));
CREATE INDEX oddidx ON p1 (lower(e));
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
ALTER TABLE p ADD PRIMARY KEY (id, d);
CREATE INDEX pe ON p (lower(e));
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2,3);
