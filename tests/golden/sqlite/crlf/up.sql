PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
-- hazard: fails-on-data: t.b becomes NOT NULL; rows that stand in the way:
--   SELECT * FROM t WHERE b IS NULL;
--   UPDATE t SET b = ... WHERE b IS NULL;
CREATE TABLE "_mig_new_t" (
    a INT,
    b TEXT NOT NULL
);
INSERT INTO _mig_new_t (rowid, a, b)
SELECT rowid, a, b
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
