-- A key that changes under a foreign key to its own table, which another key could serve, too.
-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT changes PRIMARY KEY (a), CONSTRAINT other UNIQUE (a),
    CONSTRAINT refers FOREIGN KEY (b) REFERENCES t (a));
-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT changes PRIMARY KEY (a) DEFERRABLE, CONSTRAINT other UNIQUE (a),
    CONSTRAINT refers FOREIGN KEY (b) REFERENCES t (a));
