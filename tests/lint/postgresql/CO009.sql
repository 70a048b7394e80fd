-- case: nothing that needs it
-- then transaction=off
CREATE TABLE t (a integer);
CREATE TABLE u (a integer); --> CO009

-- case: something does
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NOT VALID);
-- then transaction=off
ALTER TABLE t VALIDATE CONSTRAINT c;
ALTER TABLE t ALTER a SET DEFAULT 1;
