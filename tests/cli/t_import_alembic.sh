#!/bin/sh
# Moving over from Alembic: an environment of Alembic's is imported, and both tools agree on it.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
. "$srcdir/tests/cli/alembic.sh"
need sqlite3
need_python
need_postgresql
start_alembic

# Two bases, a branch point, a merge point, labels and dependencies, and on SQLite batch mode.
real_history() {
    script a1 None 'branch_labels = ("main",)' <<'PY'
def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(30), nullable=False, server_default="it's 50% \\ :x"),
        sa.Column("kind", sa.Enum("reader", "writer", name="user_kind")),
        comment="people",
    )
    users = sa.table("users", sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.bulk_insert(users, [{"id": 1, "name": "ann\t%s"}, {"id": 2, "name": "o'bob \\"}])

def downgrade():
    op.drop_table("users")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE user_kind")
PY
    script b1 '"a1"' 'branch_labels = "left"' <<'PY'
def upgrade():
    with op.batch_alter_table("users") as batch:
        batch.alter_column("name", type_=sa.String(60), existing_type=sa.String(30))
        batch.add_column(sa.Column("age", sa.Integer, server_default="0"))
        batch.create_check_constraint("age_is_no_debt", "age >= 0")
    op.get_bind().execute(sa.text("UPDATE users SET age = :age WHERE id = :id"), {"age": 7, "id": 1})

def downgrade():
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint("age_is_no_debt", type_="check")
        batch.drop_column("age")
        batch.alter_column("name", type_=sa.String(30), existing_type=sa.String(60))
PY
    script b2 '"b1"' <<'PY'
def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("users_age", "users", ["age"], postgresql_concurrently=True)

def downgrade():
    op.drop_index("users_age", "users")
PY
    script c1 '"a1"' 'branch_labels = ["right"]' <<'PY'
def upgrade():
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False, index=True),
        sa.Column("author", sa.Integer, sa.ForeignKey("users.id", name="by", ondelete="CASCADE")),
    )

def downgrade():
    op.drop_table("posts")
PY
    script m1 '("b2", "c1")' <<'PY'
def upgrade():
    pass

def downgrade():
    pass
PY
    script x1 None 'branch_labels = ("billing",); depends_on = "b1"' <<'PY'
def upgrade():
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("payer", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
    )

def downgrade():
    op.drop_table("invoices")
PY
    script x2 '"x1"' <<'PY'
def upgrade():
    op.rename_table("invoices", "bills")

def downgrade():
    op.rename_table("bills", "invoices")
PY
    script y1 '"m1"' 'depends_on = ["billing"]' <<'PY'
def upgrade():
    op.add_column("posts", sa.Column("state", sa.String(20), nullable=False, server_default="draft"))
    op.execute("UPDATE posts SET state = 'it''s \\: done' -- all of them")

def downgrade():
    with op.batch_alter_table("posts") as batch:
        batch.drop_column("state")
PY
}

# The first words of lines, sorted.
ids() {
    sed 's/ .*//' "$1" | LC_ALL=C sort
}

# "parents -> id" of each line of a history, in order: the tools write dependencies and labels in their
# own ways.
edges() {
    sed -E 's/^\(([^)]*)\) ->/\1 ->/; s/ \([^)]*\) ->/ ->/; s/ -> ([^ ,]+).*/ -> \1/'
}

# Both tools' current, the command before in Alembic being COMMAND.
agree_on_current() {
    # shellcheck disable=SC2086 # words
    alembic $1
    alembic current >theirs
    run_ok migrate current
    ids "$out" >ours.ids
    ids theirs >theirs.ids
    expect_same theirs.ids ours.ids
}

agree_on_graph() {
    alembic heads >theirs
    run_ok migrate heads
    ids "$out" >ours.ids
    ids theirs >theirs.ids
    expect_same theirs.ids ours.ids
    alembic history | edges >theirs
    run_ok migrate history
    edges <"$out" >ours.edges
    expect_same theirs ours.edges
}

