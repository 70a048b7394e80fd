#!/bin/sh
# `check`: each question, its answers and the exit status.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need sqlite3

# script ID PARENT UPGRADE [DOWNGRADE]
script() {
    cat >"versions/$1.sql" <<EOF2
-- revision $1
--
-- revision: $1
-- down_revision: $2

-- migrate: upgrade
$3

-- migrate: downgrade
${4:-}
EOF2
}

# A project with two revisions, applied, and the model that they make.
applied_project() {
    run_ok migrate init
    script a1 '' 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' 'DROP TABLE users;'
    script b2 a1 'ALTER TABLE users ADD COLUMN age INTEGER;' 'ALTER TABLE users DROP COLUMN age;'
    echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);' >model.sql
    run_ok migrate upgrade head
}

scenario 'a fresh project is fine, and nothing is made' <<'EOS'
run_ok migrate init
run_ok migrate check
expect_out <<'END'
ok: the graph is sound: 0 revisions
ok: no revision yet
ok: the database is at head
ok: no applied script was changed
ok: the database and the model are equal
END
expect_no_file app.db
EOS

scenario 'everything applied' <<'EOS'
applied_project
run_ok migrate check
expect_out <<'END'
ok: the graph is sound: 2 revisions
ok: one head: b2
ok: the database is at head: b2
ok: no applied script was changed
ok: the database and the model are equal
END
run_ok migrate check --against versions
expect_out <<'END'
ok: the graph is sound: 2 revisions
ok: one head: b2
ok: the versions and the model are equal
END
EOS

scenario 'a difference is shown as the SQL that removes it' <<'EOS'
applied_project
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER DEFAULT 0);' >model.sql
run_fails 1 migrate check
expect_out_like '^no: 1 difference between the database and the model$'
expect_out_like '^CREATE TABLE "_mig_new_users"'
expect_err_like 'migrate revision --autogenerate -m'
run_fails 1 migrate check --against versions
expect_out_like '^no: 1 difference between the versions and the model$'
expect_err_like 'migrate revision --autogenerate --against versions -m'
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' >model.sql
run_fails 1 migrate check
expect_out_like '^-- hazard: data-loss: drops column users.age$'
expect_out_like '^ALTER TABLE users DROP COLUMN age;$'
EOS

scenario 'the order of columns, comments and case are no difference' <<'EOS'
applied_project
cat >model.sql <<'END'
-- the people
create table Users (
  "AGE" integer, -- in years
  Name text,
  [id] integer primary key
);
END
run_ok migrate check
EOS

scenario 'a database behind its heads is not compared' <<'EOS'
applied_project
script c3 b2 'CREATE TABLE posts (id);'
run_fails 1 migrate check
expect_out <<'END'
ok: the graph is sound: 3 revisions
ok: one head: c3
no: the database is 1 revision behind, at b2
ok: no applied script was changed
END
expect_err 'hint: Apply them: migrate upgrade heads'
run migrate -q check
expect_status 1
expect_err ''
EOS

scenario 'two heads' <<'EOS'
applied_project
script c3 a1 'CREATE TABLE posts (id);'
run_fails 1 migrate check --against versions
expect_out_like '^no: 2 heads: b2, c3$'
expect_err_like 'migrate merge heads'
EOS

scenario 'an unsound graph: every fault, and no further question' <<'EOS'
applied_project
script c3 nosuch ''
script d4 missing ''
run_fails 1 migrate check
expect_out_like '^no: versions/c3.sql:4: '
expect_out_like '^no: versions/d4.sql:4: '
expect_out_unlike '^ok'
EOS

scenario 'a script that cannot be read is an error, not an answer' <<'EOS'
applied_project
echo 'SELECT 1;' >versions/bad.sql
run_fails 3 migrate check
expect_out ''
EOS

scenario 'an unknown row' <<'EOS'
applied_project
sqlite3 app.db "UPDATE migrate_version SET version_num = 'elsewhere'"
run_fails 1 migrate check
expect_out_like "^no: .*elsewhere"
EOS

