-- case: other values
CREATE TABLE t (a integer, b json, c text);
-- then
ALTER TABLE t ALTER a TYPE text; --> BC006
ALTER TABLE t ALTER b TYPE jsonb; --> BC006

-- case: the same
CREATE TABLE t (a integer, b varchar(10));
-- then
ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE text;
