#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3

project() {
    run_ok migrate init
    sqlite3 app.db 'CREATE TABLE "Post" (id INTEGER PRIMARY KEY, author REFERENCES users (id), -- who
        title TEXT NOT NULL DEFAULT '\'\''); CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT,
        email TEXT UNIQUE); CREATE INDEX by_title ON Post (title DESC) WHERE title > 0;
        CREATE VIEW titles AS SELECT title FROM Post; INSERT INTO users (email) VALUES (1);
        CREATE TRIGGER gone AFTER DELETE ON users BEGIN DELETE FROM Post WHERE author = old.id; END'
}

scenario 'the live database as SQL, in an order that loads' <<'EOS'
project
run_ok migrate inspect
expect_err ''
expect_out <<'EOF'
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT,
        email TEXT UNIQUE);

CREATE TABLE "Post" (id INTEGER PRIMARY KEY, author REFERENCES users (id), -- who
        title TEXT NOT NULL DEFAULT '');
CREATE INDEX by_title ON Post (title DESC) WHERE title > 0;

CREATE VIEW titles AS SELECT title FROM Post;
CREATE TRIGGER gone AFTER DELETE ON users BEGIN DELETE FROM Post WHERE author = old.id; END;
EOF
EOS

scenario 'what is printed is a model of the same schema' <<'EOS'
project
run_ok migrate inspect
cp "$out" model.sql
run_ok migrate inspect model
cp "$out" again.sql
expect_same model.sql again.sql
run_ok migrate inspect --format json
cp "$out" live.json
run_ok migrate inspect model --format json
expect_same "$out" live.json
EOS

scenario 'real schemas come back as they are' <<'EOS'
for schema in "$srcdir"/tests/data/examples/schemas/*.sqlite.sql \
    "$srcdir"/tests/data/examples/series/*.sqlite/*.sql; do
    rm -rf project
    run_ok migrate init project
    sqlite3 project/app.db <"$schema"
    run_ok migrate -c project/migrate.ini inspect
    cp "$out" project/model.sql
    run_ok migrate -c project/migrate.ini inspect --format json
    cp "$out" live.json
    run_ok migrate -c project/migrate.ini inspect model --format json
    expect_same "$out" live.json
    run_ok migrate -c project/migrate.ini inspect "file:$schema" --format json
    expect_same "$out" live.json
done
EOS

scenario 'every source' <<'EOS'
project
run_ok migrate inspect
cp "$out" live.sql
for source in live file:live.sql file:app.db sqlite:app.db sqlite:///app.db; do
    run_ok migrate inspect "$source"
    expect_same "$out" live.sql
done
run_ok migrate inspect model
expect_out ''
run_ok migrate inspect empty
expect_out ''
run_ok migrate inspect versions
expect_out ''
cat >versions/1.sql <<'EOF'
-- one
--
-- revision: aaa1
-- down_revision:

-- migrate: upgrade
CREATE TABLE one (a);
EOF
cat >versions/2.sql <<'EOF'
-- two
--
-- revision: bbb2
-- down_revision: aaa1

-- migrate: upgrade
ALTER TABLE one RENAME TO "two é";
EOF
run_ok migrate inspect versions@aaa1
expect_out 'CREATE TABLE one (a);'
run_ok migrate inspect versions@bbb2-1
expect_out 'CREATE TABLE one (a);'
run_ok migrate inspect versions
expect_out 'CREATE TABLE "two é" (a);'
run_ok migrate inspect versions@base
expect_out ''
run_ok migrate inspect versions@current
expect_out ''
EOS

scenario 'a source that is none' <<'EOS'
project
run_fails 2 migrate inspect modell
expect_err <<'EOF'
error E103: unknown source 'modell'
  hint: Did you mean 'model'? A source is live, model, versions, versions@REV, file:PATH, empty or a database URL.
EOF
run_fails 2 migrate inspect model.sql
expect_err_like "For the file, write 'file:model.sql'"
run_fails 2 migrate inspect versions@
run_fails 2 migrate inspect file:
run_fails 3 migrate inspect versions@nope
run_fails 3 migrate inspect file:nope.sql
expect_err_like "cannot read 'nope.sql': No such file"
run_fails 4 migrate inspect sqlite:nope.db
expect_err_like "there is no database 'sqlite:nope.db'"
expect_no_file nope.db
run_fails 2 migrate inspect postgresql://u:secret@h/db
expect_err_unlike secret
EOS

scenario 'a database that is not there is empty and is not made' <<'EOS'
run_ok migrate init
run_ok migrate inspect
expect_out ''
expect_no_file app.db
run_ok migrate inspect --format json
expect_out_like '"objects": \[\]'
expect_no_file app.db
EOS

scenario 'a file that is no database' <<'EOS'
run_ok migrate init
echo 'this is not a database at all, only a line of text, long enough' >app.db
run_fails 4 migrate inspect
expect_err_like '^error E402: '
EOS

scenario 'our own tables are not shown, nor what is excluded' <<'EOS'
project
sqlite3 app.db 'CREATE TABLE migrate_version (version_num text PRIMARY KEY);
    CREATE TABLE migrate_log (id); CREATE TABLE tmp_1 (a); CREATE TABLE "TMP_2" (a);
    CREATE INDEX i ON tmp_1 (a)'
echo 'exclude = tmp_*' >more
sed -i '/^model = /r more' migrate.ini
run_ok migrate inspect
expect_out_unlike 'migrate_|tmp_|TMP_'
expect_out_like 'CREATE TABLE users'
sed -i 's/^exclude = .*/include = us*, titles/' migrate.ini
run_ok migrate inspect
expect_out_unlike 'Post" '
expect_out_like 'CREATE TABLE users'
expect_out_like 'CREATE VIEW titles'
EOS

