-- case: the old table is renamed away
CREATE TABLE p (id integer PRIMARY KEY, a text);
CREATE TABLE c (p integer REFERENCES p (id));
-- then
ALTER TABLE p RENAME TO old_p; --> LT007
CREATE TABLE p (id integer PRIMARY KEY, a text NOT NULL);
INSERT INTO p SELECT id, a FROM old_p;
DROP TABLE old_p;

-- case: nothing refers to it
CREATE TABLE p (id integer PRIMARY KEY, a text);
-- then
ALTER TABLE p RENAME TO old_p;
CREATE TABLE p (id integer PRIMARY KEY, a text NOT NULL);

-- case: with the old way of renaming
CREATE TABLE p (id integer PRIMARY KEY, a text);
CREATE TABLE c (p integer REFERENCES p (id));
-- then
PRAGMA legacy_alter_table = ON;
ALTER TABLE p RENAME TO old_p;
CREATE TABLE p (id integer PRIMARY KEY, a text NOT NULL);
