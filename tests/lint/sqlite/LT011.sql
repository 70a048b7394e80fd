-- case: a broken view in the way of a rename
CREATE TABLE t (a integer, b text);
CREATE TABLE other (x integer);
CREATE VIEW v AS SELECT x FROM other;
DROP TABLE other;
-- then
ALTER TABLE t RENAME COLUMN b TO c; --> LT011

-- case: a broken view in the way of DROP COLUMN
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT x FROM nowhere;
-- then
ALTER TABLE t DROP COLUMN b; --> LT011

-- case: the view is dropped before
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT x FROM nowhere;
-- then
DROP VIEW v;
ALTER TABLE t DROP COLUMN b;
