#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'upgrade head runs what is pending, and then has nothing to do' <<'EOS'
linear_project
run_ok migrate upgrade head
expect_out ''
expect_err_like '^upgrade base -> a1  make a1 \('
expect_err_like '^upgrade b1 -> c1  make c1 \('
expect_tables 't_a1 t_b1 t_c1'
expect_rows c1
expect_sql app.db "SELECT revision, direction FROM migrate_log ORDER BY id" 'a1|upgrade
b1|upgrade
c1|upgrade'
run_ok migrate upgrade head
expect_out ''
expect_err 'nothing to do: the database is at c1'
run_ok migrate -q upgrade head
expect_err ''
EOS

scenario 'one step, a prefix, several targets' <<'EOS'
branched_project
run_ok migrate upgrade +1
expect_rows a1
run_ok migrate upgrade left@+1 c
expect_rows 'b1 c1'
run_ok migrate upgrade heads
expect_rows 'b2 c1'
run_fails 3 migrate upgrade head
expect_err_like 'error E322: '
run_fails 3 migrate upgrade +1
run_fails 3 migrate upgrade nonsense
expect_err_like "error E320: .*'nonsense'"
EOS

scenario 'a failing script leaves everything as it was' <<'EOS'
linear_project
cat >versions/b1_make.sql <<'EOF'
-- make b1
-- revision: b1
-- down_revision: a1

-- migrate: upgrade
CREATE TABLE t_b1 (id INTEGER PRIMARY KEY);
INSERT INTO t_nowhere VALUES (1);
EOF
run_fails 4 migrate upgrade head
expect_err_like 'error E401: upgrade of b1'
expect_err_like '^  at versions/b1_make.sql:7'
expect_err_like 'no such table: t_nowhere'
expect_err_like '^  state: .*a1'
expect_tables t_a1
expect_rows a1
sed -i '7d' versions/b1_make.sql
run_ok migrate upgrade head
expect_rows c1
EOS

scenario 'the plan shows the steps and their SQL, and touches nothing' <<'EOS'
linear_project
run_ok migrate upgrade b1 --plan
expect_out <<'EOF'
-- upgrade a1: base -> a1, make a1
CREATE TABLE t_a1 (id INTEGER PRIMARY KEY);

-- upgrade b1: a1 -> b1, make b1
CREATE TABLE t_b1 (id INTEGER PRIMARY KEY);

EOF
expect_err_like '^each step locks the whole database until it is committed: writes wait'
expect_err_like '^2 steps, 2 statements; nothing was run$'
expect_no_file app.db
cp "$out" plan.sql
sqlite3 plan.db <plan.sql
expect_tables 't_a1 t_b1' plan.db
run_ok migrate upgrade a1 --plan --format json
expect_out <<'EOF'
{
  "name": null,
  "url": "sqlite:///app.db",
  "direction": "upgrade",
  "steps": [
    {
      "revision": "a1",
      "direction": "upgrade",
      "message": "make a1",
      "path": "versions/a1_make.sql",
      "rows_before": [],
      "rows_after": [
        "a1"
      ],
      "sql": "CREATE TABLE t_a1 (id INTEGER PRIMARY KEY);\n",
      "statements_done": 0,
      "statements": [
        {
          "sql": "CREATE TABLE t_a1 (id INTEGER PRIMARY KEY)",
          "line": 7,
          "block": 1,
          "transaction": true,
          "hazards": [],
          "tables": [],
          "database_lock": {
            "lock": "write lock",
            "blocks": "writes",
            "note": "reads wait while it commits, and before that once the changes outgrow the cache"
          },
          "held_while": null,
          "unknown": null
        }
      ]
    }
  ]
}
EOF
run_ok migrate upgrade head
run_ok migrate upgrade head --plan
expect_out ''
expect_err 'nothing to do'
EOS

scenario 'blocks of other dialects and databases are no part of the plan' <<'EOS'
new_project
cat >versions/a1.sql <<'EOF'
-- revision: a1
-- down_revision:

