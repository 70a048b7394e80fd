#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# The lines of a script's header, without the random and the dated ones.
header() {
    sed -n '/^-- migrate:/q; /^-- revision:/d; /^-- created:/d; p' "$1"
}

model() {
    cat >model.sql
}

scenario 'an empty revision, as the design shows it' <<'EOS'
run_ok migrate init
run_ok migrate revision --rev-id 9b2f6c1e04aa -m 'Add age column'
expect_out 'created versions/9b2f6c1e04aa_add_age_column.sql'
expect_err ''
sed 's/^-- created: ....-..-..T..:..:..Z$/-- created: NOW/' versions/*.sql >found
run_ok cat found
expect_out <<'EOF'
-- Add age column
--
-- revision: 9b2f6c1e04aa
-- down_revision:
-- branch_labels:
-- depends_on:
-- created: NOW

-- migrate: upgrade

-- migrate: downgrade
EOF
EOS

scenario 'ids are random, each follows the last, a message may be missing' <<'EOS'
run_ok migrate init
run_ok migrate revision
run_ok migrate revision -m ''
run_ok migrate revision -m '!?'
[ "$(ls versions | grep -cxE '[0-9a-f]{12}\.sql')" = 3 ] || fail "$(ls versions)"
run_ok migrate upgrade head
run migrate current
expect_out_like '^[0-9a-f]{12} \(head\)$'
EOS

scenario 'odd messages do no harm' <<'EOS'
run_ok migrate init
run_ok migrate revision --rev-id a -m "it's \"quoted\"; DROP TABLE x --"
run_ok migrate revision --rev-id b -m 'été 日本語
-- migrate: upgrade
DROP TABLE x;'
run_ok migrate revision --rev-id c -m 'revision: zz'
run_ok migrate revision --rev-id d -m 'migrate: downgrade'
run_ok migrate revision --rev-id e -m '../../etc/passwd'
expect_file versions/a_it_s_quoted_drop_table_x.sql
expect_file versions/b_été_日本語_migrate_upgrade_drop_table_x.sql
expect_file versions/e_etc_passwd.sql
run_ok migrate upgrade head --plan
expect_out_unlike '^DROP'
run_ok migrate upgrade head
run_ok migrate current
expect_out_like '^e \(head\)$'
run_fails 2 migrate revision --rev-id f -m "$(printf 'not \351 UTF-8')"
expect_no_file versions/f*
EOS

scenario 'autogenerate writes what the model has more, and nothing when there is nothing' <<'EOS'
run_ok migrate init
model <<'EOF'
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
EOF
run_ok migrate revision --autogenerate --rev-id a -m users
expect_out 'created versions/a_users.sql'
run_ok migrate upgrade head
run_ok migrate revision --autogenerate -m again
expect_out ''
expect_err_like '^no changes: '
run_ok migrate -q revision --autogenerate -m again
expect_err ''
run_ok migrate --format json revision --autogenerate -m again
expect_out <<'EOF'
{
  "revision": null,
  "path": null
}
EOF
expect_files migrate.ini model.sql script.sql.in app.db versions/a_users.sql
run_ok migrate revision --autogenerate --allow-empty --rev-id b -m again
expect_out 'created versions/b_again.sql'
run_ok sed -n '/migrate:/,$p' versions/b_again.sql
expect_out <<'EOF'
-- migrate: upgrade

-- migrate: downgrade
EOF
EOS

scenario 'autogenerate against a database behind its heads says what to do' <<'EOS'
run_ok migrate init
run_ok migrate revision --rev-id a -m one
echo 'CREATE TABLE t (a);' >model.sql
run_fails 6 migrate revision --autogenerate -m two
expect_err_like '^error E603: '
expect_err_like '^  next: migrate upgrade heads$'
run_ok migrate revision --autogenerate --against versions --rev-id b -m two
expect_file versions/b_two.sql
grep -q 'CREATE TABLE t' versions/b_two.sql || fail 'no SQL'
EOS

scenario 'renames are told, drops of strange tables must be allowed' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE users (id integer PRIMARY KEY, name text);' >model.sql
run_ok migrate revision --autogenerate --rev-id a -m one
run_ok migrate upgrade head
sqlite3 app.db "CREATE TABLE stranger (x); INSERT INTO users VALUES (1, 'ann')"
echo 'CREATE TABLE people (id integer PRIMARY KEY, name text);' >model.sql
run_ok migrate revision --autogenerate --rename users=people --rev-id b -m two
expect_err_like "^unmanaged: .*stranger"
grep -q DROP versions/b_two.sql && fail 'drops something'
run_ok migrate upgrade head
expect_sql app.db 'SELECT name FROM people' ann
run_ok migrate revision --autogenerate -m three
expect_out ''
run_ok migrate revision --autogenerate --allow-drop='other*' -m three
expect_out ''
run_ok migrate revision --autogenerate --allow-drop --rev-id c -m three
grep -q 'DROP TABLE stranger' versions/c_three.sql || fail 'does not drop'
run_fails 2 migrate revision --autogenerate --rename people -m four
expect_err_like '^error E103: '
EOS

scenario 'options of autogenerate need it' <<'EOS'
run_ok migrate init
for option in --against=versions --rename=a=b --allow-drop --no-proof --allow-empty; do
    run_fails 2 migrate revision "$option" -m x
    expect_err_like "^error E100: option '${option%%=*}' has a meaning only with --autogenerate"
done
[ -z "$(ls versions)" ] || fail 'something was written'
EOS

scenario 'heads, splices, labels and dependencies' <<'EOS'
run_ok migrate init
run_ok migrate revision --rev-id aa -m one
run_ok migrate revision --rev-id bb -m two --branch-label main
run_fails 2 migrate revision --head aa -m x
expect_err <<'EOF'
error E103: revision 'aa' is not a head
  hint: Give --splice to make a new branch from this revision.
EOF
run_ok migrate revision --rev-id cc --head aa --splice -m three
run_fails 3 migrate revision -m x
expect_err_like "^error E322: there are several heads: 'bb', 'cc'"
run_ok migrate revision --rev-id dd --head main@head -m four --depends-on cc
header versions/dd_four.sql >found
run_ok cat found
expect_out <<'EOF'
-- four
--
-- down_revision: bb
-- branch_labels:
-- depends_on: cc

EOF
run_ok migrate revision --rev-id ee --head base --branch-label billing --branch-label money -m five
run_ok migrate revision --rev-id ff --head billing@head --depends-on main --depends-on dd -m six
header versions/ff_six.sql >found
run_ok cat found
expect_out <<'EOF'
-- six
--
-- down_revision: ee
-- branch_labels:
-- depends_on: main, dd

EOF
run_fails 3 migrate revision --head main@head --branch-label billing -m x
expect_err_like "^error E312: "
run_fails 3 migrate revision --head nowhere -m x
expect_err_like "^error E320: "
run_fails 3 migrate revision --head dd --depends-on nowhere -m x
expect_err_like "^error E320: "
run_fails 3 migrate revision --head dd --rev-id aa -m x
expect_err_like "^error E311: .*versions/aa_one.sql"
run_fails 3 migrate revision --head dd --rev-id 'a b' -m x
expect_err_like "^error E310: 'a b' is not a legal revision id"
run_fails 3 migrate revision --head dd --rev-id current -m x
[ "$(ls versions | wc -l)" = 6 ] || fail 'something else was written'
EOS

scenario 'file names by template, in a time zone, in sub-folders' <<'EOS'
run_ok migrate init
cat >migrate.ini <<'EOF'
[migrate]
url = sqlite:///app.db
timezone = Asia/Kolkata
recursive_version_locations = true
file_template = %%(year)d/%%(month).2d/%%(day).2d_%(slug)s-%(rev)s
truncate_slug_length = 10
EOF
run_ok migrate revision --rev-id a -m 'Something rather long'
expect_out_like '^created versions/20[0-9][0-9]/[01][0-9]/[0-3][0-9]_something_-a\.sql$'
run_ok migrate revision --rev-id b -m 'next'
run_ok migrate upgrade head
grep -q '^-- created: .*+05:30$' versions/*/*/*-a.sql || fail 'not in the time zone'
sed 's/^recursive.*/recursive_version_locations = no/' migrate.ini >other.ini
run_fails 3 migrate -c other.ini revision -m x
expect_err_like "^error E206: file_template .*: the file name '.*' is in a sub-folder"
expect_err_like "^  at other.ini:5$"
echo 'file_template = %(ref)s' | cat migrate.ini - | sed '/%%/d' >third.ini
run_fails 3 migrate -c third.ini revision -m x
expect_err_like "unknown token '%\(ref\)s'"
expect_err_like "Did you mean 'rev'"
EOS

