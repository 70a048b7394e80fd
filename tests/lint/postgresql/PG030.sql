-- case: not proved
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ALTER COLUMN a SET NOT NULL; --> PG030

-- case: a CHECK that proves nothing
CREATE TABLE t (a integer, CHECK (a > 0));
-- then
ALTER TABLE t ALTER COLUMN a SET NOT NULL; --> PG030

-- case: proved, there already, or of a new table
CREATE TABLE t (a integer, b integer, c integer NOT NULL,
    CHECK (a IS NOT NULL AND b IS NOT NULL));
-- then
ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL;
ALTER TABLE t ALTER c SET NOT NULL;
CREATE TABLE u (a integer);
ALTER TABLE u ALTER a SET NOT NULL;
