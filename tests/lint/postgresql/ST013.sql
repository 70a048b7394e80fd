-- case: never validated
-- alone
CREATE TABLE t (id integer, a integer);
CREATE TABLE u (id integer PRIMARY KEY);
-- then
ALTER TABLE t ADD CONSTRAINT "t a" CHECK (a > 0) NOT VALID; --> ST013
ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES u NOT VALID; --> ST013

-- case: validated, or gone
CREATE TABLE t (id integer, a integer);
CREATE TABLE u (id integer PRIMARY KEY);
-- then
ALTER TABLE t ADD CONSTRAINT "t a" CHECK (a > 0) NOT VALID;
ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES u NOT VALID;
ALTER TABLE t ADD CONSTRAINT b CHECK (a > 1) NOT VALID;
-- then transaction=off
ALTER TABLE t VALIDATE CONSTRAINT "t a";
-- then
ALTER TABLE t VALIDATE CONSTRAINT t_id_fkey;
ALTER TABLE t DROP CONSTRAINT b;
