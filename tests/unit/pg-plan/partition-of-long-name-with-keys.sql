-- from
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE n_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx PARTITION OF p DEFAULT;
ALTER TABLE p ADD CONSTRAINT other UNIQUE (a) DEFERRABLE;
-- to
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE n_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx PARTITION OF p DEFAULT;
ALTER TABLE p ADD CONSTRAINT one UNIQUE (a);
ALTER TABLE p ADD CONSTRAINT other UNIQUE (a) DEFERRABLE;
CREATE TABLE q (a int, b int CONSTRAINT q_0 REFERENCES p (a)) PARTITION BY RANGE (a);
CREATE TABLE o_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx PARTITION OF q DEFAULT;
ALTER TABLE q ADD CONSTRAINT q_1 UNIQUE (a) DEFERRABLE;
ALTER TABLE q ADD CONSTRAINT q_2 UNIQUE (a);
ALTER TABLE q ADD CONSTRAINT q_3 FOREIGN KEY (b) REFERENCES q (a);
-- has
CREATE TABLE o_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (
    a integer,
    b integer,
    CONSTRAINT o_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_a_key1 UNIQUE (a),
    CONSTRAINT o_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_a_key UNIQUE (a) DEFERRABLE
);
