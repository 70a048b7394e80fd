-- from

-- to
CREATE TABLE t (r int4range, k int, EXCLUDE USING gist (r WITH &&), CONSTRAINT uq UNIQUE (k) INCLUDE (r) WITH (fillfactor=50));
COMMENT ON CONSTRAINT uq ON t IS 'u';
CREATE INDEX ii ON t USING gist (r) WHERE k > 3;
