-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE "aäaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb serial PRIMARY KEY, "Select" int UNIQUE, "q""q" text CHECK ("q""q" <> 'x'));
CREATE TABLE t (a int);
CREATE TABLE "T" (a serial);
