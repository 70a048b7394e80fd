-- case: at the end by accident
CREATE TYPE e AS ENUM ('a');
-- then
ALTER TYPE e ADD VALUE 'b'; --> CO003

-- case: by design
CREATE TYPE e AS ENUM ('a');
-- then
ALTER TYPE e ADD VALUE 'b' AFTER 'a';