# tell_the_story ALEMBIC-URL OTHER-ALEMBIC-URL OTHER-URL: the project's database, as SQLAlchemy calls it,
# and another one, in which Alembic alone works.
tell_the_story() {
    alembic upgrade b2
    run_ok migrate import alembic .
    expect_out_like '^rendered 8 of 8 revisions \(100\.0 %\)$'
    expect_out_like '^set version_table = alembic_version$'
    agree_on_graph
    agree_on_current 'upgrade b2'
    agree_on_current 'upgrade c1'
    agree_on_current 'downgrade right@base'
    agree_on_current 'upgrade x1'
    run_ok migrate upgrade heads
    agree_on_current 'upgrade heads'
    use_alembic_on "$2"
    alembic upgrade heads
    expect_agreement "$3"
    run_ok migrate downgrade b1 --all-branches
    alembic downgrade b1
    expect_agreement "$3"
    use_alembic_on "$1"
    agree_on_current 'upgrade m1'
    run_ok migrate downgrade base
    use_alembic_on "$2"
    alembic downgrade base
    expect_agreement "$3"
    run_ok migrate upgrade heads
}

scenario 'both tools agree, on SQLite' <<'EOS'
url=sqlite:///app.db
environment sqlite:///app.db
real_history
tell_the_story sqlite:///app.db sqlite:///other.db sqlite:///other.db
expect_sql app.db "SELECT id, name, age FROM users ORDER BY id" "1|ann$(printf '\t')%s|7
2|o'bob \\|0"
EOS

scenario 'both tools agree, on PostgreSQL' <<'EOS'
fresh_database
make_orm_database
environment "postgresql+psycopg${url#postgresql}"
real_history
tell_the_story "postgresql+psycopg${url#postgresql}" "$orm_sqlalchemy_url" "$orm_url"
expect_pg "SELECT id, name, age FROM users ORDER BY id" "1|ann$(printf '\t')%s|7
2|o'bob \\|0"
EOS

# One revision that needs rows, between two that do not; the last one copies the table.
history_with_rows() {
    script a1 None <<'PY'
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer), sa.Column("name", sa.Text))

def downgrade():
    op.drop_table("users")
PY
    script b2 '"a1"' <<'PY'
def upgrade():
    op.add_column("users", sa.Column("slug", sa.Text))
    for row in op.get_bind().execute(sa.text("SELECT id, name FROM users")):
        op.execute(f"UPDATE users SET slug = '{row.name}' WHERE id = {row.id}")

def downgrade():
    op.drop_column("users", "slug")
PY
    script c3 '"b2"' <<'PY'
def upgrade():
    with op.batch_alter_table("users") as batch:
        batch.alter_column("name", nullable=False, existing_type=sa.Text)

def downgrade():
    raise NotImplementedError("names are there to stay")
PY
}

# What was not rendered refuses to run, everywhere, and can be stamped over.
refuses_to_run() {
    run_ok migrate import alembic .
    expect_out_like '^not rendered: upgrade of b2 \(alembic/versions/b2.py\): it needs what a statement returns$'
    expect_out_like '^rendered 2 of 3 revisions \(66\.7 %\)$'
    expect_err_like 'refuses to run until its SQL is written'
    run_fails 4 migrate upgrade head
    expect_err_like 'upgrade of b2 \(make b2\).*: this revision could not be imported from Alembic'
    run_ok migrate current
    expect_out 'a1'
    run_ok migrate stamp b2
    run_ok migrate current
    expect_out 'b2'
    run_fails 6 migrate downgrade c3:b2 --sql
    expect_err_like "revision 'c3' cannot be undone"
    run_ok migrate upgrade a1:b2 --sql
    cp "$out" script.sql
}

scenario 'what needs rows refuses to run, on SQLite' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
history_with_rows
refuses_to_run
grep -q 'slug TEXT' ours/c3_make_c3.sql || fail 'the copy of the table has lost a column'
sqlite3 offline.db 'CREATE TABLE users (id); CREATE TABLE alembic_version (version_num TEXT);
    INSERT INTO alembic_version VALUES (1)'
sqlite3 offline.db "UPDATE alembic_version SET version_num = 'a1'"
run sqlite3 -bail offline.db '.read script.sql'
[ "$status" -ne 0 ] || fail 'the script ran'
expect_err_like 'this revision could not be imported from Alembic'
expect_sql offline.db 'SELECT version_num FROM alembic_version' a1
EOS

scenario 'what needs rows refuses to run, on PostgreSQL' <<'EOS'
fresh_database
environment sqlite:///none.db
history_with_rows
refuses_to_run
run psql -h "$cluster" -U postgres -d "$database" -X -v ON_ERROR_STOP=1 -c 'UPDATE alembic_version SET version_num = '"'a1'"
run psql -h "$cluster" -U postgres -d "$database" -X -v ON_ERROR_STOP=1 -f script.sql
[ "$status" -ne 0 ] || fail 'the script ran'
expect_err_like 'this revision could not be imported from Alembic'
expect_pg 'SELECT version_num FROM alembic_version' a1
EOS

