-- case: a schema
CREATE SCHEMA s;
-- then
DROP SCHEMA s; --> DS003

-- case: one that is not there
-- then
DROP SCHEMA IF EXISTS nowhere;
