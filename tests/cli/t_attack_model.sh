#!/bin/sh
# Models that do not behave, and models that are hard to reach.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3 yes timeout

scenario 'a model command that prints without end is stopped' <<'EOS'
run_ok migrate init
printf '[migrate]\nurl = sqlite:///app.db\nmodel = exec:yes\n' >migrate.ini
run_fails 3 timeout 60 migrate revision --autogenerate -m x
expect_err_like "'yes' printed more than 128 MiB"
EOS

scenario 'a model command that complains without end meets its time limit' <<'EOS'
run_ok migrate init
cat >migrate.ini <<'EOF'
[migrate]
url = sqlite:///app.db
model = exec:sh -c "yes stuck >&2"
model_timeout = 1s
EOF
run_fails 3 timeout 60 migrate revision --autogenerate -m x
expect_err_like 'was still running after 1 s'
expect_err_like 'stuck'
EOS

scenario 'a column goes while a view made anew is spoken of by other code' <<'EOS'
run_ok migrate init
cat >model.sql <<'EOF'
CREATE TABLE a(x int, y int);
CREATE TABLE b(q int);
CREATE VIEW v AS SELECT x FROM a;
CREATE VIEW over_v AS SELECT * FROM v;
CREATE TRIGGER t AFTER INSERT ON b BEGIN UPDATE b SET q = (SELECT count(*) FROM v); END;
EOF
run_ok migrate revision --autogenerate -m one
run_ok migrate upgrade head
sqlite3 app.db 'INSERT INTO a VALUES (1, 2)'
cat >model.sql <<'EOF'
CREATE TABLE a(y int);
CREATE TABLE b(q int);
CREATE VIEW v AS SELECT y FROM a;
CREATE VIEW over_v AS SELECT * FROM v;
CREATE TRIGGER t AFTER INSERT ON b BEGIN UPDATE b SET q = (SELECT count(*) FROM v); END;
EOF
run_ok migrate revision --autogenerate -m two
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT * FROM over_v' 2
run_ok migrate downgrade -1
run_ok migrate verify
EOS
