DROP INDEX by_b;

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (
    a INT,
    b INT GENERATED ALWAYS AS (a * 2) VIRTUAL,
    c TEXT AS (a || 'x') STORED,
    d AS (a + b)
);
INSERT INTO _mig_new_t (rowid, a)
SELECT rowid, a
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;

CREATE INDEX by_b ON t (b);
