DROP VIEW c_bottom;

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (a INTEGER PRIMARY KEY, b TEXT);
INSERT INTO _mig_new_t (a, b)
SELECT a, b
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;

CREATE VIEW c_bottom AS SELECT a, b FROM t WHERE b IS NOT NULL;
