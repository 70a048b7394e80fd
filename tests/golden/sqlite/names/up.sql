DROP INDEX "the ""index""";

PRAGMA legacy_alter_table = ON;

-- hazard: rewrite: copies every row of table "Größe" into a new one
CREATE TABLE "_mig_new_Größe" ("Straße" TEXT PRIMARY KEY, 名前 TEXT, "🙂" INT DEFAULT '☹', "ÄÖÜ" TEXT);
INSERT INTO "_mig_new_Größe" (rowid, "Straße", "名前", "🙂")
SELECT rowid, "Straße", "名前", "🙂"
FROM "Größe";
DROP TABLE "Größe";
ALTER TABLE "_mig_new_Größe" RENAME TO "Größe";
CREATE TRIGGER "t r" AFTER DELETE ON Größe BEGIN DELETE FROM "select" WHERE "from" = old."🙂"; END;

-- hazard: rewrite: copies every row of table "it's; -- not /* a comment" into a new one
-- hazard: fails-on-data: new CHECK on table "it's; -- not /* a comment"; rows that stand in the way:
--   SELECT * FROM "it's; -- not /* a comment" WHERE NOT ("x.y" <> ';');
--   UPDATE "it's; -- not /* a comment" SET ... WHERE NOT ("x.y" <> ';');
CREATE TABLE "_mig_new_it's; -- not /* a comment" ("x.y" INT CHECK ("x.y" <> ';'), "new
line" INT);
INSERT INTO "_mig_new_it's; -- not /* a comment" (rowid, "x.y", "new
line")
SELECT rowid, "x.y", "new
line"
FROM "it's; -- not /* a comment";
DROP TABLE "it's; -- not /* a comment";
ALTER TABLE "_mig_new_it's; -- not /* a comment" RENAME TO "it's; -- not /* a comment";

-- hazard: rewrite: copies every row of table "select" into a new one
-- hazard: data-loss: drops column "select"."a""b"
-- hazard: fails-on-data: "select"."from" becomes NOT NULL; rows that stand in the way:
--   SELECT * FROM "select" WHERE "from" IS NULL;
--   UPDATE "select" SET "from" = ... WHERE "from" IS NULL;
CREATE TABLE "_mig_new_select" ("from" INT NOT NULL DEFAULT 0, [where] TEXT, `group by` REAL, 'single' INT);
INSERT INTO _mig_new_select (rowid, "from", "where", "group by", single)
SELECT rowid, "from", "where", "group by", single
FROM "select";
DROP TABLE "select";
ALTER TABLE _mig_new_select RENAME TO "select";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "the ""index""" ON "select" ("from");
