CREATE TABLE t (
    a INT,
    b TEXT NOT NULL
);
