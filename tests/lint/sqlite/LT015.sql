-- case: nothing unique there
CREATE TABLE p (id integer PRIMARY KEY, code text);
CREATE TABLE q (a text);
-- then
CREATE TABLE c (
    code text REFERENCES p (code), --> LT015
    a text,
    FOREIGN KEY (a) REFERENCES q --> LT015
);

-- case: keys, and an index that comes later
CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE, a text, b text);
CREATE UNIQUE INDEX p_ab ON p (a, b);
CREATE TABLE q (x text);
-- then
CREATE TABLE c (p integer REFERENCES p, code text REFERENCES p (code), a text, b text, x text REFERENCES q (x),
    self integer REFERENCES c (rid), rid integer PRIMARY KEY,
    FOREIGN KEY (b, a) REFERENCES p (b, a));
CREATE UNIQUE INDEX q_x ON q (x);
