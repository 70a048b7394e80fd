-- case: statements behind it
CREATE TABLE p (id integer PRIMARY KEY);
-- then
CREATE TABLE t (a integer REFERENCES p); --> PG061
SELECT 1;

-- case: at the end, or to a new table
CREATE TABLE p (id integer PRIMARY KEY);
-- then
CREATE TABLE q (id integer PRIMARY KEY);
CREATE TABLE u (a integer REFERENCES q);
CREATE TABLE t (a integer REFERENCES p);
