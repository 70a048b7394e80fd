-- case: an index on a string
CREATE TABLE t (a integer, b text);
-- then
CREATE INDEX t_c ON t ("c"); --> LT013

-- case: a CHECK and a condition
CREATE TABLE t (a integer, b text);
-- then
CREATE TABLE u (
    kind text CHECK (kind IN ("small", 'big')) --> LT013
);
CREATE INDEX t_b ON t (b) WHERE b <> "none"; --> LT013

-- case: names
CREATE TABLE t (a integer, "b c" text);
-- then
CREATE INDEX "t b" ON "t" ("b c" COLLATE "NOCASE") WHERE "a" > 0;
CREATE TABLE u ("x y" text CHECK ("x y" <> '' AND "u"."x y" <> 'z'));
