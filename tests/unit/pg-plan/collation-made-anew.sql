-- from
CREATE COLLATION c (provider = icu, locale = 'de');
CREATE COLLATION alone (provider = icu, locale = 'de');
COMMENT ON COLLATION c IS 'stays';
CREATE DOMAIN d AS text COLLATE c DEFAULT 'x' CHECK (VALUE > 'a');
CREATE TYPE pair AS (x text COLLATE c, y int);
CREATE FUNCTION f() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text';
CREATE TABLE t (
    a text COLLATE c DEFAULT 'b' UNIQUE,
    b varchar(20) COLLATE c DEFAULT f() NOT NULL,
    e d,
    g text GENERATED ALWAYS AS (CASE WHEN a > 'x' COLLATE c THEN 'y' ELSE 'z' END) STORED,
    h pair,
    i text DEFAULT CASE WHEN 'a' > 'B' COLLATE c THEN 'y' ELSE 'z' END,
    j text COLLATE c,
    k d COLLATE "C",
    CHECK (a <> 'q'),
    CHECK (i > 'a' COLLATE c)
);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
CREATE INDEX plain ON t (b);
CREATE INDEX named ON t (i COLLATE c);
CREATE INDEX of_alone ON t (i COLLATE alone);
CREATE TABLE heir () INHERITS (t);
CREATE TABLE u (a text COLLATE c REFERENCES t (a));
CREATE TABLE p (a text COLLATE c, b int) PARTITION BY RANGE (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE VIEW v AS SELECT a, count(*) FROM t GROUP BY a ORDER BY a;
CREATE VIEW w AS SELECT b < 'x' COLLATE c AS is_less FROM t;
CREATE MATERIALIZED VIEW m AS SELECT e FROM t;
-- to
CREATE COLLATION c (provider = libc, locale = 'C');
CREATE COLLATION alone (provider = libc, locale = 'C');
COMMENT ON COLLATION c IS 'stays';
CREATE DOMAIN d AS text COLLATE c DEFAULT 'x' CHECK (VALUE > 'a');
CREATE TYPE pair AS (x text COLLATE c, y int);
CREATE FUNCTION f() RETURNS varchar LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::varchar';
CREATE TABLE t (
    a text COLLATE c DEFAULT 'b' UNIQUE,
    b text COLLATE c DEFAULT f() NOT NULL,
    e d,
    g text GENERATED ALWAYS AS (CASE WHEN a > 'x' COLLATE c THEN 'y' ELSE 'z' END) STORED,
    h pair,
    i text DEFAULT CASE WHEN 'a' > 'B' COLLATE c THEN 'y' ELSE 'z' END,
    j text COLLATE "C",
    k d COLLATE "C",
    l text COLLATE c,
    CHECK (a <> 'q'),
    CHECK (i > 'a' COLLATE c)
);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
CREATE INDEX plain ON t (b);
CREATE INDEX named ON t (i COLLATE c);
CREATE INDEX of_alone ON t (i COLLATE alone);
CREATE TABLE heir () INHERITS (t);
CREATE TABLE u (a text COLLATE c REFERENCES t (a));
CREATE TABLE p (a text COLLATE c, b int) PARTITION BY RANGE (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE VIEW v AS SELECT a, count(*) FROM t GROUP BY a ORDER BY a;
CREATE VIEW w AS SELECT b < 'x' COLLATE c AS is_less FROM t;
CREATE MATERIALIZED VIEW m AS SELECT e FROM t;
