-- case: a column that may be NULL
CREATE TABLE t (a integer NOT NULL, b integer);
CREATE UNIQUE INDEX t_key ON t (a, b);
-- then
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_key; --> PG022

-- case: none may
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX t_key ON t (a, b);
-- then
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_key;
