-- from
CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO PUBLIC;
GRANT SELECT (a) ON t TO PUBLIC;
-- to
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO PUBLIC;
