CREATE TABLE "select" ("from" INT NOT NULL DEFAULT 0, [where] TEXT, `group by` REAL, 'single' INT);
CREATE TABLE Größe ("Straße" TEXT PRIMARY KEY, 名前 TEXT, "🙂" INT DEFAULT '☹', "ÄÖÜ" TEXT);
CREATE TABLE "it's; -- not /* a comment" ("x.y" INT CHECK ("x.y" <> ';'), "new
line" INT);
CREATE INDEX "the ""index""" ON "select" ("from");
CREATE VIEW "a.b" AS SELECT "from" AS "to" FROM "select";
CREATE TRIGGER "t r" AFTER DELETE ON Größe BEGIN DELETE FROM "select" WHERE "from" = old."🙂"; END;
