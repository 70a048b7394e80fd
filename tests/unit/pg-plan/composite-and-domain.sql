-- from
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (x c, y d);
-- to
CREATE TYPE c AS (a int, z text);
CREATE DOMAIN d AS bigint CHECK (VALUE > 0) NOT NULL;
CREATE TABLE t (x c, y d);
