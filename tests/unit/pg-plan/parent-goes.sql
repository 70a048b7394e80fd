-- from
CREATE TABLE old_parent (a int DEFAULT 1, b text) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF old_parent DEFAULT;
CREATE TABLE ancestor (a int NOT NULL, b text DEFAULT 'x');
CREATE TABLE heir (c int) INHERITS (ancestor);
INSERT INTO old_parent VALUES (1, 'kept');
INSERT INTO heir VALUES (1, 'kept', 2);
-- to
CREATE TABLE new_parent (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF new_parent DEFAULT;
CREATE TABLE forebear (a int, b text);
CREATE TABLE heir (c int) INHERITS (forebear);
