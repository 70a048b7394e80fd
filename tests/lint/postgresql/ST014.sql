-- case: nothing is said
CREATE TABLE t (id integer);
-- then
CREATE TABLE u (id integer); --> ST014
CREATE TABLE w (id integer, "B c" text); --> ST014
ALTER TABLE t ADD COLUMN a integer; --> ST014
COMMENT ON TABLE w IS 'v';
COMMENT ON COLUMN w.id IS 'its number';

-- case: all is
CREATE TABLE t (id integer);
-- then
CREATE TABLE public.u (id integer, "B c" text);
ALTER TABLE t ADD COLUMN a integer;
ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;
COMMENT ON TABLE u IS 'u';
COMMENT ON COLUMN u.id IS 'its number';
COMMENT ON COLUMN u."B c" IS 'its name';
COMMENT ON COLUMN public.t.a IS 'a';
CREATE TEMP TABLE passing (id integer);
DROP TABLE passing;
