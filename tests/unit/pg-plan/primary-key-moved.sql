-- from
CREATE TABLE t (a int PRIMARY KEY, b int);
-- to
CREATE TABLE t (a int, b int PRIMARY KEY);
