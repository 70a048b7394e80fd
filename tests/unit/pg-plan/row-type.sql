-- from
CREATE TABLE t (a int);
CREATE TABLE u (x t);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'select 1';
-- to
CREATE TABLE t (a int, b int);
CREATE TABLE u (x t);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'select 1';
