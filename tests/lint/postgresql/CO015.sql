-- case: without a schema
CREATE TABLE t (id integer);
-- then
CREATE TABLE u (id integer); --> CO015
INSERT INTO public.t SELECT id FROM u; --> CO015
CREATE TYPE e AS ENUM ('a'); --> CO015
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; --> CO015
DROP TABLE public.t, u;
DROP TABLE IF EXISTS u; --> CO015

-- case: with one
CREATE TABLE t (id integer);
-- then
CREATE TABLE public.u (id integer);
WITH new AS (SELECT id FROM public.t) INSERT INTO public.u SELECT id FROM new;
CREATE TYPE public.e AS ENUM ('a');
CREATE TEMP TABLE passing (id integer);
DROP TABLE pg_temp.passing;
DROP TABLE public.t;
