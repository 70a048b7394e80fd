-- case: another value each time
CREATE TABLE t (a float8, b timestamptz);
-- then
INSERT INTO t VALUES (1 + random(), NULL); --> CO026
INSERT INTO t SELECT 1, now(); --> CO026
UPDATE t SET b = clock_timestamp() WHERE a = 1; --> CO026

-- case: constants
CREATE TABLE t (a float8, b timestamptz DEFAULT now());
-- then
INSERT INTO t (a) VALUES (abs(-1));
