-- case: small ones between large ones
CREATE TABLE t (id integer);
-- then
CREATE TABLE u (a boolean, b bigint, c boolean, d bigserial, e text, f smallint, g timestamptz); --> ST011

-- case: as well as can be
CREATE TABLE t (id integer);
-- then
CREATE TABLE u (b bigint, d bigserial, g timestamptz, f smallint, a boolean, c boolean, e text);
CREATE TABLE v (a boolean, b integer, c text);
CREATE TABLE w (a boolean[], b bigint, c numeric(4));