scenario 'what scripts do to get at rows and connections' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
n=0
while IFS='|' read -r code why; do
    n=$((n + 1))
    printf 'def upgrade():\n    %s\n\ndef downgrade():\n    pass\n' "$code" | script "r$n" None
    printf 'not rendered: upgrade of r%s (alembic/versions/r%s.py): %s\n' "$n" "$n" "$why" >>expected
done <<'EOF'
if op.get_bind().execute(sa.text("SELECT 1")): pass|it needs what a statement returns
op.get_bind().execute(sa.text("SELECT 1")).scalar()|it needs what a statement returns
op.get_bind().scalar(sa.text("SELECT 1"))|it needs a connection: op.get_bind().scalar
sa.inspect(op.get_bind()).get_table_names()|it looks at the schema of the database
sa.orm.Session(bind=op.get_bind()).execute(sa.text("SELECT 1"))|it needs a connection: op.get_bind().connect
op.get_context().bind.execute(sa.text("SELECT 1")).scalar()|it uses a connection of its own
op.execute("ROLLBACK")|it begins or ends a transaction
op.execute("INSERT INTO t VALUES ('open")|its SQL cannot stand in a script: string without an end
op.execute("-- migrate: sideways")|its SQL cannot stand in a script: unknown word 'sideways' after '-- migrate:'
1 / 0|ZeroDivisionError: division by zero
raise NotImplementedError("not yet")|not yet
raise SystemExit(3)|SystemExit: 3
op.create_unique_constraint("u", "t", ["a"])|NotImplementedError: No support for ALTER of constraints in SQLite dialect. Please refer to the batch mode feature which allows for SQLite migrations using a copy-and-move strategy.
EOF
sed -i '1i import sqlalchemy.orm' alembic/versions/r5.py
run_ok migrate import alembic .
grep '^not rendered' "$out" | LC_ALL=C sort >got
LC_ALL=C sort expected | diff -u - got
EOS

scenario 'a recorded copy of a table loses no column' <<'EOS'
url=sqlite:///app.db
environment sqlite:///app.db
script a1 None <<'PY'
def upgrade():
    op.create_table("it's", sa.Column("id", sa.Integer), sa.Column("name", sa.Text), sa.Column("Ö", sa.Text))

def downgrade():
    op.drop_table("it's")
PY
script c1 '"a1"' <<'PY'
def upgrade():
    with op.batch_alter_table("it's") as batch:
        batch.alter_column("name", nullable=False, existing_type=sa.Text)
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO \"it's\" (id, name) VALUES (2, 'b')")
    with op.batch_alter_table("it's") as batch:
        batch.alter_column("name", type_=sa.String(9))

def downgrade():
    with op.batch_alter_table("it's") as batch:
        batch.alter_column("name", nullable=True, existing_type=sa.Text)
PY
script b1 '"a1"' <<'PY'
def upgrade():
    op.add_column("it's", sa.Column("more", sa.Text, server_default="kept"))

def downgrade():
    with op.batch_alter_table("it's") as batch:
        batch.drop_column("more")
PY
script m1 '("b1", "c1")' <<'PY'
def upgrade():
    with op.batch_alter_table("it's") as batch:
        batch.alter_column("more", nullable=False, existing_type=sa.Text)

def downgrade():
    with op.batch_alter_table("it's") as batch:
        batch.alter_column("more", nullable=True, existing_type=sa.Text)
PY
alembic upgrade b1
run_ok migrate import alembic .
expect_out_like '^rendered 4 of 4 '
run_fails 4 migrate upgrade heads
expect_err_like 'upgrade of c1.*the table has other columns than this script copies'
run_ok migrate current
expect_out b1
run_ok migrate upgrade heads --url sqlite:///new.db
expect_sql new.db "SELECT * FROM \"it's\"" '2|b||kept'
run_ok migrate downgrade base --url sqlite:///new.db
EOS

