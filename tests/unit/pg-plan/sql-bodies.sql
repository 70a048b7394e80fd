-- from
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql AS 'select 1::bigint';
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION z() RETURNS bigint LANGUAGE sql AS 'select count(*) from v';
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql AS 'select z()';
CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'select b() + z()';
CREATE VIEW w AS SELECT a() AS x;
