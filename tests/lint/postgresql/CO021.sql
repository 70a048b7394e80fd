-- case: read by the settings of the session
CREATE TABLE t (id integer, at timestamptz, day date);
CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at);
-- then
UPDATE t SET at = '2024-01-01 10:00'::timestamptz WHERE id = 1; --> CO021
UPDATE t SET day = date '01/02/2024' WHERE id = 2; --> CO021
INSERT INTO t VALUES (1, '2024-01-01', '2024-01-01'); --> CO021
INSERT INTO t (day, at) VALUES (NULL, NULL), ('1.2.2024', now()); --> CO021
ALTER TABLE t ALTER COLUMN at SET DEFAULT '2024-01-01'; --> CO021
ALTER TABLE t ADD COLUMN since timestamp with time zone DEFAULT '2024-01-01 00:00:00'; --> CO021
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (MINVALUE) TO ('2024-01-01'); --> CO021

-- case: the same everywhere
CREATE TABLE t (id integer, at timestamptz, day date, name text);
CREATE TABLE p (day date) PARTITION BY RANGE (day);
-- then
UPDATE t SET at = '2024-01-01 10:00+02'::timestamptz WHERE id = 1;
UPDATE t SET at = '2024-01-01 10:00:00Z' WHERE day = date '2024-02-01';
INSERT INTO t VALUES (1, '2024-01-01T00:00:00.5+00:00', '2024-01-01', '01/02/2024');
INSERT INTO t (name) VALUES ('2024-01-01'), ('now');
ALTER TABLE t ALTER COLUMN day SET DEFAULT '2024-01-01';
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
