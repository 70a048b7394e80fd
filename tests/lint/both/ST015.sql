-- case: reserved
CREATE TABLE t (id integer);
-- then
CREATE TABLE "order" ( --> ST015
    id integer,
    a integer
);
CREATE TABLE u (
    id integer,
    "references" integer --> ST015
);
ALTER TABLE t ADD COLUMN "group" integer; --> ST015
ALTER TABLE t RENAME COLUMN id TO "select"; --> ST015

-- case: not reserved
CREATE TABLE t (id integer);
-- then
CREATE TABLE orders (id integer, "ordEr by" integer);
ALTER TABLE t ADD COLUMN name text;
