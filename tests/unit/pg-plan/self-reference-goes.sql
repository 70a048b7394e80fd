-- from
CREATE TABLE t (a int, b int, c int UNIQUE, FOREIGN KEY (b) REFERENCES t (c));
-- to
CREATE TABLE t (a int);
