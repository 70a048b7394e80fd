-- case: no index
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; --> PG016
CREATE TABLE u (id integer PRIMARY KEY, --> PG016
    p integer REFERENCES p);
SELECT 1;

-- case: an index, made before or behind it
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_ab ON t (a, b);
-- then
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID;
CREATE TABLE u (id integer PRIMARY KEY REFERENCES p, p integer REFERENCES p);
CREATE INDEX u_p ON u (p);
