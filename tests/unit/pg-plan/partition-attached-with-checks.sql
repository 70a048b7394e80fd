-- from
CREATE TABLE p (id int NOT NULL, k text NOT NULL DEFAULT 'k', "G" text GENERATED ALWAYS AS (k || 'x') STORED,
    v varchar(9), goes int,
    CONSTRAINT between_them CHECK (id > 0 AND k <> ''),
    CONSTRAINT few CHECK (length(v) < 4), CONSTRAINT also_goes CHECK (goes > 0)) PARTITION BY LIST (k);
CREATE TABLE odd (id int NOT NULL, k text NOT NULL DEFAULT 'k') PARTITION BY RANGE (id);
ALTER TABLE odd ADD CONSTRAINT c CHECK (k BETWEEN 'a' AND 'b');
CREATE INDEX k_index ON odd (lower(k));
-- to
CREATE TABLE p (id int NOT NULL, k text NOT NULL DEFAULT 'k', "G" text GENERATED ALWAYS AS (k || 'x') STORED,
    v varchar(9), comes date DEFAULT '2020-01-01',
    CONSTRAINT between_them CHECK (id > 0 AND k <> ''),
    CONSTRAINT few CHECK (length(v) < 4), CONSTRAINT also_comes CHECK (comes > '2019-01-01')) PARTITION BY LIST (k);
CREATE INDEX k_too ON p (lower(k));
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE p11 PARTITION OF p1 FOR VALUES FROM (1) TO (5);
ALTER TABLE p1 ALTER k SET DEFAULT 'a', ALTER v SET NOT NULL, ADD CHECK (v <> 'c');
COMMENT ON CONSTRAINT few ON p1 IS 'of all';
COMMENT ON COLUMN p1.v IS 'of a';
CREATE TABLE odd (id int NOT NULL, k text NOT NULL DEFAULT 'k') PARTITION BY RANGE (id);
ALTER TABLE odd ADD CONSTRAINT c CHECK (k BETWEEN 'a' AND 'b');
CREATE INDEX k_index ON odd (lower(k));
CREATE TABLE odd_one (LIKE odd INCLUDING CONSTRAINTS);
ALTER TABLE odd_one ALTER id SET DEFAULT 1;
CREATE INDEX the_name ON odd_one (lower(k));
ALTER TABLE odd ATTACH PARTITION odd_one DEFAULT;
