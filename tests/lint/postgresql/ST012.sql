-- case: an enum
-- then
CREATE TYPE e AS ENUM ('a'); --> ST012

-- case: another type
-- then
CREATE TYPE e AS (a integer);
