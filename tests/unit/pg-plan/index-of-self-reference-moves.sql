-- from
CREATE TABLE old (a int, b int, CONSTRAINT k UNIQUE (a));
ALTER TABLE old ADD FOREIGN KEY (b) REFERENCES old (a);
-- to
CREATE TABLE new (a int, CONSTRAINT k UNIQUE (a));
