-- from
CREATE TABLE parent (a int DEFAULT 1);
-- to
CREATE TABLE parent (a int);
CREATE TABLE heir (b int) INHERITS (parent);
ALTER TABLE heir ALTER COLUMN a SET DEFAULT 2;
