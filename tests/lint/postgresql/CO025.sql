-- case: dropped
-- then
DROP EXTENSION plpgsql; --> CO025
CREATE EXTENSION plpgsql;

-- case: made
-- then
CREATE EXTENSION IF NOT EXISTS plpgsql;
