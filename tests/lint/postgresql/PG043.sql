-- case: in another zone
CREATE TABLE t (a timestamp, b timestamptz);
-- then
SET LOCAL timezone = 'Europe/Berlin';
ALTER TABLE t ALTER a TYPE timestamptz; --> PG043
ALTER TABLE t ALTER b TYPE timestamp; --> PG043

-- case: in UTC, or of one kind
CREATE TABLE t (a timestamp, b timestamp(0));
-- then
SET LOCAL timezone = 'UTC';
ALTER TABLE t ALTER a TYPE timestamptz;
ALTER TABLE t ALTER b TYPE timestamp(3);
