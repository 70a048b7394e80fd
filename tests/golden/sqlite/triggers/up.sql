DROP TRIGGER t_ai;

DROP TRIGGER t_bu;

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table t into a new one
-- hazard: fails-on-data: new CHECK on table t; rows that stand in the way:
--   SELECT * FROM t WHERE NOT (b <> 0);
--   UPDATE t SET ... WHERE NOT (b <> 0);
CREATE TABLE "_mig_new_t" (a, b CHECK (b <> 0));
INSERT INTO _mig_new_t (rowid, a, b)
SELECT rowid, a, b
FROM t;
DROP TABLE t;
ALTER TABLE _mig_new_t RENAME TO t;

PRAGMA legacy_alter_table = OFF;

CREATE TRIGGER t_ai AFTER INSERT ON t FOR EACH ROW WHEN new.a > 1 BEGIN
    INSERT INTO log (what) VALUES ('a; b'); -- a semicolon; in a comment
    SELECT CASE WHEN new.b IS NULL THEN RAISE (ABORT, 'no b') END;
END;

CREATE TRIGGER v_iu INSTEAD OF UPDATE OF a ON v BEGIN
    UPDATE t SET a = new.a WHERE a = old.a;
END;
