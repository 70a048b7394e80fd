-- case: both in one transaction
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD CONSTRAINT t_a CHECK (a > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_a; --> PG012

-- case: in two, or each alone
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD CONSTRAINT t_a CHECK (a > 0) NOT VALID;
-- then
ALTER TABLE t VALIDATE CONSTRAINT t_a;
-- then transaction=off
ALTER TABLE t ADD CONSTRAINT t_b CHECK (a > 1) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_b;
