-- case: named in the text of a function
CREATE TABLE t (id integer, "B c" integer, gone integer);
CREATE TABLE u (id integer);
CREATE TABLE old (id integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT sum("B c" + gone) FROM t); END';
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM u, old';
-- then
ALTER TABLE t DROP COLUMN gone; --> CO018
ALTER TABLE t RENAME COLUMN "B c" TO b; --> CO018
ALTER TABLE u RENAME TO v; --> CO018
DROP TABLE old; --> CO018

-- case: named nowhere, or mended
CREATE TABLE t (id integer, gone integer);
CREATE TABLE uu (id integer);
CREATE TABLE u (id integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(id) FROM t WHERE id > 0';
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM uu';
-- then
ALTER TABLE t DROP COLUMN gone;
DROP TABLE u;
ALTER TABLE uu RENAME TO vv;
CREATE OR REPLACE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM vv';