-- migrate: upgrade dialect=postgresql
CREATE EXTENSION x;
-- migrate: upgrade name=other
CREATE TABLE other (a);
-- migrate: upgrade dialect=sqlite
CREATE TABLE mine (a) -- without a semicolon; really
-- migrate: upgrade
CREATE TABLE last (a); -- the end
EOF
run_ok migrate upgrade head --plan
expect_out <<'EOF'
-- upgrade a1: base -> a1
CREATE TABLE mine (a) -- without a semicolon; really
;
CREATE TABLE last (a); -- the end

EOF
EOS

scenario 'the offline script brings another database to the same place' <<'EOS'
linear_project
run_ok migrate upgrade head --sql --url sqlite:///no/such/folder/x.db
cp "$out" up.sql
expect_no_file app.db
sqlite3 offline.db <up.sql
expect_tables 't_a1 t_b1 t_c1' offline.db
expect_rows c1 offline.db
sqlite3 offline.db <up.sql >again 2>&1 && fail 'the script ran twice'
expect_rows c1 offline.db
run_ok migrate upgrade a1
run_ok migrate upgrade a1:head --sql
sqlite3 app.db <"$out"
expect_rows c1
run_ok migrate upgrade head --sql --format json
expect_out_like '"sql": '
EOS

scenario 'the result as JSON' <<'EOS'
linear_project
run_ok migrate upgrade b1 --format json
expect_out_like '^\{"event":"step_done",.*"revision":"a1"'
expect_out_like '^\{"event":"step_done",.*"revision":"b1"'
expect_out_like '^\{"name":null,"url":"sqlite:///app.db","direction":"upgrade","steps":2,"rows":\["b1"\]\}$'
run_ok migrate upgrade b1 --format json
expect_out '{"name":null,"url":"sqlite:///app.db","direction":"upgrade","steps":0,"rows":["b1"]}'
EOS

scenario 'several databases, one after the other' <<'EOS'
cat >migrate.ini <<'EOF'
[migrate]
[migrate:one]
url = sqlite:///one.db
[migrate:two]
url = sqlite:///two.db
EOF
mkdir versions
rev a1 ''
cat >versions/b1.sql <<'EOF'
-- revision: b1
-- down_revision: a1

-- migrate: upgrade name=two
CREATE TABLE t_two (a);
EOF
run_ok migrate upgrade head -n one -n two
expect_err_like '^\[migrate:one\]$'
expect_err_like '^\[migrate:two\]$'
expect_tables t_a1 one.db
expect_tables 't_a1 t_two' two.db
expect_rows b1 one.db
run_ok migrate upgrade head --url sqlite:///none.db
expect_tables t_a1 none.db
run_fails 2 migrate upgrade head -n one -n two --url sqlite:///x.db
run_fails 2 env MIGRATE_URL=sqlite:///x.db migrate upgrade head -n one -n two
run_fails 2 migrate upgrade head -n one -n two --sql
run_fails 3 migrate upgrade head
rm one.db
mkdir one.db
run_fails 4 migrate upgrade head -n one -n two
expect_err_like 'error E[0-9]+: \[migrate:one\]'
EOS

scenario 'tag, one by one, and what the script may drop' <<'EOS'
linear_project
run_ok migrate upgrade head --tag "release '7' ä" --one-by-one
expect_sql app.db "SELECT DISTINCT tag FROM migrate_log" "release '7' ä"
sqlite3 app.db 'CREATE INDEX by_hand ON t_c1 (id)'
cat >versions/d1.sql <<'EOF'
-- revision: d1
-- down_revision: c1

-- migrate: upgrade
CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO new (id) SELECT id FROM t_c1;
DROP TABLE t_c1;
ALTER TABLE new RENAME TO t_c1;
EOF
run_fails 6 migrate upgrade head
expect_err_like 'by_hand'
expect_rows c1
run_ok migrate upgrade head --allow-drop 'other' --allow-drop 'by_*'
expect_rows d1
EOS

