-- case: an integer that refers to a bigint
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id) NOT VALID; --> PG015

-- case: the same type
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE t (a bigint);
-- then
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id) NOT VALID;
