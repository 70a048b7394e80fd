CREATE TABLE t ( -- another comment is no change
    a INT, -- the first; with a semicolon
    /* but */ b TEXT DEFAULT '-- no comment' NOT NULL, -- this is
    CHECK (a > 0)
);
CREATE VIEW v AS SELECT a FROM t;