scenario 'JSON' <<'EOS'
run_ok migrate init
sqlite3 app.db 'CREATE TABLE "T é" ("b""c" TEXT REFERENCES x)'
run_ok migrate inspect --format json
sed -i 's/"hash": "[0-9a-f]\{64\}"/"hash": "…"/' "$out"
expect_out <<'EOF'
{
  "format": 1,
  "dialect": "sqlite",
  "hash": "…",
  "objects": [
    {
      "kind": "table",
      "name": "T é",
      "path": [
        "T é"
      ],
      "identity": "table \"t é\"",
      "attributes": {},
      "rendering": {
        "sql": "CREATE TABLE \"T é\" (\"b\"\"c\" TEXT REFERENCES x)"
      },
      "depends": [
        "table x"
      ],
      "hash": "…",
      "children": [
        {
          "kind": "column",
          "name": "b\"c",
          "path": [
            "T é",
            "b\"c"
          ],
          "identity": "column \"t é\".\"b\"\"c\"",
          "position": 1,
          "attributes": {
            "type": "TEXT"
          },
          "rendering": {
            "definition": "\"b\"\"c\" TEXT REFERENCES x"
          },
          "depends": [],
          "hash": "…",
          "children": []
        },
        {
          "kind": "constraint",
          "name": "foreign key (\"b\"\"c\") references x",
          "path": [
            "T é",
            "foreign key (\"b\"\"c\") references x"
          ],
          "identity": "constraint \"t é\".\"foreign key (\"\"b\"\"\"\"c\"\") references x\"",
          "attributes": {
            "columns": "\"b\"\"c\"",
            "references": "x",
            "type": "FOREIGN KEY"
          },
          "rendering": {
            "definition": "REFERENCES x",
            "written-in": "b\"c"
          },
          "depends": [
            "table x"
          ],
          "hash": "…",
          "children": []
        }
      ]
    }
  ]
}
EOF
EOS

scenario 'a dump of sqlite3 is a model' <<'EOS'
project
sqlite3 app.db "CREATE VIRTUAL TABLE search USING fts5(body)"
sqlite3 app.db .dump >model.sql
run_ok migrate inspect --format json
cp "$out" live.json
run_ok migrate inspect model --format json
expect_same "$out" live.json
expect_err_like 'model.sql: left out [0-9]+ statements that change rows'
EOS

