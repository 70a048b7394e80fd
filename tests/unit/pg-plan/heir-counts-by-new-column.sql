-- from
CREATE TABLE parent (a int);
CREATE TABLE heir (b int) INHERITS (parent);
-- to
CREATE TABLE parent (a int, b serial);
CREATE TABLE heir () INHERITS (parent);
