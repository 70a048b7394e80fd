PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table bare into a new one
CREATE TABLE "_mig_new_bare" (a TEXT PRIMARY KEY, b);
INSERT INTO _mig_new_bare (a, b)
SELECT a, b
FROM bare;
DROP TABLE bare;
ALTER TABLE _mig_new_bare RENAME TO bare;

-- hazard: rewrite: copies every row of table counted into a new one
-- hazard: data-loss: table counted forgets its AUTOINCREMENT counter: ids of deleted rows can be given again
CREATE TABLE "_mig_new_counted" (a INTEGER PRIMARY KEY, b);
INSERT INTO _mig_new_counted (a, b)
SELECT a, b
FROM counted;
DROP TABLE counted;
ALTER TABLE _mig_new_counted RENAME TO counted;

-- hazard: rewrite: copies every row of table plain into a new one
-- hazard: fails-on-data: table plain becomes STRICT; rows that stand in the way:
--   SELECT * FROM plain WHERE NOT (a = CAST(a AS INT)) OR typeof(b) = 'blob';
-- hazard: fails-on-data: table plain becomes WITHOUT ROWID: no column of its primary key may be NULL
-- hazard: data-loss: table plain loses its rowids
-- hazard: fails-on-data: PRIMARY KEY (a) on table plain; rows that stand in the way:
--   SELECT a, count(*) FROM plain WHERE a IS NOT NULL GROUP BY a HAVING count(*) > 1;
CREATE TABLE "_mig_new_plain" (a INT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID;
INSERT INTO _mig_new_plain (a, b)
SELECT a, b
FROM plain;
DROP TABLE plain;
ALTER TABLE _mig_new_plain RENAME TO plain;

-- hazard: rewrite: copies every row of table strict into a new one
-- hazard: data-loss: table strict is no longer STRICT: text in a column of type ANY that reads as a number is stored as one
CREATE TABLE "_mig_new_strict" (a INTEGER, b ANY);
INSERT INTO _mig_new_strict (rowid, a, b)
SELECT rowid, a, b
FROM strict;
DROP TABLE strict;
ALTER TABLE _mig_new_strict RENAME TO strict;

-- hazard: rewrite: copies every row of table uncounted into a new one
CREATE TABLE "_mig_new_uncounted" (a INTEGER PRIMARY KEY AUTOINCREMENT, b, c);
INSERT INTO _mig_new_uncounted (a, b)
SELECT a, b
FROM uncounted;
DROP TABLE uncounted;
ALTER TABLE _mig_new_uncounted RENAME TO uncounted;

PRAGMA legacy_alter_table = OFF;
