-- from
CREATE TYPE e AS ENUM ();
-- to
CREATE TYPE e AS ENUM ('a', 'b');
