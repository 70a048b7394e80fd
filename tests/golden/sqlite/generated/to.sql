CREATE TABLE t (
    a INT,
    b INT GENERATED ALWAYS AS (a * 3) STORED,
    c TEXT AS (a || 'x') STORED,
    e TEXT NOT NULL AS (coalesce(a, 0)) VIRTUAL
);
CREATE INDEX by_b ON t (b) WHERE c > 'x';
