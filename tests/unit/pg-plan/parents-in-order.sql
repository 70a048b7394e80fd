-- from
CREATE TABLE a (x int);
CREATE TABLE b (y int);
CREATE TABLE goes ();
CREATE TABLE heir () INHERITS (goes, b);
CREATE TABLE turned (z int) INHERITS (a, b);
-- to
CREATE TABLE a (x int);
CREATE TABLE b (y int);
CREATE TABLE heir () INHERITS (b);
CREATE TABLE turned (z int) INHERITS (b, a);
