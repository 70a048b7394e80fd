-- case: a table in use that proves nothing
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
CREATE TABLE c (a integer);
-- then
ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2); --> PG051

-- case: a CHECK proves it
CREATE TABLE p (a integer) PARTITION BY RANGE (a);
CREATE TABLE c (a integer CHECK (a IS NOT NULL AND a >= 1 AND a < 2));
-- then
ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2);
