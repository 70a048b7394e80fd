-- case: folded
CREATE TABLE t (id integer);
-- then
CREATE TABLE Users (id integer); --> CO014
ALTER TABLE t ADD COLUMN createdAt timestamptz; --> CO014
CREATE INDEX tIndex ON t (id); --> CO014
ALTER TABLE t RENAME COLUMN id TO tId; --> CO014
ALTER TABLE t ADD CONSTRAINT tCheck CHECK (tId > 0); --> CO014
CREATE VIEW v AS SELECT createdAt FROM t;

-- case: as it is spelled
CREATE TABLE t (id integer);
-- then
CREATE TABLE "Users" (id integer, "createdAt" date);
CREATE TABLE PLAIN (ID integer);
ALTER TABLE t RENAME COLUMN id TO t_id;