scenario 'the model in a folder' <<'EOS'
run_ok migrate init
rm model.sql
mkdir -p 'the model/b'
echo 'CREATE TABLE b (a REFERENCES a);' >'the model/b/x.sql'
echo 'CREATE TABLE a (a);' >'the model/a.sql'
printf '\357\273\277CREATE TABLE\r\nc (a)\r\n' >'the model/ü.sql'
: >'the model/empty.sql'
echo 'no SQL' >'the model/notes.txt'
sed -i 's/^model = .*/model = the model/' migrate.ini
run_ok migrate inspect model
expect_out_like 'CREATE TABLE b'
expect_out_like 'CREATE TABLE a'
cp "$out" model.out
run_ok migrate inspect 'file:the model'
expect_same model.out "$out"
mkdir none
run_fails 3 migrate inspect file:none
expect_err_like "the folder 'none' holds no .sql file"
echo 'CREATE TABLE x (a);
CREATE TABLE y (a,, b);' >'the model/b/bad.sql'
run_fails 3 migrate inspect model
expect_err_like '^error E208: '
expect_err_like '^  at the model/b/bad.sql:2:19$'
expect_err_like 'CREATE TABLE y \(a,, b\);'
expect_err_like 'database: near ",": syntax error'
EOS

scenario 'a model that cannot be had' <<'EOS'
run_ok migrate init
rm model.sql
run_fails 3 migrate inspect model
expect_err_like "^error E208: cannot read 'model.sql': No such file or directory$"
expect_err_like '^  hint: The model is named at migrate.ini:[0-9]+\.$'
mkdir model.sql
run_fails 3 migrate inspect model
expect_err_like "the folder 'model.sql' holds no .sql file"
sed -i 's/^model = .*//' migrate.ini
run_fails 3 migrate inspect model
expect_err_like 'there is no model'
EOS

scenario 'a command as model' <<'EOS'
run_ok migrate init
cat >models.sh <<'EOF'
echo "talk on stderr of $MIGRATE_DIALECT" >&2
echo "CREATE TABLE t_$MIGRATE_X_TENANT (a);"
echo "CREATE TABLE \"$(basename "$PWD")\" (a);"
EOF
sed -i 's/^model = .*/model = exec:sh models.sh/' migrate.ini
run_ok migrate -x tenant=acme inspect model
expect_err ''
expect_out_like '^CREATE TABLE t_acme \(a\);$'
expect_out_like '^CREATE TABLE "work" \(a\);$'
mkdir below
cd below
run_ok migrate -c ../migrate.ini inspect model
expect_out_like '^CREATE TABLE "work" \(a\);$'
cd ..
echo 'echo "Traceback: no module x" >&2; exit 3' >models.sh
run_fails 3 migrate inspect model
expect_err_like "^error E208: the model's command 'sh models.sh' exited with status 3$"
expect_err_like '^  detail: Traceback: no module x$'
: >models.sh
run_fails 3 migrate inspect model
expect_err_like 'printed nothing'
echo 'echo "CREATE TABLE t (a);"; echo "CREATE TABLE t (b);"' >models.sh
run_fails 3 migrate inspect model
expect_err_like '^  at exec:sh models.sh:2:'
expect_err_like 'table t already exists'
echo 'sleep 60' >models.sh
sed -i 's/^model = .*/&\nmodel_timeout = 300ms/' migrate.ini
run_fails 3 migrate inspect model
expect_err_like 'was still running after 0.3 s'
EOS

scenario 'a model cannot touch files' <<'EOS'
run_ok migrate init
echo "ATTACH 'other.db' AS o; CREATE TABLE o.t (a);" >model.sql
run_fails 3 migrate inspect model
expect_err_like '^  at model.sql:1:'
expect_no_file other.db
echo "VACUUM INTO 'other.db';" >model.sql
run migrate inspect model
expect_no_file other.db
EOS
