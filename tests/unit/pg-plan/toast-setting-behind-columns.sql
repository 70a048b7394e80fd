-- from
CREATE TABLE t (a int, b varchar(5), c varchar(5) GENERATED ALWAYS AS (COALESCE(b, 'x')) STORED);
CREATE TABLE u (a int);
-- to
CREATE TABLE t (a int, b text, c varchar(5) GENERATED ALWAYS AS (COALESCE(b, 'y')) STORED)
    WITH (toast.autovacuum_enabled = off, fillfactor = 50);
CREATE TABLE u (a int, b text) WITH (toast.autovacuum_enabled = off);
