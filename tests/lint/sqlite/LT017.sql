-- case: both
-- then
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID; --> LT017

-- case: one of them
-- then
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT);
CREATE TABLE u (id integer PRIMARY KEY) WITHOUT ROWID;
