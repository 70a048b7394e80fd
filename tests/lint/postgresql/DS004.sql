-- case: a table in use
CREATE TABLE t (a integer);
-- then
TRUNCATE t; --> DS004

-- case: a new one
-- then
CREATE TABLE t (a integer);
TRUNCATE t;
