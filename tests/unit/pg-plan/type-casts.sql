-- from
CREATE TABLE t (a text, b int, c timestamp, d varchar(10), e numeric(10,2), f text[], g json, h boolean);
-- to
CREATE TABLE t (a uuid, b boolean, c timestamptz, d int, e numeric(12,2), f int[], g jsonb, h int);
