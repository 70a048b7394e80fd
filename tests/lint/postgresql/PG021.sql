-- case: built under the lock
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD PRIMARY KEY (a); --> PG021

-- case: from an index, or of a new table
CREATE TABLE t (a integer NOT NULL);
CREATE UNIQUE INDEX t_key ON t (a);
-- then
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_key;
CREATE TABLE u (a integer);
ALTER TABLE u ADD PRIMARY KEY (a);
