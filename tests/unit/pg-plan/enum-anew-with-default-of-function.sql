-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''a''::text';
CREATE TABLE t (a e DEFAULT 'a', b e[] DEFAULT '{a}', c text DEFAULT f(), d e DEFAULT 'b');
-- to
CREATE TYPE e AS ENUM ('b', 'a', 'c');
CREATE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT ''a''::e';
CREATE TABLE t (a e DEFAULT f(), b e[] DEFAULT '{a}', c text DEFAULT 'x', d e);
