-- case: NOT NULL without a default
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b text NOT NULL; --> LT001

-- case: a default that is no constant
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b text DEFAULT CURRENT_TIMESTAMP; --> LT001
ALTER TABLE "t" ADD c text DEFAULT (lower('X')); --> LT001

-- case: a stored generated column is refused
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer GENERATED ALWAYS AS (a + 1) STORED; --> LT001

-- case: a CHECK that the default does not pass, seen with a row in the table
CREATE TABLE t (a integer NOT NULL);
-- then
ALTER TABLE t ADD COLUMN b integer DEFAULT 0 CHECK (b > 0); --> LT001

-- case: a CHECK that it passes
CREATE TABLE t (a integer NOT NULL);
-- then
ALTER TABLE t ADD COLUMN b integer DEFAULT 1 CHECK (b > 0);

-- case: what SQLite can add to rows
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT '';
ALTER TABLE t ADD COLUMN c text;
ALTER TABLE t ADD COLUMN d integer AS (a + 1) VIRTUAL;

-- case: a table of the same revision
SELECT 1;
-- then
CREATE TABLE t (a integer);
ALTER TABLE t ADD COLUMN b text NOT NULL;
