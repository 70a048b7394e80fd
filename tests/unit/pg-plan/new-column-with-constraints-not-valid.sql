-- from
CREATE TABLE held (id uuid PRIMARY KEY);
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- to
CREATE TABLE held (id uuid PRIMARY KEY);
CREATE TABLE t (a int, h uuid NOT NULL DEFAULT gen_random_uuid(), r double precision DEFAULT random());
ALTER TABLE t ADD CONSTRAINT refers FOREIGN KEY (h) REFERENCES held NOT VALID;
ALTER TABLE t ADD CONSTRAINT large CHECK (r > 1) NOT VALID;
