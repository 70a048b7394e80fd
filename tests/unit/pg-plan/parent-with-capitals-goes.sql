-- from
CREATE TABLE "Parent" (a int);
CREATE TABLE heir (b int) INHERITS ("Parent");
CREATE TABLE "other Heir" () INHERITS (heir);
-- to
CREATE TABLE heir (a int, b int);
CREATE TABLE "other Heir" () INHERITS (heir);
