-- from
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON b, a FROM t;
-- to
CREATE TABLE t (b int, a int);
CREATE STATISTICS s ON a, b FROM t;
