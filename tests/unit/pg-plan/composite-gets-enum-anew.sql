-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (first int, second text);
CREATE TABLE t (p pair);
-- to
CREATE TYPE mood AS ENUM ('glad', 'new');
CREATE TYPE pair AS (first int, second mood);
CREATE TABLE t (p pair);
