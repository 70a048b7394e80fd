-- from
CREATE FOREIGN DATA WRAPPER "To ""All""" OPTIONS (debug 'yes');
CREATE FOREIGN DATA WRAPPER gone;
COMMENT ON FOREIGN DATA WRAPPER gone IS 'of no use';
CREATE SERVER there TYPE 'x' VERSION '9' FOREIGN DATA WRAPPER "To ""All""" OPTIONS (host 'a');
CREATE SERVER old FOREIGN DATA WRAPPER gone;
GRANT USAGE ON FOREIGN SERVER there TO PUBLIC;
CREATE TYPE mood AS ENUM ('a');
CREATE FOREIGN TABLE moves (a int) SERVER old;
CREATE FOREIGN TABLE ft (
    id int OPTIONS (name 'Id', b E'\\x''y') NOT NULL,
    gone text,
    m mood,
    v varchar(5) COLLATE "C",
    CHECK (id > 0)
) SERVER there OPTIONS (schema_name 'public', "Odd Name" 'x');
COMMENT ON FOREIGN TABLE ft IS 'far';
COMMENT ON COLUMN ft.v IS 'v';
CREATE VIEW seen AS SELECT id, v FROM ft;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr BEFORE INSERT ON ft FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE turns (a int);
CREATE FOREIGN TABLE dropped (a int) SERVER there;
CREATE TABLE parts (k int, v text) PARTITION BY LIST (k);
CREATE FOREIGN TABLE part_1 PARTITION OF parts FOR VALUES IN (1) SERVER there OPTIONS (n '1');
CREATE TABLE base (k int);
CREATE FOREIGN TABLE child (x int) INHERITS (base) SERVER there;
-- to
CREATE FOREIGN DATA WRAPPER "To ""All""" OPTIONS (debug 'yes');
COMMENT ON FOREIGN DATA WRAPPER "To ""All""" IS 'of use';
CREATE SERVER there TYPE 'x' FOREIGN DATA WRAPPER "To ""All""" OPTIONS (host 'b');
COMMENT ON SERVER there IS 'elsewhere';
CREATE SERVER "N" FOREIGN DATA WRAPPER "To ""All""";
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE FOREIGN TABLE moves (a int) SERVER "N";
CREATE FOREIGN TABLE ft (
    id bigint OPTIONS (b 'z', c 'new'),
    m mood DEFAULT 'b',
    v varchar(50) OPTIONS (name 'V') COLLATE "C",
    added int DEFAULT 5,
    CHECK (id > 1)
) SERVER there OPTIONS (schema_name 'other', n '2');
COMMENT ON COLUMN ft.v IS 'w';
CREATE VIEW seen AS SELECT id, v FROM ft;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FOREIGN TABLE turns (a int) SERVER "N";
CREATE TABLE parts (k int, v text) PARTITION BY LIST (k);
CREATE FOREIGN TABLE part_1 PARTITION OF parts FOR VALUES IN (2) SERVER there OPTIONS (n '1');
CREATE FOREIGN TABLE part_3 PARTITION OF parts FOR VALUES IN (3) SERVER "N";
CREATE TABLE base (k int, more text);
CREATE FOREIGN TABLE child (x int) INHERITS (base) SERVER there;
