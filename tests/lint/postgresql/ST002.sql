-- case: small numbers
-- then
CREATE TABLE t (id serial PRIMARY KEY); --> ST002
CREATE TABLE u (id integer GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id)); --> ST002

-- case: large ones, and such as do not number themselves
-- then
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE u (id integer PRIMARY KEY);
