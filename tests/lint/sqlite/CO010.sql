-- case: in either kind of block
-- then
BEGIN; --> CO010
CREATE TABLE t (a integer);
COMMIT; --> CO010
-- then transaction=off
BEGIN IMMEDIATE; --> CO010
CREATE TABLE u (a integer);
END; --> CO010

-- case: the END of a trigger
CREATE TABLE t (a integer);
-- then
CREATE TRIGGER t_ins AFTER INSERT ON t BEGIN
    SELECT 1;
END;
