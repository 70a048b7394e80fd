-- case: very many partitions
CREATE TABLE p (id integer) PARTITION BY LIST (id);
DO $$ BEGIN FOR i IN 1..70 LOOP
    EXECUTE format('CREATE TABLE p_%s PARTITION OF p FOR VALUES IN (%s)', i, i);
END LOOP; END $$;
-- then
ALTER TABLE p ADD COLUMN b integer; --> PG070

-- case: some
CREATE TABLE p (id integer) PARTITION BY LIST (id);
DO $$ BEGIN FOR i IN 1..20 LOOP
    EXECUTE format('CREATE TABLE p_%s PARTITION OF p FOR VALUES IN (%s)', i, i);
END LOOP; END $$;
-- then
ALTER TABLE p ADD COLUMN b integer;
