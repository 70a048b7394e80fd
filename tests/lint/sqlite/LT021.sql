-- case: a reserved name
-- then
CREATE TABLE sqlite_mine (a integer); --> LT021

-- case: another
-- then
CREATE TABLE mysqlite_table (a integer);
CREATE INDEX not_sqlite_ ON mysqlite_table (a);
