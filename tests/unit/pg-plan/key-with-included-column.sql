-- from
CREATE TABLE t (id int, extra text, UNIQUE (id) INCLUDE (extra), up int REFERENCES t (id));
CREATE TABLE u (t int REFERENCES t (id));
-- to
CREATE TABLE t (id int, extra bytea, UNIQUE (id) INCLUDE (extra), up int REFERENCES t (id));
CREATE TABLE u (t int REFERENCES t (id));
