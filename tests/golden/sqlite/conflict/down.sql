PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (
    id INTEGER PRIMARY KEY ON CONFLICT REPLACE,
    a NOT NULL ON CONFLICT IGNORE DEFAULT 1,
    b UNIQUE ON CONFLICT FAIL,
    c CHECK (c > 0),
    CONSTRAINT pair UNIQUE (a, b) ON CONFLICT ROLLBACK
);
INSERT OR ABORT INTO _mig_new_t (id, a, b, c)
SELECT id, a, b, c
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
