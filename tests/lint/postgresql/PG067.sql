-- case: written anew
CREATE TABLE t (a integer PRIMARY KEY);
-- then
CLUSTER t USING t_pkey; --> PG067
ALTER TABLE t SET UNLOGGED; --> PG067
-- then transaction=off
VACUUM (FULL) t; --> PG067

-- case: not
CREATE TABLE t (a integer);
-- then transaction=off
VACUUM t;
-- then
CREATE TABLE u (a integer PRIMARY KEY);
CLUSTER u USING u_pkey;
