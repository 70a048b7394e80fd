-- from
CREATE TYPE c AS (a int, b text);
-- to
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c (a NOT NULL DEFAULT 4, PRIMARY KEY (a));
