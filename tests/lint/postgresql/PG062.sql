-- case: work behind a strong lock
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer;
ALTER TABLE u ALTER a SET NOT NULL; --> PG062

-- case: before it, and in another block
CREATE TABLE t (a integer);
CREATE TABLE u (a integer, b integer);
-- then
ALTER TABLE u ALTER a SET NOT NULL;
ALTER TABLE t ADD COLUMN b integer;
-- then
ALTER TABLE u ALTER b SET NOT NULL;
