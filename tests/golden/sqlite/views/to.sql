CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT '');
CREATE VIEW c_bottom AS SELECT a, b FROM t WHERE b <> '';
CREATE VIEW b_middle (x, "y z") AS SELECT a, b FROM c_bottom;
CREATE VIEW a_top AS SELECT * FROM b_middle /* for people */;
CREATE VIEW of_nothing AS SELECT * FROM nowhere;
