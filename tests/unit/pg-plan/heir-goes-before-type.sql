-- from
CREATE TABLE parent (a timestamptz);
CREATE TABLE heir (CONSTRAINT late CHECK (a > '1999-12-31')) INHERITS (parent);
CREATE TABLE "Middle" () INHERITS (parent);
CREATE TABLE leaves (CONSTRAINT late CHECK (a > '1999-12-31')) INHERITS ("Middle");
-- to
CREATE TABLE parent (a time);
CREATE TABLE "Middle" () INHERITS (parent);
CREATE TABLE leaves (a timestamptz, CONSTRAINT late CHECK (a > '1999-12-31'));
