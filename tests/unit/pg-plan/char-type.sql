-- from
CREATE TABLE t (a "char", b time);
-- to
CREATE TABLE t (a time, b "char");
