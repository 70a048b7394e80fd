-- since: 14
-- from
CREATE TYPE r AS RANGE (subtype = float8);
CREATE TABLE t (a r, b r_multirange);
CREATE INDEX i ON t USING gist (a);
-- to
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE t (a r, b r_multirange);
CREATE INDEX i ON t USING gist (a);
