-- from
CREATE TABLE t (a int, b text) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE parent (a int, b text);
CREATE TABLE heir () INHERITS (parent);
ALTER TABLE heir ALTER a SET (n_distinct = 7);
-- to
CREATE TABLE t (a int, b text) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t1 ALTER b SET (n_distinct = 5);
CREATE TABLE parent (a int, b text);
CREATE TABLE heir () INHERITS (parent);
ALTER TABLE heir ALTER b SET (n_distinct = 5);
