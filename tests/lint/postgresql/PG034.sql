-- case: a domain with a CHECK
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b positive; --> PG034

-- case: one without
CREATE DOMAIN number AS integer;
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b number;
