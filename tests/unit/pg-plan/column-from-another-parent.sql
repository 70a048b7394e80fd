-- from
CREATE TABLE first (a int DEFAULT 40);
CREATE TABLE second (b int);
CREATE TABLE heir () INHERITS (second, first);
-- to
CREATE TABLE second (b int, a numeric(10, 2) DEFAULT 1.5);
CREATE TABLE heir () INHERITS (second);
