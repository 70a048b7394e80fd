-- from
CREATE TABLE parent (a int);
CREATE TABLE heir (b int) INHERITS (parent);
-- to
CREATE TABLE parent (a int, id bigint GENERATED ALWAYS AS IDENTITY (START WITH 5));
CREATE TABLE heir (b int) INHERITS (parent);
