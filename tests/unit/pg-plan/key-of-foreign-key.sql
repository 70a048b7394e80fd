-- from
CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL UNIQUE);
CREATE TABLE b (a int REFERENCES a (id), x int REFERENCES a (x));
-- to
CREATE TABLE a (id text PRIMARY KEY, x int NOT NULL, CONSTRAINT a_x_key UNIQUE (x) DEFERRABLE);
CREATE TABLE b (a text REFERENCES a (id), x int);
