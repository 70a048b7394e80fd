-- from
CREATE TABLE t (a text, b text COLLATE "C");
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE COLLATION cc (provider = icu, locale = 'de');
CREATE TABLE t (a text COLLATE "C", b text COLLATE cc, d text COLLATE "POSIX");
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
