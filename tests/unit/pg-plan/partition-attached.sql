-- from
CREATE TABLE p (id int PRIMARY KEY, e text) PARTITION BY LIST (id);
CREATE INDEX pi ON p (e);
CREATE TABLE old (id int, e varchar(4));
-- to
CREATE TABLE p (id int PRIMARY KEY, e text) PARTITION BY LIST (id);
CREATE INDEX pi ON p (e);
CREATE TABLE old PARTITION OF p FOR VALUES IN (1);
