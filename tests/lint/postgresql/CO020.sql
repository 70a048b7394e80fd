-- case: for the session
-- then
SET search_path = pg_catalog; --> CO020
SET TimeZone TO 'Europe/Berlin'; --> CO020

-- case: for the transaction, or harmless
-- then
SET LOCAL search_path = public;
SET statement_timeout = '1h';
RESET search_path;
