-- from
CREATE TYPE thing AS ENUM ('a');
-- to
CREATE SEQUENCE thing;
