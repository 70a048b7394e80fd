-- since: 14
-- from
CREATE TABLE t (a int, b text);
-- to
CREATE TABLE t (b text, a int);
CREATE STATISTICS s (ndistinct) ON b, a, COALESCE(b, 'none'), (a + 1) FROM t;
CREATE STATISTICS e ON lower(b), (a + 1) FROM t;
