-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int, b int NOT NULL, c text NOT NULL DEFAULT gen_random_uuid(), PRIMARY KEY (a));
