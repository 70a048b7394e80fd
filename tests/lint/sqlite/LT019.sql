-- case: another file
CREATE TABLE t (id INTEGER PRIMARY KEY);
-- then transaction=off
ATTACH ':memory:' AS other; --> LT019

-- case: this file
CREATE TABLE t (id INTEGER PRIMARY KEY);
-- then transaction=off
VACUUM;
