-- case: checked under the lock of ADD COLUMN
CREATE TABLE p (id integer PRIMARY KEY);
INSERT INTO p VALUES (1);
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer CHECK (b > 0); --> PG013
ALTER TABLE t ADD COLUMN c integer UNIQUE; --> PG013
ALTER TABLE t ADD COLUMN d integer DEFAULT 1 REFERENCES p; --> PG013

-- case: nothing to check
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer REFERENCES p;
ALTER TABLE t ADD COLUMN c integer NOT NULL DEFAULT 1;
