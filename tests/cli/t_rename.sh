#!/bin/sh
# --rename, from the model to the rows.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need sqlite3

# start SQL: the model, applied.
start() {
    run_ok migrate init
    printf '%s\n' "$1" >model.sql
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
}

# moves OPTION…: from the database to model.sql, and checks that it arrived and comes back.
moves() {
    run_ok migrate revision --autogenerate -m second "$@"
    sqlite3 app.db .dump >before
    run_ok migrate upgrade head
    run_ok migrate check
    sqlite3 app.db .dump >after
    run_ok migrate downgrade -1
    run_ok migrate verify
    run_ok migrate upgrade head
    sqlite3 app.db .dump >again
    sed -i '/migrate_log/d' after again
    expect_same after again
}

scenario 'a table carries its index, the foreign keys of others, views and triggers along' <<'EOS'
start 'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, boss INTEGER REFERENCES users (id));
CREATE INDEX by_boss ON users (boss) WHERE boss > 0;
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
CREATE VIEW names AS SELECT u.name FROM users u JOIN users v ON u.boss = v.id;
CREATE TRIGGER t1 AFTER INSERT ON users BEGIN DELETE FROM users WHERE users.name = NEW.name || 0; END;
CREATE TRIGGER t2 AFTER DELETE ON posts BEGIN UPDATE users SET boss = NULL WHERE id = OLD.user_id; END;'
sqlite3 app.db "INSERT INTO users VALUES (5, 'ann', NULL), (9, 'bob', 5); DELETE FROM users WHERE id = 9;
    INSERT INTO users VALUES (6, 'cid', 5); INSERT INTO posts VALUES (1, 6)"
