CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
-- Made in the wrong order: SQLite does not mind.
CREATE VIEW a_top AS SELECT * FROM b_middle;
CREATE VIEW b_middle (x, "y z") AS SELECT a, b FROM c_bottom;
CREATE VIEW c_bottom AS SELECT a, b FROM t WHERE b IS NOT NULL;
CREATE VIEW of_nothing AS SELECT * FROM nowhere;
