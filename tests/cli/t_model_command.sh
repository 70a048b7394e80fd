#!/bin/sh
# Models that a program prints: what it is given, what is made of what it prints, and how its failure
# looks. A shell stands in for Python, and scripts of its for the providers.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# provider NAME: a stand-in for it, from stdin.
provider() {
    mkdir -p providers
    cat >"providers/$1"
    MIGRATE_PROVIDERS=$PWD/providers
    export MIGRATE_PROVIDERS
}

scenario 'what a command is given' <<'EOS'
new_project 'model = exec:sh print.sh
model_args = --bind "a b", c'
cat >print.sh <<'EOF'
printf 'CREATE TABLE `%s|%s|%s` (a);' "$MIGRATE_DIALECT" "$MIGRATE_MODEL_ARGS" "$MIGRATE_X_KEY"
EOF
mkdir below
cd below
run_ok migrate -c ../migrate.ini -x key=v diff empty model
expect_out 'CREATE TABLE `sqlite|--bind "a b", c|v` (a);'
EOS

scenario 'no shell unless one is named' <<'EOS'
new_project "model = exec:printf 'CREATE TABLE \"%s\" (a);' \$HOME|x>y"
run_ok migrate diff empty model
expect_out 'CREATE TABLE "$HOME|x>y" (a);'
expect_no_file y
new_project "model = exec:sh -c 'echo \"CREATE TABLE t (a)\" | sed s/t/u/2'"
run_ok migrate diff empty model
expect_out 'CREATE TABLE t (a);'
EOS

scenario 'several models are joined in their order' <<'EOS'
new_project "model = exec:echo 'CREATE TABLE a (x, y);'
    b.sql, c
    sqlalchemy:d:Base, exec:echo 'CREATE VIEW e AS SELECT x FROM a, b, c, d;'
python = sh"
sed -i 's/Base, /Base\n    /' migrate.ini
provider sqlalchemy <<'EOF'
echo "CREATE TABLE d AS SELECT '$1' AS z FROM c;"
EOF
echo 'CREATE INDEX b ON a (y);' >b.sql
mkdir c
echo 'CREATE TABLE c (z);' >c/1.sql
echo 'CREATE TABLE b (z);' >c/0.sql
sed -i 's/INDEX b/INDEX i/' b.sql
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
expect_sql app.db "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name NOT \
    LIKE 'migrate%' AND name NOT LIKE 'sqlite%' ORDER BY name)" 'a b c d e i'
run_ok migrate check
EOS

scenario 'what a provider is given' <<'EOS'
new_project 'model = flask:app:create_app("x")
python = env PYTHON=mine sh -u
model_args = --bind users'
provider sqlalchemy <<'EOF'
printf 'CREATE TABLE `%s|%s|%s|%s|%s` (a);' "$#" "$1" "$PYTHON" "$MIGRATE_MODEL_ARGS" "$(ls migrate.ini)"
EOF
run_ok migrate diff empty model
expect_out 'CREATE TABLE `1|app:create_app("x")|mine|--bind users|migrate.ini` (a);'
EOS

scenario 'the error of a provider' <<'EOS'
new_project 'model = django:mysite.settings
python = sh'
provider django <<'EOF'
echo 'a warning' >&2
echo 'error: not this one' >&2
echo 'error:  there is no module '\''mysite'\' >&2
echo 'hint: Make one.' >&2
exit 1
EOF
run_fails 3 migrate check
expect_err <<'EOF'
error E208: model 'django:mysite.settings': there is no module 'mysite'
  detail: a warning
    error: not this one
  hint: Make one.
EOF
run migrate check --format json
expect_err_like "\"message\":\"model 'django:mysite.settings': there is no module 'mysite'\""
echo 'kill -9 $$' >providers/django
run_fails 3 migrate check
expect_err_like "^error E208: the model's command 'django:mysite.settings' was ended by signal 9"
echo ':' >providers/django
run_fails 3 migrate check
expect_err_like "^error E208: the model's command 'django:mysite.settings' printed nothing$"
EOS

