-- case: a foreign key, and a table that has one
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT t_a REFERENCES p);
CREATE TABLE u (a integer REFERENCES p);
-- then
ALTER TABLE t DROP CONSTRAINT t_a; --> PG060
DROP TABLE u; --> PG060

-- case: other constraints, and a table without
CREATE TABLE t (a integer CONSTRAINT t_a CHECK (a > 0), b integer UNIQUE);
CREATE TABLE u (a integer PRIMARY KEY, b integer REFERENCES u);
-- then
ALTER TABLE t DROP CONSTRAINT t_a, DROP CONSTRAINT t_b_key;
DROP TABLE u;