scenario 'a file that is there is never overwritten' <<'EOS'
run_ok migrate init
echo 'file_template = fixed' >>migrate.ini
sed -i '/^file_template/d; s/^url = .*/&\nfile_template = fixed/' migrate.ini
run_ok migrate revision --rev-id a -m one
cp versions/fixed.sql before
run_fails 3 migrate revision -m two
expect_err "error E209: the file 'versions/fixed.sql' exists already"
expect_same before versions/fixed.sql
EOS

scenario 'a full disk leaves nothing behind' <<'EOS'
run_ok migrate init
{ cat script.sql.in; head -c 100000 /dev/zero | tr '\0' '-'; } >big
mv big script.sql.in
run sh -c 'ulimit -f 1; trap "" XFSZ; exec migrate revision -m x'
expect_status 3
expect_err_like "^error E200: cannot write 'versions/"
[ -z "$(ls -A versions)" ] || fail "left: $(ls -A versions)"
EOS

scenario 'several locations: beside the parent, or where one says' <<'EOS'
run_ok migrate init
mkdir two three
sed -i 's/^url = .*/&\nversion_locations = versions, two/' migrate.ini
run_ok migrate revision --rev-id a -m one
expect_out 'created versions/a_one.sql'
run_ok migrate revision --rev-id b --head base --version-path two -m two
expect_out 'created two/b_two.sql'
run_ok migrate revision --rev-id c --head b -m three
expect_out 'created two/c_three.sql'
run_fails 2 migrate revision --head c --version-path three -m x
expect_err <<'EOF'
error E103: the version path 'three' is not a version location
  hint: The version locations are 'versions', 'two'.
