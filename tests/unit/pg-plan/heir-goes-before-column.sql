-- from
CREATE TABLE parent (a int);
CREATE TABLE middle () INHERITS (parent);
CREATE TABLE heir (b int) INHERITS (parent);
CREATE TABLE grandchild (b text, CONSTRAINT positive CHECK (a > 1)) INHERITS (middle);
CREATE TABLE leaves (b date) INHERITS (middle);
-- to
CREATE TABLE parent (a int, b numeric, CONSTRAINT positive CHECK (a > 0));
CREATE TABLE middle () INHERITS (parent);
CREATE TABLE leaves (a int, b date);
