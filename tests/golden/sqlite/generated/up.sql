DROP INDEX by_b;

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
-- hazard: fails-on-data: values of t.b are stored or compared in another way: rows may break the rules of table t
-- hazard: fails-on-data: each row's value of the new generated column t.e must pass its rules
CREATE TABLE "_mig_new_t" (
    a INT,
    b INT GENERATED ALWAYS AS (a * 3) STORED,
    c TEXT AS (a || 'x') STORED,
    e TEXT NOT NULL AS (coalesce(a, 0)) VIRTUAL
);
INSERT INTO _mig_new_t (rowid, a)
SELECT rowid, a
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;

CREATE INDEX by_b ON t (b) WHERE c > 'x';