scenario 'what is missing is named' <<'EOS'
new_project 'model = peewee:app.models
python = no-such-python -X'
provider peewee </dev/null
run_fails 3 migrate check
expect_err <<'EOF'
error E208: cannot run 'no-such-python': there is no such program
  hint: Model 'peewee:app.models' needs it: install it, or name it with 'python' in migrate.ini.
EOF
sed -i 's/^python.*/python = "x/' migrate.ini
run_fails 3 migrate check
expect_err_like "^error E208: '\"x' of key 'python' is no command: "
sed -i '/^python/d' migrate.ini
run_fails 3 env MIGRATE_PROVIDERS=/nowhere migrate check
expect_err_like "^error E208: the provider for 'peewee:' is not in '/nowhere/peewee'$"
new_project 'model = ./peewee:app.models'
run_fails 3 migrate check
expect_err_like "cannot read '.*peewee:app.models'"
EOS

scenario 'a command that takes too long is ended with all that it started' <<'EOS'
new_project 'model = sqlalchemy:app:Base
python = sh
model_timeout = 1s'
provider sqlalchemy <<'EOF'
sleep 100 &
echo $! >pid
wait
EOF
run_fails 3 migrate check
expect_err_like "^error E208: the model's command 'sqlalchemy:app:Base' was still running after 1 s$"
tries=0
while kill -0 "$(cat pid)" 2>/dev/null; do
    [ $((tries += 1)) -lt 600 ] || fail 'it still runs'
    sleep 0.1
done
EOS

# How often the command of the scenario below ran.
expect_runs() {
    [ "$(wc -l <runs)" -eq "$1" ] || fail "it ran $(wc -l <runs) times instead of $1"
}

scenario 'a command is not run again while the files that model_cache names are the same' <<'EOS'
mkdir -p 'a [b]/app/__pycache__'
cd 'a [b]'
new_project 'model = exec:sh print.sh
model_cache = *.txt, print.sh, app'
cat >print.sh <<'EOF'
echo run >>runs
cat *.txt app/*.def
EOF
echo 'CREATE TABLE a (x);' >a.txt
echo 'CREATE TABLE b (x);' >app/b.def
run_ok migrate diff empty model
run_ok migrate diff empty model
expect_runs 1
expect_out_like 'TABLE b'
run_ok migrate diff empty model -v
expect_err_like "nothing that 'model_cache' names has changed"
run_ok migrate diff empty model --no-cache
expect_runs 2
echo 'CREATE TABLE c (x);' >c.txt
run_ok migrate diff empty model
expect_out_like 'TABLE c'
expect_runs 3
echo x >app/__pycache__/x
echo x >app/.b.def.swp
run_ok migrate diff empty model
expect_runs 3
sed -i s/b/bb/ app/b.def
run_ok migrate diff empty model
expect_out_like 'TABLE bb'
expect_runs 4
run_ok migrate -x key=value diff empty model
expect_runs 5
echo 'model_args = more' >>migrate.ini
run_ok migrate diff empty model
expect_runs 6
sed -i 's/^model_args.*/model_args = less/' migrate.ini
run_ok migrate diff empty model
expect_runs 7
sed -i 's/more/less/' migrate.ini
run_ok migrate diff empty model
expect_runs 7
echo 'exit 3' >>print.sh
run_fails 3 migrate diff empty model
run_fails 3 migrate diff empty model
expect_runs 9
sed -i 's/^model_cache.*/model_cache = nothing*.here/' migrate.ini
run_fails 3 migrate diff empty model
expect_err_like "^error E208: 'nothing\*.here' of key 'model_cache' names no file$"
sed -i 's/^model_cache.*/model_cache = nothing.here/' migrate.ini
run_fails 3 migrate diff empty model
expect_err_like "^error E208: cannot read 'nothing.here', which 'model_cache' names: No such file"
EOS
