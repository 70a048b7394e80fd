-- case: fewer values
CREATE TABLE t (a bigint, b text, c varchar(20), d numeric(10, 4), e text);
-- then
ALTER TABLE t ALTER a TYPE integer; --> CO008
ALTER TABLE t ALTER b TYPE varchar(10); --> CO008
ALTER TABLE t ALTER c TYPE varchar(10); --> CO008
ALTER TABLE t ALTER d TYPE numeric(10, 2); --> CO008
ALTER TABLE t ALTER e TYPE integer USING e::integer; --> CO008

-- case: more
CREATE TABLE t (a integer, b varchar(10), c numeric(8, 2), d char(4));
-- then
ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE varchar(20);
ALTER TABLE t ALTER b TYPE text, ALTER c TYPE numeric(12, 4), ALTER d TYPE text;
