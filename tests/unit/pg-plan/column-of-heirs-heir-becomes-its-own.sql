-- from
CREATE TABLE first (a int, b smallint);
CREATE TABLE second () INHERITS (first);
CREATE TABLE third (c int) INHERITS (second);
-- to
CREATE TABLE second (a int);
CREATE TABLE third (c int, b numeric(6,3)) INHERITS (second);
