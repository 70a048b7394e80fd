DROP TRIGGER t_ai;

DROP TRIGGER v_iu;

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
CREATE TABLE "_mig_new_t" (a, b);
INSERT INTO _mig_new_t (rowid, a, b)
SELECT rowid, a, b
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;

CREATE TRIGGER t_ai AFTER INSERT ON t FOR EACH ROW WHEN new.a > 0 BEGIN
    INSERT INTO log (what) VALUES ('a; b'); -- a semicolon; in a comment
    SELECT CASE WHEN new.b IS NULL THEN RAISE (ABORT, 'no b') END;
END;

CREATE TRIGGER t_bu BEFORE UPDATE OF a, b ON t BEGIN
    SELECT 1;
END;
