DROP INDEX collated;

DROP INDEX expression;

DROP INDEX part;

CREATE INDEX collated ON t (b COLLATE RTRIM, c COLLATE BINARY DESC);

CREATE INDEX expression ON t (upper(b), a + 1 DESC);

CREATE INDEX part ON t (a) WHERE b IS NOT NULL;
