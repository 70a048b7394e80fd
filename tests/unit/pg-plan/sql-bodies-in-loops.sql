-- from
CREATE TABLE kept (a int);
CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'select n = 0';
CREATE FUNCTION first(n int) RETURNS int LANGUAGE sql AS 'select n';
CREATE FUNCTION second(n int) RETURNS int LANGUAGE sql AS 'select first(n)';
CREATE FUNCTION third(n int) RETURNS int LANGUAGE sql AS 'select second(n)';
-- to
CREATE TABLE kept (a int);
CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'select n = 0';
CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql AS 'select n <> 0 and even(n - 1)';
CREATE OR REPLACE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'select n = 0 or odd(n - 1)';
CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS 'select 1::bigint';
CREATE TABLE numbered (n bigint DEFAULT next_number());
CREATE OR REPLACE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS 'select count(*) from numbered';
CREATE PROCEDURE ping(n int) LANGUAGE sql AS '';
CREATE PROCEDURE pong(n int) LANGUAGE sql AS 'call ping(n)';
CREATE OR REPLACE PROCEDURE ping(n int) LANGUAGE sql AS 'call pong(n)';
CREATE FUNCTION third(n int) RETURNS int LANGUAGE sql AS 'select n';
CREATE FUNCTION second(n int) RETURNS int LANGUAGE sql AS 'select third(n)';
CREATE FUNCTION first(n int) RETURNS int LANGUAGE sql AS 'select second(n)';