scenario 'an edited script' <<'EOS'
applied_project
script b2 a1 'ALTER TABLE users ADD COLUMN age INT;' 'ALTER TABLE users DROP COLUMN age; SELECT 1;'
run_fails 1 migrate check
expect_out_like '^no: versions.*: changed since it was applied: b2 \(upgrade, downgrade\)$'
EOS

scenario 'tables that the versions did not create are no difference' <<'EOS'
applied_project
sqlite3 app.db 'CREATE TABLE "by hand" (x); CREATE TABLE "also by hand" (x)'
run_ok migrate check
expect_out_like '^ok: the database and the model are equal$'
expect_err_like 'unmanaged: table "by hand": not created by the versions'
echo 'CREATE TABLE "by hand" (x, y);' >>model.sql
run_fails 1 migrate check
expect_out_like 'ALTER TABLE "by hand" ADD COLUMN y;'
expect_err_unlike 'unmanaged: table "by hand"'
EOS

scenario 'a table that the versions created is dropped with its model' <<'EOS'
applied_project
echo 'CREATE TABLE other (x);' >model.sql
run_fails 1 migrate check
expect_out_like '^no: 2 differences'
expect_out_like '^DROP TABLE users;$'
EOS

scenario 'JSON' <<'EOS'
applied_project
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' >model.sql
run migrate check --format json
expect_status 1
expect_out <<'END'
{
  "name": null,
  "url": "sqlite:///app.db",
  "ok": false,
  "findings": [
    {
      "reason": "graph",
      "rule": null,
      "ok": true,
      "message": "the graph is sound: 2 revisions",
      "file": null,
      "line": null,
      "sql": null,
      "diff": null,
      "hint": null
    },
    {
      "reason": "heads",
      "rule": "RV001",
      "ok": true,
      "message": "one head: b2",
      "file": null,
      "line": null,
      "sql": null,
      "diff": null,
      "hint": null
    },
    {
      "reason": "not-at-head",
      "rule": null,
      "ok": true,
      "message": "the database is at head: b2",
      "file": null,
      "line": null,
      "sql": null,
      "diff": null,
      "hint": null
    },
    {
      "reason": "changed-script",
      "rule": "RV007",
      "ok": true,
      "message": "no applied script was changed",
      "file": null,
      "line": null,
      "sql": null,
      "diff": null,
      "hint": null
    },
    {
      "reason": "difference",
      "rule": "RV008",
      "ok": false,
      "message": "1 difference between the database and the model",
      "file": null,
      "line": null,
      "sql": "-- hazard: data-loss: drops column users.age\nALTER TABLE users DROP COLUMN age;\n",
      "diff": null,
      "hint": "Write a revision: migrate revision --autogenerate -m MESSAGE"
    }
  ]
}
END
EOS

scenario 'a model that does not load, or is not there' <<'EOS'
applied_project
printf 'CREATE TABLE a (x);\nCREATE TABLE b (,);\n' >model.sql
run_fails 3 migrate check
expect_err_like 'model.sql:2'
rm model.sql
run_fails 3 migrate check
expect_err_like 'model.sql'
EOS

scenario 'a step that is half done' <<'EOS'
run_ok migrate init
cat >versions/a1.sql <<'EOF'
-- about a1
--
-- revision: a1
-- down_revision:

-- migrate: upgrade transaction=off
CREATE TABLE t_a1 (a);
INSERT INTO nowhere VALUES (1);
-- migrate: downgrade
EOF
run_fails 7 migrate upgrade head
run migrate check
expect_status 1
expect_out_like '^no: half-done: upgrade of a1, block 1 of 1$'
expect_err_like '^hint: .*migrate status$'
run migrate check --format json
expect_out_like '"reason": "half-done"'
sed -i 's/nowhere VALUES (1)/t_a1 VALUES (1)/; s/downgrade$/downgrade transaction=off\nDELETE FROM t_a1;\nDROP TABLE nowhere;/' versions/a1.sql
run_ok migrate upgrade head
run_fails 7 migrate downgrade base
run migrate check
expect_status 1
expect_out_like '^no: half-done: downgrade of a1, block 1 of 1$'
run_fails 6 migrate revision --autogenerate -m more
expect_err_like 'migrate repair --abandon a1'
EOS
