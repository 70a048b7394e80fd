PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (
    a INT DEFAULT 5, b DEFAULT 1e3, c DEFAULT x'00FF', d DEFAULT (1 + 3), e DEFAULT CURRENT_TIMESTAMP,
    f, g DEFAULT FALSE, h DEFAULT 'text', i DECIMAL(10, 3) DEFAULT +1.5, j DOUBLE PRECISION DEFAULT 0
);
INSERT INTO _mig_new_t (rowid, a, b, c, d, e, f, g, h, i, j)
SELECT rowid, a, b, c, d, e, f, g, h, i, j
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
