-- case: to everybody, to be handed on
CREATE TABLE t (a integer);
-- then
GRANT SELECT ON t TO PUBLIC; --> CO024
GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION; --> CO024

-- case: to a role, and taken away
CREATE TABLE t (a integer);
-- then
GRANT SELECT ON t TO pg_monitor;
REVOKE ALL ON t FROM PUBLIC;
