-- from
CREATE TABLE parent (a int NOT NULL, b text);
CREATE TABLE child (c int) INHERITS (parent);
INSERT INTO child VALUES (1, '2', 3);
-- to
CREATE TABLE parent (a int NOT NULL, b text);
CREATE TABLE child (c int, a text, b int);
