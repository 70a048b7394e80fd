DROP INDEX collated;

DROP INDEX expression;

DROP INDEX part;

-- hazard: fails-on-data: UNIQUE index on table t; rows that stand in the way:
--   SELECT b COLLATE RTRIM, c COLLATE BINARY, count(*) FROM t WHERE b COLLATE RTRIM IS NOT NULL AND c COLLATE BINARY IS NOT NULL GROUP BY b COLLATE RTRIM, c COLLATE BINARY HAVING count(*) > 1;
CREATE UNIQUE INDEX collated ON t (b COLLATE RTRIM, c COLLATE BINARY DESC);

CREATE INDEX expression ON t (lower(b), a + 1 DESC);

CREATE INDEX part ON t (a) WHERE b IS NOT NULL AND a > 0;
