-- from
CREATE EXTENSION citext;
CREATE TABLE t (a citext);
-- to
CREATE TABLE t (a text);
