/* before */ CREATE TABLE t ( -- the table
    a INT, -- the first; with a semicolon
    /* between */ b TEXT DEFAULT '-- no comment', -- it's the second
    CHECK (a > 0 /* positive */) -- the last
) /* behind */;
-- migrate is not what this says
CREATE VIEW v AS SELECT a -- only one
FROM t;
