-- case: of a table and an index in use
CREATE TABLE t (a integer PRIMARY KEY);
-- then
REINDEX TABLE t; --> PG003
REINDEX INDEX t_pkey; --> PG003

-- case: concurrently, or of a new table
CREATE TABLE t (a integer PRIMARY KEY);
-- then transaction=off
REINDEX TABLE CONCURRENTLY t;
-- then
CREATE TABLE u (a integer PRIMARY KEY);
REINDEX TABLE u;
