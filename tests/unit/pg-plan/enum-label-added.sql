-- from
CREATE TYPE e AS ENUM ('a','b');
CREATE TABLE t (x e);
-- to
CREATE TYPE e AS ENUM ('z','a','m','b','y');
CREATE TABLE t (x e DEFAULT 'm');
