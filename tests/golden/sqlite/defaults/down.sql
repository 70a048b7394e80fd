PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (
    a INT DEFAULT -5, b DEFAULT 1e3, c DEFAULT x'00ff', d DEFAULT (1 + 2), e DEFAULT CURRENT_TIME,
    f DEFAULT NULL, g DEFAULT TRUE, h DEFAULT "text", i DECIMAL(10, 2) DEFAULT +1.5, j DOUBLE PRECISION
);
INSERT INTO _mig_new_t (rowid, a, b, c, d, e, f, g, h, i, j)
SELECT rowid, a, b, c, d, e, f, g, h, i, j
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
