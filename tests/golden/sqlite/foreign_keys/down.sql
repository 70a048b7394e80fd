CREATE TABLE orphan (x REFERENCES nowhere);

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table child into a new one
-- hazard: fails-on-data: new foreign key of table child to parent; rows that stand in the way:
--   PRAGMA foreign_key_check(child);
CREATE TABLE "_mig_new_child" (
    id INTEGER PRIMARY KEY,
    p REFERENCES parent ON DELETE CASCADE ON UPDATE SET NULL,
    q INT NOT NULL CONSTRAINT named REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED,
    a, b, up REFERENCES child,
    FOREIGN KEY (a, b) REFERENCES parent (a, b) MATCH FULL ON DELETE SET DEFAULT
);
INSERT INTO _mig_new_child (id, p, q, a, b, up)
SELECT id, p, q, a, b, up
FROM child;
DROP TABLE child;
ALTER TABLE _mig_new_child RENAME TO child;

-- hazard: rewrite: copies every row of table one into a new one
CREATE TABLE "_mig_new_one" (id INTEGER PRIMARY KEY, other REFERENCES two);
INSERT INTO _mig_new_one (id, other)
SELECT id, other
FROM one;
DROP TABLE one;
ALTER TABLE _mig_new_one RENAME TO one;

-- hazard: rewrite: copies every row of table two into a new one
CREATE TABLE "_mig_new_two" (id INTEGER PRIMARY KEY, other REFERENCES one);
INSERT INTO _mig_new_two (id, other)
SELECT id, other
FROM two;
DROP TABLE two;
ALTER TABLE _mig_new_two RENAME TO two;

PRAGMA legacy_alter_table = OFF;
