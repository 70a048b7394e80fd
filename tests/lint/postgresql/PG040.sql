-- case: rewriting changes
CREATE TABLE t (a integer, b text, c varchar(20), d json);
-- then
ALTER TABLE t ALTER COLUMN a TYPE bigint; --> PG040
ALTER TABLE t ALTER b TYPE varchar(10); --> PG040
ALTER TABLE t ALTER d TYPE jsonb; --> PG040

-- case: compatible ones
CREATE TABLE t (a varchar(10), b varchar(10), c numeric(8, 2), d cidr);
-- then
ALTER TABLE t ALTER a TYPE varchar(20), ALTER b TYPE text;
ALTER TABLE t ALTER c TYPE numeric(10, 2), ALTER d TYPE inet;