sed -i 's/users/people/g' model.sql
moves --rename users=people
! grep -Eq 'INSERT|DROP' versions/*_second.sql || fail 'more than a rename'
expect_sql app.db 'SELECT group_concat(name) FROM names' cid
expect_sql app.db 'PRAGMA foreign_keys = ON; DELETE FROM people WHERE id = 6; SELECT count(*) FROM posts' 0
expect_sql app.db "INSERT INTO people (name) VALUES ('new'); SELECT max(id) FROM people" 10
EOS

scenario 'a column: index, both ends of foreign keys, CHECK, generated column, view, trigger' <<'EOS'
start 'CREATE TABLE p (code TEXT PRIMARY KEY CHECK (length(code) > 1), up TEXT AS (upper(code)) STORED);
CREATE INDEX p_code ON p (lower(code), code DESC);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_code TEXT REFERENCES p (code), FOREIGN KEY (p_code) REFERENCES p (code));
CREATE VIEW v AS SELECT code, p.up FROM p JOIN c ON c.p_code = p.code;
CREATE TRIGGER t AFTER UPDATE OF code ON p BEGIN UPDATE c SET p_code = NEW.code WHERE p_code = OLD.code; END;'
sqlite3 app.db "INSERT INTO p (code) VALUES ('ab'), ('cd'); INSERT INTO c VALUES (1, 'cd')"
cat >model.sql <<'EOM'
CREATE TABLE p (sku TEXT PRIMARY KEY CHECK (length(sku) > 1), up TEXT AS (upper(sku)) STORED);
CREATE INDEX p_code ON p (lower(sku), sku DESC);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_sku TEXT REFERENCES p (sku), FOREIGN KEY (p_sku) REFERENCES p (sku));
CREATE VIEW v AS SELECT sku, p.up FROM p JOIN c ON c.p_sku = p.sku;
CREATE TRIGGER t AFTER UPDATE OF sku ON p BEGIN UPDATE c SET p_sku = NEW.sku WHERE p_sku = OLD.sku; END;
EOM
moves --rename p.code=p.sku --rename c.p_code=c.p_sku
! grep -Eq 'INSERT|DROP' versions/*_second.sql || fail 'more than a rename'
expect_sql app.db "UPDATE p SET sku = 'xy' WHERE sku = 'cd'; SELECT * FROM v" 'xy|XY'
EOS

scenario 'a column that is renamed and altered at once, in a table that is renamed too' <<'EOS'
start 'CREATE TABLE t (id INTEGER PRIMARY KEY, price TEXT);
CREATE INDEX i ON t (price);'
sqlite3 app.db "INSERT INTO t VALUES (1, '12'), (2, '7')"
echo 'CREATE TABLE items (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL DEFAULT 0);
CREATE INDEX i ON items (amount);' >model.sql
moves --rename t=items --rename t.price=items.amount
expect_sql app.db 'SELECT group_concat(amount + 1), typeof(amount) FROM items' '13,8|integer'
EOS

scenario 'two tables, and two columns, swap their names' <<'EOS'
start 'CREATE TABLE a (x TEXT, y TEXT);
CREATE TABLE b (x TEXT, z INTEGER);
CREATE TABLE _mig_old_a (other);
CREATE VIEW v AS SELECT a.x, a.y, z FROM a, b;'
sqlite3 app.db "INSERT INTO a VALUES ('x', 'y'); INSERT INTO b VALUES ('b', 1)"
echo 'CREATE TABLE b (y TEXT, x TEXT);
CREATE TABLE a (x TEXT, z INTEGER);
CREATE TABLE _mig_old_a (other);
CREATE VIEW v AS SELECT b.y, b.x, z FROM b, a;' >model.sql
run_ok migrate revision --autogenerate -m second --rename a=b --rename b=a --rename a.x=b.y --rename a.y=b.x
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT y, x FROM b' 'x|y'
expect_sql app.db 'SELECT x, z FROM a' 'b|1'
run_ok migrate downgrade -1
expect_sql app.db 'SELECT x, y FROM a' 'x|y'
EOS

scenario 'names with quotes, blanks, dots, letters beyond ASCII, and keywords' <<'EOS'
start 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT);'
sqlite3 app.db "INSERT INTO t VALUES (1, 'a', 'b', 'c')"
echo 'CREATE TABLE "Gr""öße. =x" (id INTEGER PRIMARY KEY, "select" TEXT, "it'"'"'s ; -- b" TEXT, "ключ" TEXT);' >model.sql
moves --rename 't="Gr""öße. =x"' --rename 't.a="Gr""öße. =x".select' \
    --rename "t.b=t.\"it's ; -- b\"" --rename t.c=t.ключ
expect_sql app.db "SELECT \"select\", \"it's ; -- b\", ключ FROM \"Gr\"\"öße. =x\"" 'a|b|c'
EOS

scenario 'letters that only change their case' <<'EOS'
start 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts (user_id INTEGER REFERENCES users (id));'
sqlite3 app.db "INSERT INTO users VALUES (1, 'ann')"
echo 'CREATE TABLE Users (id INTEGER PRIMARY KEY, Name TEXT);
CREATE TABLE posts (user_id INTEGER REFERENCES Users (id));' >model.sql
moves --rename users=Users --rename users.name=Users.Name
expect_sql app.db 'SELECT Name FROM Users' ann
expect_sql app.db "SELECT name FROM sqlite_schema WHERE lower(name) = 'users'" Users
EOS

scenario 'names that nothing bears, or too many renames' <<'EOS'
start 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);'
echo 'CREATE TABLE accounts (id INTEGER PRIMARY KEY, full_name TEXT, nick TEXT);' >model.sql
refused() {
    run_fails 2 migrate revision --autogenerate -m second "$@"
    [ "$(ls versions | wc -l)" -eq 1 ] || fail 'a script was written'
}
refused --rename user=accounts
expect_err_like "the old state has no table 'user'"
expect_err_like "hint: Did you mean 'users'"
refused --rename users=acounts
expect_err_like "hint: Did you mean 'accounts'"
refused --rename accounts=users
expect_err_like 'hint: The old name comes first: --rename users=accounts'
refused --rename users=accounts --rename users.nam=accounts.full_name
expect_err_like "hint: Did you mean 'name'"
refused --rename users=accounts --rename users.full_name=accounts.name
expect_err_like 'hint: The old name comes first: --rename users.name=accounts.full_name'
refused --rename users=accounts --rename users.name=users.nick --rename users.name=users.full_name
expect_err_like 'cannot both rename column users.name to'
refused --rename users.name=full_name
refused --rename users=accounts --rename users.id=accounts.id
expect_err_like "its name is 'id' in both states"
printf 'CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT);' >model.sql
refused --rename name=full_name
expect_err_like 'hint: A column is named with its table: --rename users.name=users.full_name'
refused --rename users
EOS

scenario 'a virtual table keeps its rows' <<'EOS'
start 'CREATE VIRTUAL TABLE docs USING fts5(body);'
sqlite3 app.db "INSERT INTO docs VALUES ('hello world')"
echo 'CREATE VIRTUAL TABLE texts USING fts5(body);' >model.sql
run_ok migrate diff live model
expect_err_like 'virtual table docs may have become texts.*--rename docs=texts'
run_ok migrate revision --autogenerate -m second --rename docs=texts
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db "SELECT body FROM texts WHERE texts MATCH 'hello'" 'hello world'
run_ok migrate downgrade -1
expect_sql app.db "SELECT body FROM docs WHERE docs MATCH 'hello'" 'hello world'
EOS