scenario 'another run holds the lock' <<'EOS'
linear_project
sqlite3 app.db 'CREATE TABLE x (a)'
mkfifo hold
sqlite3 app.db <hold >held 2>&1 &
exec 9>hold
echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
while ! grep -q 1 held; do sleep 0.05; done
run_fails 5 migrate upgrade head --run-lock-timeout 200ms
expect_err_like 'error E500: '
exec 9>&-
wait
run_ok migrate upgrade head
for command in 'upgrade head' 'upgrade head --plan' 'downgrade base' 'stamp head' ensure-version \
    'repair --accept a1' 'repair --abandon a1'; do
    run_fails 2 migrate $command --run-lock-timeout 'two weeks'
    expect_err_like "'--run-lock-timeout': 'two weeks' is no duration"
    run_fails 2 migrate $command --lock-timeout ''
done
EOS

scenario 'wrong usage' <<'EOS'
linear_project
run_fails 2 migrate upgrade
expect_err_like 'argument REV is missing'
expect_err_like 'hint: For example: `migrate upgrade head`'
run_fails 2 migrate upgrade head --sql --plan
expect_err_like "'--plan' has no meaning with '--sql'"
run_fails 3 migrate upgrade head:a1 --sql
run_fails 3 migrate upgrade -1
expect_no_file app.db
EOS

scenario 'the plan names the hazards that the comments of a script name' <<'EOS'
linear_project
run_ok migrate upgrade c1
cat >versions/d1.sql <<'EOF'
-- revision: d1
-- down_revision: c1

-- migrate: upgrade
-- hazard: data-loss: drops table t_a1,
--   which "it's" in
DROP TABLE t_a1;

-- just a comment
CREATE TABLE t_d1 (a); -- hazard: none: of the next
-- migrate: upgrade transaction=off
-- hazard: scan: reads all
VACUUM;
EOF
run_ok migrate upgrade head --plan
expect_err <<'EOF'
hazard of d1, statement 1: data-loss: drops table t_a1,
which "it's" in
hazard of d1, statement 3: scan: reads all
each step locks the whole database until it is committed: writes wait; reads wait while it commits, and before that once the changes outgrow the cache
1 step, 3 statements; nothing was run
EOF
expect_out_like '^-- hazard: data-loss: drops table t_a1,$'
run_ok migrate upgrade head --plan --format json
expect_out_like '"kind": "data-loss"'
expect_out_like '"transaction": false'
expect_out_like '"block": 2'
expect_out_like '"line": 13'
expect_rows c1
EOS

scenario 'the plan says above each statement how much it reads and writes' <<'EOS'
new_project
sqlite3 app.db "CREATE TABLE \"my t\" (a INTEGER PRIMARY KEY, b); INSERT INTO \"my t\" VALUES (1, 2), (7, 8)"
cat >versions/a1.sql <<'EOF'
-- revision: a1
-- down_revision:
-- migrate: upgrade
/* two on a line */ CREATE TABLE x (a);   INSERT INTO x SELECT a FROM "my t";
    CREATE INDEX i ON "my t" (b)
-- migrate: upgrade transaction=off
VACUUM;
EOF
run_ok migrate upgrade head --plan
expect_out <<'EOF'
-- upgrade a1: base -> a1
/* two on a line */ CREATE TABLE x (a);
-- x: rows are written
-- my t (about 7 rows, 4 kB): all of it is read
INSERT INTO x SELECT a FROM "my t";
-- my t (about 7 rows, 4 kB): an index is built
CREATE INDEX i ON "my t" (b)
;
-- outside a transaction
-- locks the whole database, reads and writes wait: the whole file is written anew
VACUUM;

EOF
sqlite3 app.db <"$out"
expect_sql app.db "SELECT count(*) FROM x" 2
sqlite3 app.db 'DROP TABLE x; DROP INDEX i; PRAGMA journal_mode = wal' >/dev/null
run_ok migrate upgrade head --plan
expect_err_like 'writes wait; reads go on$'
EOS
