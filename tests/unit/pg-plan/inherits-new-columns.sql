-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE parent (b int);
CREATE TABLE t (a int) INHERITS (parent);
