-- case: a label is missing
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e);
-- then
CREATE TYPE e2 AS ENUM ('a');
ALTER TABLE t ALTER x TYPE e2 USING x::text::e2; --> CO002

-- case: none is
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e, y text);
-- then
CREATE TYPE e2 AS ENUM ('a', 'c', 'b');
ALTER TABLE t ALTER x TYPE e2 USING x::text::e2;
ALTER TABLE t ALTER y TYPE e2 USING y::e2;
