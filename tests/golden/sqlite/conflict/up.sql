PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
-- hazard: fails-on-data: new CHECK on table t; rows that stand in the way:
--   SELECT * FROM t WHERE NOT (c < 10);
--   UPDATE t SET ... WHERE NOT (c < 10);
CREATE TABLE "_mig_new_t" (
    id INTEGER PRIMARY KEY,
    a NOT NULL ON CONFLICT REPLACE DEFAULT 1,
    b UNIQUE ON CONFLICT ABORT,
    c CHECK (c > 0) CHECK (c < 10),
    CONSTRAINT pair UNIQUE (a, b)
);
INSERT OR ABORT INTO _mig_new_t (id, a, b, c)
SELECT id, a, b, c
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
