-- case: two that read it
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t ALTER a SET NOT NULL;
ALTER TABLE t ALTER b SET NOT NULL; --> PG063

-- case: one
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL;
