-- from
CREATE TYPE r AS RANGE (subtype = float8);
CREATE TABLE t (x r);
-- to
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE t (x r, y r);
