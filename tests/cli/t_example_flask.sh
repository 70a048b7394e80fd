#!/bin/sh
# The tutorial of examples/flask-blog: what its README says is typed, in an empty folder; then the
# application reads and writes rows. Left out are what makes the virtual environment, for which there is
# one for all tests, and the server, in whose stead the application is called.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_python
need_postgresql
MIGRATE=$srcdir
readme=$srcdir/examples/flask-blog/README.md

# commands FROM TO: those of the README from one heading up to another.
commands() {
    sed -n "/^#* *$1/,/^#* *$2/s/^    \\\$ //p" "$readme" |
        sed 's|^python3 -m venv |ln -s "$venv" |' | grep -vE '^(pip install|flask run|curl|kill|createdb) '
}

# type_in FROM TO: types them, in the folder of the tutorial.
type_in() {
    commands "$@" >"$_case/commands"
    [ -s "$_case/commands" ] || fail "there are no commands under '$1'"
    set -x
    . "$_case/commands"
    set +x
}

start() {
    venv=$(dirname "$(dirname "$python")")
    type_in 'A Flask blog' '1'
}

add_age() {
    line=$(grep '^    age = ' "$readme") || fail 'the README has no line for age'
    sed -i "/^    email = /a\\
\\$line" app.py
}

# Calls the application as a browser would. AGE: whether users have one.
use() {
    python3 - "$1" <<'PY'
import datetime
import sys

from app import app

age = {"age": 36} if sys.argv[1] == "age" else {}
client = app.test_client()


def call(method, path, status, **json):
    response = getattr(client, method)(path, json=json or None)
    assert response.status_code == status, (method, path, response.status_code, response.text)
    return response.get_json() if status != 204 else None


ann = call("post", "/users", 201, username="ann", email="ann@example.org", **age)
call("post", "/users", 201, username="bob", email="bob@example.org")
assert ann == {"id": ann["id"], "username": "ann", "email": "ann@example.org", **age}, ann
assert call("patch", f"/users/{ann['id']}", 200, username="anna")["username"] == "anna"
assert [user["username"] for user in call("get", "/users", 200)] == ["anna", "bob"]
post = call("post", "/posts", 201, title="Hello", content="First!")
assert post["created_at"], post
call("post", "/posts", 201, title="Bye", content=None)
assert call("get", f"/posts/{post['id']}", 200)["content"] == "First!"
assert call("patch", f"/posts/{post['id']}", 200, title="Hi")["title"] == "Hi"
call("delete", f"/posts/{post['id']}", 204)
call("get", f"/posts/{post['id']}", 404)
assert [row["title"] for row in call("get", "/posts", 200)] == ["Bye"]
call("post", "/users", 409, username="bob", email="other@example.org")
for user in call("get", "/users", 200):
    call("delete", f"/users/{user['id']}", 204)
for row in call("get", "/posts", 200):
    call("delete", f"/posts/{row['id']}", 204)
PY
}

# What db.create_all() makes in another database.
create_all() {
    python3 - "$1" <<'PY'
import sys
import app, sqlalchemy
app.db.metadata.create_all(sqlalchemy.create_engine(sys.argv[1]))
PY
}

scenario 'the tutorial on SQLite, then on PostgreSQL' <<'EOS'
start
type_in '1. Init' '3. A new'
expect_file blog.db
use no-age
add_age
type_in '3. A new' 'On Postgre'
use age
expect_sql blog.db "SELECT name, type, \"notnull\" FROM pragma_table_info('user')" <<'EOF'
id|INTEGER|1
username|VARCHAR(80)|1
email|VARCHAR(120)|1
age|INTEGER|0
EOF
expect_sql blog.db "SELECT group_concat(name || ' ' || type || coalesce(' ' || dflt_value, ''), ', ') FROM pragma_table_info('post')" \
    'id INTEGER, title VARCHAR(255), content TEXT, created_at DATETIME CURRENT_TIMESTAMP'
create_all sqlite:///orm.db
expect_agreement sqlite:///orm.db
run_ok migrate downgrade base

fresh_database
grep -q '^    url = postgresql+psycopg://' "$readme" || fail 'the README has no URL'
sed -i "s|^url = .*|url = postgresql+psycopg${url#postgresql}|" migrate.ini
type_in 'On Postgre' 'nothing'
use age
run_ok migrate check
make_orm_database
create_all "$orm_sqlalchemy_url"
expect_agreement "$orm_url"
sed -i '/^    age = /d' app.py
run_ok migrate revision --autogenerate -m 'drop age'
run_ok migrate upgrade head
use no-age
EOS

scenario 'the migrate.ini of the example is the one of the tutorial' <<'EOS'
start
type_in '1. Init' '2. The first'
grep -vE '^(#|$|\[post)' migrate.ini >theirs
grep -vE '^(#|$)' "$srcdir/examples/flask-blog/migrate.ini" >ours
expect_same theirs ours
EOS

scenario 'a factory, and a database for each bind' <<'EOS'
mkdir -p versions/main versions/users shop
cat >shop/__init__.py <<'PY'
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app(name="shop"):
    app = Flask(name)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_BINDS"] = {"users": "sqlite://"}
    db.init_app(app)
    from . import models
    return app


def create_nothing():
    return Flask("nothing")
PY
cat >shop/models.py <<'PY'
from . import db


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class User(db.Model):
    __bind_key__ = "users"
    id = db.Column(db.Integer, primary_key=True)
PY
cat >migrate.ini <<EOF
[migrate]
model = flask:shop:create_app
python = $python
[migrate:main]
url = sqlite:///main.db
version_locations = versions/main
[migrate:users]
url = sqlite:///users.db
version_locations = versions/users
model_args = --bind users
EOF
run_ok migrate -n main revision --autogenerate -m first
run_ok migrate -n users revision --autogenerate -m first
run_ok migrate -n main -n users upgrade head
expect_sql main.db "SELECT name FROM sqlite_schema WHERE name IN ('order', 'user')" order
expect_sql users.db "SELECT name FROM sqlite_schema WHERE name IN ('order', 'user')" user
run_ok migrate -n main check
sed -i 's/create_app/create_app("other")/' migrate.ini
run_ok migrate -n users check
sed -i 's/--bind users/--bind suers/' migrate.ini
run_fails 3 migrate -n users check
expect_err_like "there is no bind 'suers'"
expect_err_like "hint: There are 'users'\.$"
sed -i 's/create_app("other")/create_nothing/' migrate.ini
run_fails 3 migrate -n main check
expect_err_like "the application 'shop:create_nothing' has no Flask-SQLAlchemy extension"
sed -i 's/:create_nothing/.models:db/' migrate.ini
run_ok migrate -n main check
sed -i 's/shop.models:db/shop.models/' migrate.ini
run_ok migrate -n main check
EOS
