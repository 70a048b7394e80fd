CREATE TABLE "select" ("from" INT, [where] TEXT, `group by` REAL, "a""b" BLOB, 'single' INT);
CREATE TABLE Größe ("Straße" TEXT PRIMARY KEY, 名前 TEXT, "🙂" INT DEFAULT '🙂');
CREATE TABLE "it's; -- not /* a comment" ("x.y" INT, "new
line" INT);
CREATE INDEX "the ""index""" ON "select" ("from", [where] DESC);
CREATE VIEW "a.b" AS SELECT "from" AS "to" FROM "select";
CREATE TRIGGER "t r" AFTER DELETE ON Größe BEGIN DELETE FROM "select" WHERE "from" = old."🙂"; END;
