-- case: no policy, and off again
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ENABLE ROW LEVEL SECURITY; --> CO023
ALTER TABLE t DISABLE ROW LEVEL SECURITY; --> CO023

-- case: a policy before
CREATE TABLE t (a integer);
-- then
CREATE POLICY p ON t USING (a > 0);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
