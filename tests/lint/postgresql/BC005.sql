-- case: what old code may write is refused
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_a ON t (a);
-- then
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; --> BC005
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; --> BC005
ALTER TABLE t ADD UNIQUE (b); --> BC005

-- case: a new table
-- then
CREATE TABLE t (a integer);
ALTER TABLE t ADD CHECK (a > 0);
