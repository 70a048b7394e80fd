-- case: lengths
CREATE TABLE u (a integer);
-- then
CREATE TABLE t (a varchar(10)); --> ST004
ALTER TABLE u ADD COLUMN b char(3); --> ST004

-- case: none
-- then
CREATE TABLE t (a text, b varchar);