EOF
cd two
run_ok migrate -c ../migrate.ini revision --rev-id d --head a --version-path ../versions -m four
expect_file ../versions/d_four.sql
EOS

scenario 'the project has its own template' <<'EOS'
run_ok migrate init
cat >script.sql.in <<'EOF'
-- ${message}
-- revision: ${rev}
-- down_revision: ${down_revision}

-- migrate: upgrade
PRAGMA user_version = 7;
${upgrade}
EOF
run_ok migrate revision --rev-id a -m 'one
two'
expect_content versions/a_one_two.sql <<'EOF'
-- one
-- two
-- revision: a
-- down_revision:

-- migrate: upgrade
PRAGMA user_version = 7;
EOF
echo '-- ${mesage}' >script.sql.in
run_fails 3 migrate revision -m x
expect_err <<'EOF'
error E206: unknown token '${mesage}'
  at script.sql.in:1:4
    1 | -- ${mesage}
      |    ^
  hint: Did you mean 'message'?
EOF
rm script.sql.in
mkdir script.sql.in
run_fails 3 migrate revision -m x
expect_err_like '^error E200: cannot read the template'
EOS

scenario 'a broken script stops it, with its place' <<'EOS'
run_ok migrate init
run_ok migrate revision --rev-id a -m one
echo '-- migrate: upgrad' >>versions/a_one.sql
run_ok migrate revision --rev-id b -m two
sed -i 's/^-- down_revision:/-- down_revison:/' versions/a_one.sql
run_fails 3 migrate revision -m x
expect_err_like "^error E300: unknown header key 'down_revison'"
expect_err_like '^  at versions/a_one.sql:4:4$'
expect_err_like "Did you mean 'down_revision'"
EOS

scenario 'one script for several databases of one history' <<'EOS'
cat >migrate.ini <<'EOF'
[migrate]
[migrate:users]
url = sqlite:///users.db
model = users.sql
[migrate:orders]
url = sqlite:///orders.db
model = orders.sql
[migrate:apart]
url = sqlite:///apart.db
model = users.sql
version_locations = elsewhere
EOF
mkdir versions elsewhere
echo 'CREATE TABLE users (a);' >users.sql
echo 'CREATE TABLE orders (b);' >orders.sql
run_ok migrate -n users -n orders revision --autogenerate --rev-id a -m first
run_ok sed -n '/migrate:/,$p' versions/a_first.sql
expect_out <<'EOF'
-- migrate: upgrade name=users
CREATE TABLE users (a);

-- migrate: upgrade name=orders
CREATE TABLE orders (b);

-- migrate: downgrade name=users
-- hazard: data-loss: drops table users
DROP TABLE users;

-- migrate: downgrade name=orders
-- hazard: data-loss: drops table orders
DROP TABLE orders;
EOF
run_ok migrate -n users -n orders upgrade head
expect_sql users.db "SELECT name FROM sqlite_master WHERE name IN ('users', 'orders')" users
expect_sql orders.db "SELECT name FROM sqlite_master WHERE name IN ('users', 'orders')" orders
echo 'CREATE TABLE orders (b, c);' >orders.sql
run_ok migrate -n users -n orders revision --autogenerate --rev-id b -m second
run_ok migrate -n users -n orders upgrade head
run_ok migrate -n users -n orders revision --autogenerate -m third
expect_out ''
run_ok migrate -n users -n orders downgrade base
expect_sql orders.db "SELECT count(*) FROM sqlite_master WHERE name = 'orders'" 0
run_fails 2 migrate -n users -n apart revision -m x
expect_err_like "^error E100: sections 'users' and 'apart' have different version locations"
EOS

scenario 'JSON names what was made' <<'EOS'
run_ok migrate init
run_ok migrate --format json revision --rev-id a -m 'x "y"'
expect_out <<'EOF'
{
  "revision": "a",
  "path": "versions/a_x_y.sql"
}
EOF
run_fails 3 migrate --format json revision --rev-id a -m z
expect_err_like '"code": *"E311"'
EOS

scenario 'without a versions folder or migrate.ini nothing is made' <<'EOS'
run_fails 3 migrate revision -m x
expect_err_like '^error E201: '
run_ok migrate init
rmdir versions
run_fails 3 migrate revision -m x
expect_err_like '^error E200: '
expect_files migrate.ini model.sql script.sql.in
EOS
