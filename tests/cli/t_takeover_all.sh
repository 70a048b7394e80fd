#!/bin/sh
# Taking over databases with everything in them that SQLite has.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3

# take_over: app.db is there; afterwards its baseline is stamped and everything fits.
take_over() {
    run_ok migrate init
    run_ok migrate inspect live
    cp "$out" model.sql
    run_ok migrate revision --autogenerate --against versions -m baseline
    run_ok migrate stamp head
    run_ok migrate check
    run_ok migrate diff --exit-code live versions
    # A second database from the scripts is the same.
    run_ok migrate --url sqlite:second.db upgrade head
    run_ok migrate diff --exit-code live sqlite:second.db
}

scenario 'real schemas' <<'EOS'
for schema in "$srcdir"/tests/data/examples/schemas/*.sqlite.sql \
    "$srcdir"/tests/data/examples/series/*.sqlite/0000*.sql; do
    mkdir project
    cd project
    sqlite3 app.db <"$schema"
    take_over
    cd ..
    rm -r project
done
EOS

scenario 'everything SQLite has, with odd names, and rows' <<'EOS'
sqlite3 app.db <<'EOF'
CREATE TABLE "order" ("group" INTEGER PRIMARY KEY AUTOINCREMENT, "a ""b""" TEXT COLLATE NOCASE,
    [größe] DECIMAL(10, 2) DEFAULT (-1.5), `when` TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, -- note
    twice AS (größe * 2) STORED, CHECK ("größe" < 10), UNIQUE ("a ""b""" COLLATE RTRIM DESC));
CREATE TABLE Käufe (id INT PRIMARY KEY, o REFERENCES "order" ON DELETE SET NULL DEFERRABLE INITIALLY
    DEFERRED, self REFERENCES käufe (id)) WITHOUT ROWID;
CREATE TABLE typed (a INT PRIMARY KEY, b ANY) STRICT;
CREATE UNIQUE INDEX "an index" ON "order" (lower([a "b"]), größe DESC) WHERE größe IS NOT NULL;
CREATE VIEW zwei AS SELECT * FROM eins;
CREATE VIEW eins (x) AS SELECT "group" FROM "order" -- comment at the end
;
CREATE TRIGGER "t r" AFTER UPDATE OF größe ON "order" WHEN new.größe > 1 BEGIN
    UPDATE Käufe SET o = CASE WHEN 1 THEN new."group" END; DELETE FROM typed; END;
CREATE TRIGGER iv INSTEAD OF INSERT ON eins BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(body, tokenize = 'porter ascii');
INSERT INTO "order" (größe) VALUES (1), (2);
INSERT INTO search VALUES ('words');
ANALYZE;
EOF
take_over
expect_sql app.db 'SELECT count(*), max("group") FROM "order"' '2|2'
expect_sql app.db "SELECT seq FROM sqlite_sequence" 2
echo 'CREATE TABLE more (a);' >>model.sql
run_ok migrate revision --autogenerate -m more
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT count(*) FROM "order"' 2
EOS

scenario 'an empty database' <<'EOS'
sqlite3 app.db 'PRAGMA user_version = 1'
run_ok migrate init
run_ok migrate inspect live
cp "$out" model.sql
run_ok migrate revision --autogenerate --against versions -m baseline
expect_no_file versions/*baseline*
run_ok migrate check
EOS
