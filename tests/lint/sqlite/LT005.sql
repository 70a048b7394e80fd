-- case: foreign keys on, children that go with it
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
-- then transaction=off
PRAGMA foreign_keys = ON;
DROP TABLE p; --> LT005

-- case: foreign keys off
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
-- then
DROP TABLE p;

-- case: children that do not
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id));
-- then transaction=off
PRAGMA foreign_keys = ON;
DROP TABLE p;
