#!/bin/sh
# Projects of several databases, from the template of `init` on.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need sqlite3

make_project() {
    run_ok migrate init --template multidb
    echo 'CREATE TABLE users (id integer PRIMARY KEY, name text);' >>model-users.sql
    echo 'CREATE TABLE orders (id integer PRIMARY KEY, total integer);' >>model-orders.sql
}

scenario 'each database with a history of its own' <<'EOS'
make_project
run_ok migrate -n users revision --autogenerate -m 'make users' --rev-id u1
expect_out 'created versions/users/u1_make_users.sql'
run_ok migrate -n orders revision --autogenerate -m 'make orders' --rev-id o1
expect_out 'created versions/orders/o1_make_orders.sql'
run_ok migrate -n users -n orders upgrade head
expect_sql users.db "SELECT version_num FROM migrate_version" u1
expect_sql users.db "SELECT name FROM sqlite_schema WHERE name IN ('users', 'orders')" users
expect_sql orders.db "SELECT version_num FROM migrate_version" o1
expect_sql orders.db "SELECT name FROM sqlite_schema WHERE name IN ('users', 'orders')" orders
run_ok migrate -n users check
run_ok migrate -n orders check
run_ok migrate -n orders downgrade base
expect_sql orders.db "SELECT count(*) FROM migrate_version" 0
expect_sql users.db "SELECT version_num FROM migrate_version" u1
run_fails 2 migrate -n users -n orders revision --autogenerate -m 'both'
expect_err_like 'have different version locations'
EOS

scenario 'databases that share one history' <<'EOS'
make_project
sed -i '/^version_locations/d' migrate.ini
run_ok migrate -n users -n orders revision --autogenerate -m 'make all' --rev-id a1
run_ok migrate -n users -n orders upgrade head
expect_sql users.db "SELECT name FROM sqlite_schema WHERE name IN ('users', 'orders')" users
expect_sql orders.db "SELECT name FROM sqlite_schema WHERE name IN ('users', 'orders')" orders
run_ok migrate -n users -n orders check
run_ok migrate -n users -n orders downgrade base
expect_sql users.db "SELECT name FROM sqlite_schema WHERE name = 'users'" ''
EOS

scenario 'without -n there is no database, and a wrong name is told' <<'EOS'
make_project
run_fails 3 migrate current
expect_err_like "^error E205: "
run_fails 3 migrate -n user current
expect_err_like "'users'"
run_fails 2 migrate -n users -n orders heads
EOS
