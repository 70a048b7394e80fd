PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" ( -- the table
    a INT, -- the first; with a semicolon
    /* between */ b TEXT DEFAULT '-- no comment', -- it's the second
    CHECK (a > 0 /* positive */) -- the last
);
INSERT INTO _mig_new_t (rowid, a, b)
SELECT rowid, a, b
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;
