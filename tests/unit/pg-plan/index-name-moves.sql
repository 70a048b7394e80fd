-- from
CREATE TABLE old (a int, CONSTRAINT k PRIMARY KEY (a));
CREATE TABLE holder (h old[]);
-- to
CREATE TABLE new (a int, CONSTRAINT k PRIMARY KEY (a));
CREATE TABLE holder (h new[]);
