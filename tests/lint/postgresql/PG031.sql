-- case: computed for each row
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b double precision DEFAULT random(); --> PG031
ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp(); --> PG031

-- case: constants and now()
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b timestamptz NOT NULL DEFAULT now();
ALTER TABLE t ADD COLUMN c text DEFAULT 'x' || 'y';
