-- case: json
-- then
CREATE TABLE t (a json); --> ST006

-- case: jsonb
-- then
CREATE TABLE t (a jsonb);
