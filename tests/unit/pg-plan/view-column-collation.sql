-- from
CREATE TABLE t (a text, b text);
CREATE VIEW v AS SELECT a AS k, b FROM t;
CREATE VIEW above AS SELECT k FROM v;
COMMENT ON COLUMN v.b IS 'stays';
-- to
CREATE TABLE t (a text, b text);
CREATE VIEW v AS SELECT a COLLATE "C" AS k, b FROM t;
CREATE VIEW above AS SELECT k FROM v;
COMMENT ON COLUMN v.b IS 'stays';
