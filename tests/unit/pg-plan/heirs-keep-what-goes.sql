-- from
CREATE TABLE parent (a int, b text, CHECK (a > 0));
CREATE TABLE heir (c int) INHERITS (parent);
CREATE TABLE other_heir () INHERITS (parent);
CREATE TABLE leaves () INHERITS (parent);
INSERT INTO heir VALUES (1, 'kept', 2);
-- to
CREATE TABLE parent (a int, CHECK (a > 0));
CREATE TABLE heir (c int, b text) INHERITS (parent);
CREATE TABLE other_heir () INHERITS (parent);
CREATE TABLE leaves (a int);
