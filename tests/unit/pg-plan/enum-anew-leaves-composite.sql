-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (first int, second mood);
CREATE TABLE goes (p pair);
-- to
CREATE TYPE mood AS ENUM ('glad', 'new');
CREATE TYPE pair AS (first int);
