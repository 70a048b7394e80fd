-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (x e);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e DEFAULT 'b', CHECK (x = 'b'));
CREATE INDEX ti ON t (x) WHERE x = 'b';
