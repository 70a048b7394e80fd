-- from
CREATE TABLE a (x int);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c (n text) INHERITS (b);
-- to
CREATE TABLE a (x int, n int);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c (n int) INHERITS (b);
