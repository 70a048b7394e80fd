-- from
CREATE DOMAIN d AS smallint;
CREATE TABLE t (a d);
-- to
CREATE DOMAIN d AS varchar CONSTRAINT k CHECK (VALUE <> 'x');
CREATE TABLE t (a d);
