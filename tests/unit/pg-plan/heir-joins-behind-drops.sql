-- from
CREATE TABLE grandparent (b int, c int);
CREATE TABLE parent (CONSTRAINT positive CHECK (b > 0)) INHERITS (grandparent);
CREATE TABLE heir (a int);
-- to
CREATE TABLE grandparent ();
CREATE TABLE parent () INHERITS (grandparent);
CREATE TABLE heir (a int) INHERITS (parent);
