#!/bin/sh
# Offline scripts lead where online runs lead, for a real history and with the plain client.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# A database whole, with the times blotted out.
dump_of() {
    sqlite3 "$1" .dump | sed "s/'20[0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9:.]*Z\{0,1\}'/TIME/g"
}

chirpstack() {
    printf '[migrate]\nurl = sqlite:///app.db\n' >migrate.ini
    cp -r "$srcdir/tests/data/examples/histories/chirpstack.sqlite/versions" .
    chmod -R u+w versions
}

scenario 'a real history, up and down' <<'EOS'
chirpstack
run_ok migrate upgrade head --allow-drop '*'
run_ok migrate upgrade head --sql
sqlite3 -bail off.db <"$out"
dump_of app.db >online
dump_of off.db >offline
expect_same online offline
run_ok migrate downgrade base --allow-drop '*'
run_ok migrate downgrade head:base --sql
sqlite3 -bail off.db <"$out"
dump_of app.db >online
dump_of off.db >offline
expect_same online offline
expect_sql off.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'migrate%' AND name NOT LIKE 'sqlite%'" 0
EOS

scenario 'the same history loses indexes in a rebuild, which is said' <<'EOS'
chirpstack
run_fails 6 migrate upgrade head
expect_err_like "error E609: .*index 'idx_device_profile_name_trgm' of 'device_profile'"
expect_err_like '^  state: rolled back, the database stays at 20251003080542'
expect_rows 20251003080542
EOS

scenario 'a step that fails ends the script with the steps before it kept' <<'EOS'
linear_project
sed -i 's/^CREATE TABLE t_c1.*/&\nINSERT INTO nowhere VALUES (1);/' versions/c1_make.sql
run_ok migrate upgrade head --sql
sqlite3 off.db <"$out" 2>said && fail 'the script went on'
grep -q 'nowhere' said
expect_rows b1 off.db
expect_tables 't_a1 t_b1' off.db
EOS

scenario 'a message cannot break out of its comment' <<'EOS'
new_project
printf -- '-- a1\rDROP TABLE x; */ it'"'"'s\n-- revision: a1\n-- down_revision:\n-- migrate: upgrade\nCREATE TABLE t_a1 (a)' >versions/a1.sql
run_ok migrate upgrade head --sql --tag "it's; --"
sqlite3 -bail off.db <"$out"
expect_rows a1 off.db
expect_sql off.db 'SELECT tag FROM migrate_log' "it's; --"
EOS

# there_and_back: up to all heads, both ways, and down to base.
there_and_back() {
    run_ok migrate upgrade heads
    run_ok migrate upgrade heads --sql
    cp "$out" up.sql
    sqlite3 off.db <up.sql
    dump_of app.db >online
    dump_of off.db >offline
    expect_same online offline
    sqlite3 off.db <up.sql 2>said && fail 'the script ran twice'
    grep -q 'the version rows are not the planned ones' said
    dump_of off.db >offline
    expect_same online offline
    rows=$(sqlite3 off.db "SELECT group_concat(version_num, ',') FROM migrate_version")
    run_ok migrate downgrade base
    run_ok migrate downgrade "$rows:base" --sql
    sqlite3 off.db <"$out"
    dump_of app.db >online
    dump_of off.db >offline
    expect_same online offline
}

# script ID DOWN [LINE-ENDS]: a revision that is what stdin says.
script() {
    { printf -- '-- revision: %s\n-- down_revision: %s\n\n' "$1" "$2"; cat; } >"versions/$1.sql"
    [ -z "${3:-}" ] || sed -i 's/$/\r/' "versions/$1.sql"
}

scenario 'scripts that hold all there is, in branches with several heads' <<'EOS'
new_project
script a1 '' crlf <<'EOF'
-- migrate: upgrade
CREATE TABLE t (a integer primary key, b text -- why
);
INSERT INTO t VALUES (1, 'line
two
.quit
'), (2, 'x;y');
CREATE TRIGGER tr AFTER INSERT ON t BEGIN
  UPDATE t SET b = b || 'z' WHERE a = new.a;
  SELECT CASE WHEN 1 THEN 2 END;
END;
INSERT INTO t VALUES (3, 'q');
-- migrate: downgrade
DROP TABLE t
EOF
script b1 a1 <<'EOF'
-- migrate: upgrade
CREATE TABLE mix (a TEXT DEFAULT 'x
/
y', b);
CREATE TEMP TABLE tt (a); CREATE VIEW temp."v ""v" AS SELECT 1;
PRAGMA case_sensitive_like = ON;
CREATE TABLE "sel[ect" (a);/* c */
-- migrate: downgrade
DROP TABLE mix; DROP TABLE "sel[ect";
EOF
script c1 b1 <<'EOF'
-- migrate: upgrade
CREATE TEMP TABLE tt (a); CREATE TEMPORARY VIEW IF NOT EXISTS "v ""v" AS SELECT 2 AS x;
CREATE TABLE div AS SELECT 8
/
2 AS x, 'a' LIKE 'A' AS y, (SELECT * FROM "v ""v") AS
GO
;
-- migrate: downgrade
DROP TABLE div;
EOF
script d1 a1 <<'EOF'
-- migrate: upgrade transaction=off
VACUUM;
PRAGMA legacy_alter_table = ON;
CREATE TABLE off1 (a);
INSERT INTO off1 VALUES (1);
-- migrate: upgrade
CREATE TABLE after_off (a);
PRAGMA user_version = 7;
-- migrate: downgrade
DROP TABLE off1; DROP TABLE after_off;
EOF
script e1 'c1, d1' <<'EOF'
-- migrate: upgrade
CREATE TABLE e (a);
-- migrate: downgrade
DROP TABLE e;
EOF
script f1 '' <<'EOF'
-- migrate: upgrade
CREATE TABLE f (a)
-- migrate: downgrade
DROP TABLE f
EOF
there_and_back
sqlite3 off.db "SELECT writefile('text', script) FROM migrate_log WHERE id = 1" >/dev/null
expect_same versions/a1.sql text
EOS

scenario 'foreign keys that are broken before the script stay as they are' <<'EOS'
linear_project
for name in app off; do
    sqlite3 $name.db 'CREATE TABLE p (A PRIMARY KEY, b, c, UNIQUE (c, b)); INSERT INTO p VALUES (1, 2, 3);
CREATE TABLE no_key (x REFERENCES p (b)); INSERT INTO no_key VALUES (5);
CREATE TABLE orphan (x REFERENCES nowhere, y REFERENCES p, b, c, FOREIGN KEY (b, c) REFERENCES P (B, C));
INSERT INTO orphan VALUES (1, 1, 2, 3), (1, 9, 9, 9)'
done
there_and_back
printf -- '-- migrate: upgrade\nDELETE FROM p;\n' >>versions/c1_make.sql
run_ok migrate upgrade c1 --sql
sqlite3 off.db <"$out" 2>said && fail 'the script went on'
grep -q 'leaves rows whose foreign key finds no row' said
expect_rows b1 off.db
EOS
