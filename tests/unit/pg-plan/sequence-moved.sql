-- from
CREATE TABLE a (id serial PRIMARY KEY);
CREATE TABLE b (id int);
-- to
CREATE TABLE b (id int NOT NULL);
CREATE SEQUENCE a_id_seq AS int OWNED BY b.id;
ALTER TABLE b ALTER id SET DEFAULT nextval('a_id_seq');
