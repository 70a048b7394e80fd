-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'select 1';
CREATE PROCEDURE p() LANGUAGE sql AS '';
CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int);
-- to
CREATE PROCEDURE f(a int) LANGUAGE sql AS '';
CREATE FUNCTION p() RETURNS int LANGUAGE sql AS 'select 2';
CREATE TABLE zz (q int);
CREATE FUNCTION usetable() RETURNS bigint LANGUAGE sql AS 'select count(*) from zz';
