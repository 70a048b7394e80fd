-- from
CREATE TABLE parent (a text[] NOT NULL);
CREATE TABLE heir (CONSTRAINT k PRIMARY KEY (a)) INHERITS (parent);
-- to
CREATE TABLE parent (a text[]);
