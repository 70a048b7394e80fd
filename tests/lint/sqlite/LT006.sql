-- case: inside the transaction
-- then
PRAGMA foreign_keys = OFF; --> LT006
CREATE TABLE t (a integer);
PRAGMA foreign_keys(1); --> LT006

-- case: outside, and only asked
-- then transaction=off
PRAGMA foreign_keys = OFF;
-- then
PRAGMA foreign_keys;
