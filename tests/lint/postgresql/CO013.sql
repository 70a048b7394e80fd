-- case: 64 bytes
-- then
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (a integer); --> CO013
CREATE TABLE t (a integer);
ALTER TABLE t ADD COLUMN "ääääääääääääääääääääääääääääääää" integer; --> CO013

-- case: 63
-- then
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (a integer);
