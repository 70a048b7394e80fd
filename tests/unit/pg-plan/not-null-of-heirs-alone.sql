-- from
CREATE TABLE parent (a int, b int);
CREATE TABLE heir () INHERITS (parent);
-- to
CREATE TABLE parent (a int, b int, c int, d int DEFAULT 1);
CREATE TABLE heir () INHERITS (parent);
ALTER TABLE heir ALTER b SET NOT NULL, ALTER c SET NOT NULL, ALTER d SET NOT NULL;
-- has
ALTER TABLE parent ADD COLUMN c integer;

-- hazard: fails-on-data: new column heir.c is NOT NULL and comes with no default: fails when the table has rows (CO005)
ALTER TABLE heir ALTER COLUMN c SET NOT NULL;

ALTER TABLE parent ADD COLUMN d integer DEFAULT 1;

ALTER TABLE heir ALTER COLUMN d SET NOT NULL;

-- hazard: fails-on-data: heir.b becomes NOT NULL; rows that stand in the way (CO006):
--   SELECT * FROM heir WHERE b IS NULL;
--   UPDATE heir SET b = ... WHERE b IS NULL;
-- hazard: breaks-old-code: code that leaves heir.b NULL fails (BC005)
-- hazard: scan: reads table heir under ACCESS EXCLUSIVE (PG030)
ALTER TABLE heir ALTER COLUMN b SET NOT NULL;
