-- from
CREATE DOMAIN d AS int;
CREATE DOMAIN checked AS text;
CREATE DOMAIN validated AS int CONSTRAINT later CHECK (VALUE > 0);
ALTER DOMAIN validated DROP CONSTRAINT later;
ALTER DOMAIN validated ADD CONSTRAINT later CHECK (VALUE > 0) NOT VALID;
CREATE TYPE holder AS (c checked, v int);
CREATE TABLE t (a d[], h holder, v validated[]);
INSERT INTO t VALUES ('{1,2}', ('x', 1), '{3}');
-- to
CREATE DOMAIN d AS int NOT NULL;
CREATE DOMAIN checked AS text CONSTRAINT short CHECK (length(VALUE) < 5);
CREATE DOMAIN validated AS int CONSTRAINT later CHECK (VALUE > 0);
CREATE TYPE holder AS (c checked, v int);
CREATE TABLE t (a d[], h holder, v validated[]);
