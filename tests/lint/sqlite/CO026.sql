-- case: another value each time
CREATE TABLE t (a integer, b text);
-- then
INSERT INTO t VALUES (random(), 'x'); --> CO026
UPDATE t SET b = CURRENT_TIMESTAMP WHERE a = 1; --> CO026

-- case: constants
CREATE TABLE t (a integer, b text);
-- then
INSERT INTO t VALUES (1, 'random');
CREATE TABLE u (at text DEFAULT CURRENT_TIMESTAMP);
