#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

scenario 'init makes a project in the current folder' <<'EOS'
run_ok migrate init
expect_out <<'EOF'
created migrate.ini
created model.sql
created script.sql.in
created versions/
EOF
expect_err_like '^  migrate upgrade head$'
expect_files migrate.ini model.sql script.sql.in
[ -d versions ] || fail 'no versions folder'
grep -q '^url = sqlite:///app.db$' migrate.ini || fail 'no url'
EOS

scenario 'init makes the folders above' <<'EOS'
run_ok migrate init 'some where/db' --url 'sqlite:////tmp/ä b.db'
expect_out_like '^created some where/$'
expect_err_like "^  cd 'some where/db'$"
expect_files 'some where/db/migrate.ini' 'some where/db/model.sql' 'some where/db/script.sql.in'
grep -q '^url = sqlite:////tmp/ä b.db$' 'some where/db/migrate.ini' || fail 'no url'
run_ok migrate init ./new//x///
expect_file new/x/migrate.ini
EOS

scenario 'init never overwrites: all that is in the way is named, nothing written' <<'EOS'
echo mine >model.sql
ln -s nowhere migrate.ini
run_fails 3 migrate init
expect_out ''
expect_err <<'EOF'
error E209: 'migrate.ini' exists already
  state: nothing was written
  hint: Name another folder, or move away what is there.
error E209: 'model.sql' exists already
EOF
expect_files migrate.ini model.sql
[ "$(cat model.sql)" = mine ] || fail 'overwritten'
EOS

scenario 'a versions folder may be there, a file of that name may not' <<'EOS'
mkdir -p a/versions b
echo keep >a/versions/x.sql
run_ok migrate init a
expect_out_unlike versions
[ "$(cat a/versions/x.sql)" = keep ] || fail 'touched'
: >b/versions
run_fails 3 migrate init b
expect_err_like "'b/versions' exists already"
[ "$(ls b)" = versions ] || fail 'something was written'
EOS

scenario 'what was made is taken back when a file cannot be written' <<'EOS'
run sh -c 'ulimit -f 1; trap "" XFSZ; exec migrate init new/place'
expect_status 3
expect_err_like "^error E200: cannot write 'new/place/migrate.ini': "
expect_err_like 'nothing was written'
expect_no_file new
: >file
run_fails 3 migrate init file/place
expect_files file
EOS

scenario 'init with a model of another kind' <<'EOS'
echo mine >model.sql
run_ok migrate init --model flask:app:db --url sqlite:///blog.db
expect_out <<'EOF'
created migrate.ini
created script.sql.in
created versions/
EOF
expect_err_unlike EDITOR
expect_err_like '^  migrate revision'
grep -q '^model = flask:app:db$' migrate.ini || fail 'no model'
[ "$(cat model.sql)" = mine ] || fail 'overwritten'
run_ok migrate init other
grep -q '^model = model.sql$' other/migrate.ini || fail 'no model'
run_fails 2 migrate init x --template multidb --model schema.sql
run_fails 2 migrate init x --model 'a
b'
run_fails 2 migrate init x --model ''
expect_no_file x
EOS

scenario 'init refuses what it cannot honour' <<'EOS'
run_fails 2 migrate init -c other.ini
run_fails 2 migrate init --template multidb --url sqlite:///x.db
run_fails 2 migrate init --template generc
expect_err_like "Did you mean 'generic'"
run_fails 3 migrate init --url nonsense://x
run_fails 2 migrate init --url 'sqlite:///x
evil = 1'
run_fails 2 migrate init a b
expect_files
EOS

scenario 'the templates are listed, and each can be made' <<'EOS'
run_ok migrate list-templates
expect_out_like '^generic  '
expect_out_like '^multidb  '
for name in $(sed 's/ .*//' "$out"); do
    run_ok migrate init --template "$name" "$name" --quiet
    expect_err ''
    expect_file "$name/migrate.ini"
done
run_ok migrate init x --format json
expect_out_like '^    "x/versions/"$'
EOS

scenario 'every setting that is written as a comment is a right one' <<'EOS'
for name in generic multidb; do
    run_ok migrate init --template "$name" "$name" --quiet
    sed -i 's/^# \([a-z_.]* = \|\[\)/\1/' "$name/migrate.ini"
    grep -q '^hooks = format$' "$name/migrate.ini" || fail 'nothing was uncommented'
    run_ok migrate -c "$name/migrate.ini" completion --list sections
done
expect_out 'users	section [migrate:users]
orders	section [migrate:orders]'
EOS
