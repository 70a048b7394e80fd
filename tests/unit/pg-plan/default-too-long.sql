-- from
CREATE DOMAIN d AS varchar(3);
CREATE TABLE t (id int);
INSERT INTO t VALUES (1);
CREATE TABLE empty (id int);
CREATE TABLE p (id int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE TABLE heir () INHERITS (t);
-- to
CREATE DOMAIN d AS varchar(3);
CREATE TABLE t (
    id int,
    a char(5) DEFAULT 'too long',
    b varchar(4) DEFAULT 'it''s',
    c varchar(4) DEFAULT 'it''s too' || ' long',
    e char(5) DEFAULT lower('ABC') || CURRENT_USER,
    f bit(3) DEFAULT '10',
    g bit varying(3) DEFAULT '1010',
    h char(3) DEFAULT 'abc   ',
    i d DEFAULT 'abcdef',
    j varchar(3) DEFAULT E'a\\b',
    k varchar(3) DEFAULT 'äöü',
    l varchar(3) DEFAULT left('abcdef', 3),
    m varchar(3) DEFAULT 'abcdef'::varchar(3)
);
CREATE TABLE empty (id int, a char(5) DEFAULT 'too long' NOT NULL);
CREATE TABLE p (id int, a char(5) DEFAULT 'too long') PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE TABLE heir () INHERITS (t);
ALTER TABLE heir ALTER a SET DEFAULT 'also too long';
