-- case: without zone
-- then
CREATE TABLE t (a timestamp); --> ST005

-- case: with
-- then
CREATE TABLE t (a timestamptz, b timestamp with time zone);
