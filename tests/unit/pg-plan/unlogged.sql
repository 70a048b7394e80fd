-- from
CREATE UNLOGGED TABLE t (id serial PRIMARY KEY, a int);
-- to
CREATE TABLE t (id serial PRIMARY KEY, a int);
