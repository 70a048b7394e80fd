-- case: either side
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES p);
-- then
ALTER TABLE t ALTER a TYPE bigint; --> PG042
ALTER TABLE p ALTER id TYPE bigint; --> PG042

-- case: another column
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES p, b integer);
-- then
ALTER TABLE t ALTER b TYPE bigint;
