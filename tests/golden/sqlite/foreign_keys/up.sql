PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table child into a new one
CREATE TABLE "_mig_new_child" (
    id INTEGER PRIMARY KEY,
    p REFERENCES parent ON DELETE SET NULL,
    q INT NOT NULL CONSTRAINT named REFERENCES parent (id) NOT DEFERRABLE,
    a, b, up REFERENCES child
);
INSERT INTO _mig_new_child (id, p, q, a, b, up)
SELECT id, p, q, a, b, up
FROM child;
DROP TABLE child;
ALTER TABLE _mig_new_child RENAME TO child;

-- hazard: rewrite: copies every row of table one into a new one
CREATE TABLE "_mig_new_one" (id INTEGER PRIMARY KEY, other REFERENCES two ON DELETE RESTRICT);
INSERT INTO _mig_new_one (id, other)
SELECT id, other
FROM one;
DROP TABLE one;
ALTER TABLE _mig_new_one RENAME TO one;

-- hazard: rewrite: copies every row of table two into a new one
CREATE TABLE "_mig_new_two" (id INTEGER PRIMARY KEY, other REFERENCES one DEFERRABLE INITIALLY DEFERRED);
INSERT INTO _mig_new_two (id, other)
SELECT id, other
FROM two;
DROP TABLE two;
ALTER TABLE _mig_new_two RENAME TO two;

PRAGMA legacy_alter_table = OFF;

-- hazard: data-loss: drops table orphan
DROP TABLE orphan;