scenario 'options, JSON, and nothing by halves' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
history_with_rows
sed -i '1i # mine\r' migrate.ini
cp migrate.ini before.ini
run_ok migrate import alembic alembic.ini --plan
expect_out_like '^would create ours/a1_make_a1.sql$'
expect_out_like '^would set version_table = alembic_version$'
expect_same before.ini migrate.ini
[ -z "$(ls ours)" ] || fail 'something was written'
run_ok migrate import alembic . --plan --format json
"$python" - "$out" <<'PY'
import json, sys
told = json.load(open(sys.argv[1]))
assert (told["rendered"], told["total"], told["written"]) == (2, 3, False), told
assert told["settings"] == ["version_table = alembic_version"], told
assert told["revisions"][1]["upgrade_problem"] == "it needs what a statement returns", told
assert told["revisions"][2]["recorded"] and told["revisions"][2]["irreversible"], told
PY
echo mine >ours/c3_make_c3.sql
run_fails 3 migrate import alembic .
expect_err_like 'ours/c3_make_c3.sql'
rm ours/c3_make_c3.sql
printf -- '-- revision: b2\n-- down_revision:\n-- migrate: upgrade\n' >ours/zz.sql
run_fails 3 migrate import alembic .
expect_err_like "'b2'.*zz.sql|zz.sql.*'b2'"
sed -i 's/b2/other/' ours/zz.sql
run_fails 3 migrate import alembic .
expect_err_like "the project has revisions in 'migrate_version', and Alembic's are in 'alembic_version'"
expect_same before.ini migrate.ini
printf 'version_table = mine\n' >>migrate.ini
run_fails 3 migrate import alembic .
expect_err_like "'version_table' is 'mine' \(migrate.ini:[0-9]+\), and Alembic's is 'alembic_version'"
[ "$(ls ours)" = zz.sql ] || fail "something was written: $(ls ours)"
sed -i 's/^version_table = mine/version_table = alembic_version/' migrate.ini
run_ok migrate import alembic .
expect_out_unlike '^set '
EOS

scenario 'what env.py configures is honoured' <<'EOS'
fresh_database
environment sqlite:///none.db
mkdir -p 'more ü'
sed -i 's|^# version_locations.*|version_locations = %(here)s/alembic/versions:%(here)s/more ü|; s|^path_separator.*|path_separator = :|' alembic.ini
sed -i 's/url=url,/url=url, version_table="Vers", version_table_schema="own", include_schemas=True,/' alembic/env.py
printf 'print("hello")\nassert context.get_x_argument(as_dictionary=True)["who"] == "me"\n' >>alembic/env.py
script a1 None <<'PY'
from alembic import context

def upgrade():
    op.execute("CREATE TABLE t (who text DEFAULT '%s')" % context.get_x_argument(as_dictionary=True)["who"])

def downgrade():
    op.execute("COMMIT")
    op.execute("DROP TABLE t")
PY
script b2 '"a1"' <<'PY'
mood = sa.Enum("good", "bad", name="mood")

def upgrade():
    mood.create(op.get_bind(), checkfirst=True)
    mood.create(op.get_bind(), checkfirst=True)
    op.add_column("t", sa.Column("mood", mood))
    op.create_index("t_mood", "t", ["mood"], postgresql_concurrently=True)

def downgrade():
    op.drop_index("t_mood", "t", postgresql_concurrently=True)
    op.drop_column("t", "mood")
    mood.drop(op.get_bind(), checkfirst=True)
    mood.drop(op.get_bind(), checkfirst=True)
PY
mv alembic/versions/b2.py 'more ü'
run_ok migrate -x who=me import alembic .
expect_out_like '^set version_table_schema = own$'
grep -q '^-- created: 2024-05-06T07:08:09$' ours/a1_make_a1.sql || fail "$(cat ours/a1_make_a1.sql)"
_psql "$database" -c 'CREATE SCHEMA own'
run_ok migrate upgrade head
expect_pg 'SELECT version_num FROM own."Vers"' b2
expect_pg "SELECT column_default FROM information_schema.columns WHERE table_name = 't' AND column_name = 'who'" "'me'::text"
run_ok migrate downgrade base
expect_pg "SELECT count(*) FROM pg_type WHERE typname = 'mood'" 0
EOS

# document ID DOWN TEXT: a revision that does nothing, with what it says of itself as a printf format.
document() {
    {
        printf "$3"
        printf '\nrevision = "%s"\ndown_revision = %s\n' "$1" "$2"
        printf 'def upgrade(): pass\ndef downgrade(): pass\n'
    } >"alembic/versions/$1.py"
}

