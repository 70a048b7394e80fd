-- from
CREATE TYPE e AS ENUM ('a','b','c');
CREATE TABLE t (x e DEFAULT 'a', y e[], z text);
CREATE INDEX i ON t (x) WHERE x = 'b';
CREATE VIEW v AS SELECT x FROM t;
CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'select 1';
CREATE TABLE u (k e, CHECK (k <> 'a'));
-- to
CREATE TYPE e AS ENUM ('a','b','d');
CREATE TABLE t (x e DEFAULT 'd', y e[], z text);
CREATE INDEX i ON t (x) WHERE x = 'b';
CREATE VIEW v AS SELECT x FROM t;
CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'select 1';
CREATE TABLE u (k e, CHECK (k <> 'a'));
