-- from
CREATE TYPE e AS ENUM ('1', '2');
CREATE TYPE pair AS (first int, second text);
CREATE TYPE outer_pair AS (p pair, e e);
CREATE TYPE unused AS (a int, n e);
CREATE TABLE t (id int PRIMARY KEY, p pair, ps pair[], o outer_pair[]);
CREATE TABLE goes (u unused);
CREATE VIEW v AS SELECT (p).first FROM t;
INSERT INTO t VALUES (1, (7, 'seven'), ARRAY[(8, 'eight')::pair], ARRAY[((9, 'n,i'), '2')::outer_pair]), (2, NULL, NULL, NULL);
-- to
CREATE TYPE e AS ENUM ('1', '2');
CREATE TYPE pair AS (third date, second text, first text);
CREATE TYPE outer_pair AS (p pair, e e);
CREATE TYPE unused AS (a text, n xml);
CREATE TABLE t (id int PRIMARY KEY, p pair, ps pair[], o outer_pair[]);
CREATE TABLE comes (u unused[]);
CREATE VIEW v AS SELECT (p).first FROM t;