scenario 'what scripts say of themselves' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
document a1 None ''
document a2 '"a1"' '"""revision: x\n\ndown_revision: y\n-- migrate: upgrade\n"""'
document a3 '"a2"' '"""ünï / slash\n\nRevision ID: a3\nCreate Date: 2023-04-05 06:07:08+02:00\n\nMore words.\n"""'
document a4 '"a3"' '"""-- migrate: sideways\n"""'
echo 'file_template = %(year)d%(month).2d_%(rev)s_%(slug)s' >>migrate.ini
run_ok migrate import alembic .
expect_out_like '^created ours/[0-9]{6}_a2_revision_x.sql$'
expect_content ours/202304_a3_ünï_slash.sql <<'END'
-- ünï / slash
--
-- More words.
--
-- revision: a3
-- down_revision: a2
-- branch_labels:
-- depends_on:
-- created: 2023-04-05T06:07:08+02:00
-- imported from alembic/versions/a3.py

-- migrate: upgrade

-- migrate: downgrade
END
run_ok migrate history
expect_out 'a3 -> a4 (head), -- migrate: sideways
a2 -> a3, ünï / slash
a1 -> a2, revision: x
<base> -> a1'
run_ok migrate upgrade head
EOS

scenario 'an environment as Flask-Migrate makes it' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
history_with_rows
mv alembic migrations
mv alembic.ini migrations
sed -i '/^script_location/d' migrations/alembic.ini
sed -i '1i from flask import current_app\ncurrent_app.config' migrations/env.py
run_fails 3 migrate import alembic migrations
expect_err_like 'environment .migrations.: env.py failed: RuntimeError: Working outside of application context'
expect_err_like 'leave it out with --no-env'
run_ok migrate import alembic migrations --no-env
expect_out_like '^created ours/a1_make_a1.sql$'
EOS

scenario 'what is wrong is named' <<'EOS'
url=sqlite:///app.db
environment sqlite:///none.db
history_with_rows
fails_with() {
    [ "$(head -n 1 "$err")" = "error $1" ] || fail "$(cat "$err")"
    [ -z "$(ls ours)" ] || fail 'something was written'
    ! grep -q version_table migrate.ini || fail 'migrate.ini was changed'
}
run_fails 3 migrate import alembic nowhere
fails_with "E212: there is no 'nowhere'"
run_fails 3 migrate import alembic ours
fails_with "E212: there is no alembic.ini in 'ours'"
run_fails 2 migrate import flyway .
run_fails 3 migrate import alembic . --url mysql://me@here/there
expect_err_like '^error E205: '

cp alembic/env.py env.py
echo 'print("my last words", file=__import__("sys").stderr); 1 / 0' >>alembic/env.py
run_fails 3 migrate import alembic .
fails_with "E212: environment '.': env.py failed: ZeroDivisionError: division by zero"
expect_err_like 'my last words'
echo 'context.run_migrations()' >>env.py
cp env.py alembic/env.py
run_fails 3 migrate import alembic .
fails_with "E212: environment '.': env.py runs the migrations more than once, as for several databases"
echo >alembic/env.py
run_fails 3 migrate import alembic .
fails_with "E212: environment '.': env.py runs no migrations"
run_ok migrate import alembic . --no-env --plan
sed -i '$d' env.py
cp env.py alembic/env.py

cp alembic/versions/a1.py alembic/versions/copy.py
run_fails 3 migrate import alembic .
fails_with "E212: environment '.': the scripts cannot be read: Revision a1 is present more than once"
rm alembic/versions/copy.py
script d4 '"lost"' </dev/null
run_fails 3 migrate import alembic .
expect_err_like "the scripts cannot be read: .*lost"
echo 'import lost_module' | script d4 '"c3"'
run_fails 3 migrate import alembic .
fails_with "E212: environment '.': the scripts cannot be read: ModuleNotFoundError: No module named 'lost_module'"
rm alembic/versions/d4.py
script 'd 4' '"c3"' </dev/null
run_fails 3 migrate import alembic .
fails_with "E310: 'd 4' of 'alembic/versions/d 4.py' is not a legal id or label"
rm 'alembic/versions/d 4.py'

"$python" -m venv --without-pip bare
sed -i 's/^python.*/python = bare\/bin\/python/' migrate.ini
run_fails 3 migrate import alembic .
expect_err_like "error E212: environment '.': there is no package 'alembic' for .*/bare/bin/python"
sed -i 's/^python.*/python = no-python/' migrate.ini
run_fails 3 migrate import alembic .
fails_with "E212: cannot run 'no-python': there is no such program"
sed -i '/^script_location/d; /^\[alembic\]/d' alembic.ini
sed -i "s|^python.*|python = \"$python\"|" migrate.ini
run_fails 3 migrate import alembic .
expect_err_like "error E212: environment '.': the environment cannot be opened: "
EOS
