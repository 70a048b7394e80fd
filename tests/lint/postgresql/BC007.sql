-- case: a rule is gone
CREATE TABLE t (a integer CONSTRAINT c CHECK (a > 0));
-- then
ALTER TABLE t DROP CONSTRAINT c; --> BC007

-- case: a key
CREATE TABLE t (a integer CONSTRAINT c UNIQUE);
-- then
ALTER TABLE t DROP CONSTRAINT c;
