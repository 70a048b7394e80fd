-- case: used before the commit
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (x e);
-- then
ALTER TYPE e ADD VALUE 'b' AFTER 'a';
INSERT INTO t VALUES ('b'); --> CO001!

-- case: in blocks of their own
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (x e);
-- then
ALTER TYPE e ADD VALUE 'b' AFTER 'a';
INSERT INTO t VALUES ('a');
-- then
INSERT INTO t VALUES ('b');
