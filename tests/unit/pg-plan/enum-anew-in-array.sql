-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (one mood DEFAULT 'glad', other mood, many mood[] DEFAULT '{glad}');
-- to
CREATE TYPE mood AS ENUM ('glad', 'new');
CREATE TABLE t (one mood[] DEFAULT '{new}', other mood, many mood);
