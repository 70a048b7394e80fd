CREATE TABLE t (
    a INT,
    b INT GENERATED ALWAYS AS (a * 2) VIRTUAL,
    c TEXT AS (a || 'x') STORED,
    d AS (a + b)
);
CREATE INDEX by_b ON t (b);
