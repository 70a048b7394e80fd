-- from
CREATE TABLE other (a int);
-- to
CREATE TABLE other (a int);
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD CONSTRAINT first UNIQUE (a), ADD CONSTRAINT second UNIQUE (a), ADD CONSTRAINT third PRIMARY KEY (a);
COMMENT ON CONSTRAINT second ON t IS 'the other';
