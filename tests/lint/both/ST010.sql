-- case: not as agreed
CREATE TABLE t_names (id integer);
-- then
CREATE TABLE "no#Names" (id integer); --> ST010
ALTER TABLE t_names ADD COLUMN "no#b" integer; --> ST010
CREATE INDEX "no#index" ON t_names (id); --> ST010
CREATE VIEW "no#view" AS SELECT id FROM t_names; --> ST010
CREATE TABLE u (id integer CONSTRAINT "no#check" CHECK (id > 0)); --> ST010
ALTER TABLE t_names RENAME TO "no#more"; --> ST010

-- case: as agreed
CREATE TABLE t_names (id integer);
-- then
CREATE TABLE "all the$ Names" (id integer);
ALTER TABLE t_names ADD COLUMN "größe" integer;
ALTER TABLE t_names RENAME TO u;
