-- from
CREATE TABLE t (a int);
CREATE TABLE u (x t, k int);
CREATE TYPE c AS (q t[]);
CREATE TABLE w (z c);
-- to
CREATE TABLE t (a int, b text, d int DEFAULT 4 PRIMARY KEY, e text COLLATE "C" DEFAULT 'x', f timestamptz DEFAULT clock_timestamp(), g int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE u (x t, k int);
CREATE TYPE c AS (q t[]);
CREATE TABLE w (z c);
