-- case: it is turned on
-- then transaction=off
PRAGMA writable_schema = ON; --> LT018

-- case: it is read
-- then transaction=off
PRAGMA writable_schema;
PRAGMA writable_schema = RESET;
