-- case: renamed
CREATE TYPE e AS ENUM ('a');
-- then
ALTER TYPE e RENAME VALUE 'a' TO 'b'; --> CO004

-- case: added
CREATE TYPE e AS ENUM ('a');
-- then
ALTER TYPE e ADD VALUE 'b' BEFORE 'a';
