#!/bin/sh
# What autogenerate writes, and what becomes of rows when it runs.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# model: the model from stdin. revise MSG [OPTION…]: a revision to it, whose file is then $script.
model() {
    cat >model.sql
}

revise() {
    _message=$1
    shift
    run_ok migrate revision --autogenerate -m "$_message" "$@"
    script=$(sed -n 's/^created //p' "$out")
    [ -n "$script" ] || fail 'no script was written'
}

# start: a project whose first revision, applied, makes the model from stdin.
start() {
    new_project 'model = model.sql'
    model
    revise start
    run_ok migrate upgrade head
}

# upgrade_stops: the upgrade fails as a statement does, and leaves everything as it was.
upgrade_stops() {
    sqlite3 app.db .dump >before
    run_fails 4 migrate upgrade head
    sqlite3 app.db .dump >after
    expect_same before after
}

scenario 'a script for people: comments, layout and names as they were written' <<'EOS'
new_project 'model = model.sql'
model <<'END'
-- people
CREATE TABLE IF NOT EXISTS users (
  id   integer PRIMARY KEY, -- never given again
  name text NOT NULL
);
create table [Größe "x"] ("select" int, `from` text); /* odd */
CREATE INDEX "by name" ON users (name);
END
revise 'first tables'
sed -n '/^-- migrate: upgrade/,$p' "$script" >body
expect_content body <<'END'
-- migrate: upgrade
CREATE TABLE [Größe "x"] ("select" int, `from` text);

CREATE TABLE users (
  id   integer PRIMARY KEY, -- never given again
  name text NOT NULL
);

CREATE INDEX "by name" ON users (name);

-- migrate: downgrade
-- hazard: data-loss: drops table "Größe ""x"""
DROP TABLE "Größe ""x""";

-- hazard: data-loss: drops table users
DROP TABLE users;
END
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade base
expect_sql app.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'migrate%'
    AND name NOT LIKE 'sqlite%'" 0
EOS

scenario 'a comment in the model that reads as a marker does no harm' <<'EOS'
start <<'END'
CREATE TABLE users (
  id integer PRIMARY KEY, -- migrate: downgrade
-- migrate: upgrade
  name text DEFAULT '
-- migrate: upgrade
'
);
END
run_ok migrate check
run_ok migrate verify
EOS

scenario 'names with line breaks, quotes and the look of markers' <<'EOS'
start <<'END'
CREATE TABLE "a
migrate: upgrade
-- migrate: downgrade" ("x
migrate: upgrade" text, "*/ ""y""" int);
END
run_ok migrate check
sed -i 's/text, /text NOT NULL, /; s/int);/int, "--\nnew" NOT NULL CHECK ("--\nnew" > 0));/' model.sql
revise 'a rebuild'
run_ok migrate upgrade head
run_ok migrate check
echo 'CREATE TABLE other (x);' >model.sql
revise 'dropped'
run_ok migrate upgrade head
run_ok migrate verify
run_ok migrate downgrade base
EOS

scenario 'CRLF, a BOM and no end of line in the model' <<'EOS'
new_project 'model = model.sql'
printf '\357\273\277CREATE TABLE users (\r\n  id integer PRIMARY KEY,\r\n  name text -- x\r\n)' >model.sql
revise first
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'the simple things are native' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text, nick text);
END
sqlite3 app.db "INSERT INTO users VALUES (1, 'a', 'b'), (7, 'c', 'd')"
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text, age integer NOT NULL DEFAULT 18);
END
revise 'age instead of nick'
sed -n '/^-- migrate: upgrade/,$p' "$script" >body
expect_content body <<'END'
-- migrate: upgrade
-- hazard: data-loss: drops column users.nick
ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT 18;
ALTER TABLE users DROP COLUMN nick;

-- migrate: downgrade
-- hazard: data-loss: drops column users.age
ALTER TABLE users ADD COLUMN nick text;
ALTER TABLE users DROP COLUMN age;
END
run_ok migrate upgrade head
expect_sql app.db 'SELECT * FROM users' '1|a|18
7|c|18'
run_ok migrate downgrade -1
expect_sql app.db 'SELECT * FROM users' '1|a|
7|c|'
EOS

scenario 'a rebuilt parent keeps its children, whatever their foreign keys say' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, name text);
CREATE TABLE posts (id integer PRIMARY KEY, author integer NOT NULL REFERENCES users ON DELETE CASCADE,
    editor integer REFERENCES users ON DELETE SET NULL);
CREATE VIEW names AS SELECT u.name, p.id FROM users AS u JOIN posts AS p ON p.author = u.id;
CREATE TABLE audit (what text);
CREATE TRIGGER post_gone AFTER DELETE ON posts BEGIN INSERT INTO audit VALUES ('gone ' || old.id); END;
CREATE TRIGGER user_new AFTER INSERT ON users BEGIN INSERT INTO audit VALUES ('new ' || new.id); END;
CREATE INDEX by_name ON users (name);
END
sqlite3 app.db "INSERT INTO users VALUES (1, 'ann'), (5, 'bob'), (9, 'cy');
    DELETE FROM users WHERE id = 9; INSERT INTO posts VALUES (1, 5, 1), (2, 5, 5); DELETE FROM audit"
sed -i 's/name text);/name text NOT NULL CHECK (name <> ""));/' model.sql
revise 'names must be there'
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT * FROM posts' '1|5|1
2|5|5'
expect_sql app.db 'SELECT * FROM names' 'bob|1
bob|2'
expect_sql app.db 'SELECT count(*) FROM audit' 0
expect_sql app.db "INSERT INTO users (name) VALUES ('dan'); SELECT max(id) FROM users; SELECT * FROM audit" '10
new 10'
expect_sql app.db 'PRAGMA foreign_keys = ON; DELETE FROM users WHERE id = 5; SELECT count(*) FROM posts' 0
expect_sql app.db 'PRAGMA index_list(users)' '0|by_name|0|c|0'
EOS

scenario 'rowids and what hangs on them stay' <<'EOS'
start <<'END'
CREATE TABLE notes (title text, body text);
CREATE VIRTUAL TABLE found USING fts5 (title, body, content = 'notes');
END
sqlite3 app.db "INSERT INTO notes (rowid, title, body) VALUES (3, 'a', 'apple'), (40, 'b', 'pear');
    INSERT INTO found (found) VALUES ('rebuild')"
sed -i 's/body text)/body text NOT NULL UNIQUE)/' model.sql
revise 'unique bodies'
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db "SELECT rowid, * FROM notes; SELECT rowid, title FROM found WHERE found MATCH 'pear'" '3|a|apple
40|b|pear
40|b'
EOS

scenario 'NULLs stand in the way of NOT NULL: named, nothing lost, then filled in' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, email text);
END
sqlite3 app.db "INSERT INTO users VALUES (1, 'a@b'), (2, NULL)"
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL DEFAULT '');
END
revise 'everybody has an address'
upgrade_stops
expect_err_like 'NOT NULL constraint failed'
query=$(sed -n 's/^--   \(SELECT .*\)$/\1/p' "$script")
expect_sql app.db "$query" '2|'
sed -i "s/^--   UPDATE users SET email = \.\.\. /UPDATE users SET email = 'none' /" "$script"
run_ok migrate upgrade head
expect_sql app.db 'SELECT * FROM users' '1|a@b
2|none'
EOS

scenario 'a new column without a default: a value is written into the script' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
END
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
END
revise 'everybody has a name'
run_ok migrate upgrade head
run_ok migrate downgrade -1
sqlite3 app.db 'INSERT INTO users VALUES (1), (2)'
upgrade_stops
sed -i "s|NULL /\* name \*/|'user ' \|\| id|" "$script"
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT * FROM users' '1|user 1
2|user 2'
EOS

scenario 'doubles stand in the way of UNIQUE, and ON CONFLICT does not eat them' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text);
END
sqlite3 app.db "INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'a')"
for clause in '' 'ON CONFLICT REPLACE' 'ON CONFLICT IGNORE'; do
    echo "CREATE TABLE users (id integer PRIMARY KEY, name text UNIQUE $clause);" >model.sql
    revise "unique $clause"
    upgrade_stops
    expect_err_like 'UNIQUE constraint failed'
    query=$(sed -n 's/^--   \(SELECT .*\)$/\1/p' "$script")
    expect_sql app.db "$query" 'a|2'
    rm "$script"
done
echo 'CREATE TABLE users (id integer PRIMARY KEY, name text); CREATE UNIQUE INDEX one ON users (lower(name)) WHERE id <> 2;' >model.sql
revise 'unique index'
upgrade_stops
query=$(sed -n 's/^--   \(SELECT .*\)$/\1/p' "$script")
expect_sql app.db "$query" 'a|2'
EOS

scenario 'rows that break a CHECK or a foreign key' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, age integer, boss integer);
END
sqlite3 app.db 'INSERT INTO users VALUES (1, 20, NULL), (2, -1, 7)'
echo 'CREATE TABLE users (id integer PRIMARY KEY, age integer CHECK (age >= 0), boss integer);' >model.sql
revise 'check'
upgrade_stops
query=$(sed -n 's/^--   \(SELECT .*\)$/\1/p' "$script")
expect_sql app.db "$query" '2|-1|7'
rm "$script"
echo 'CREATE TABLE users (id integer PRIMARY KEY, age integer, boss integer REFERENCES users);' >model.sql
revise 'foreign key'
upgrade_stops
sqlite3 app.db 'UPDATE users SET boss = 1 WHERE boss = 7'
run_ok migrate upgrade head
EOS

scenario 'a full disk in the middle of a rebuild changes nothing' <<'EOS'
start <<'END'
CREATE TABLE t (id integer PRIMARY KEY, x);
END
sqlite3 app.db "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO t SELECT i, hex(zeroblob(1000)) FROM n"
sed -i 's/ x)/ x NOT NULL)/' model.sql
revise 'no nulls'
sqlite3 app.db .dump >before
run sh -c 'ulimit -f 1200; trap "" XFSZ; exec migrate upgrade head'
[ "$status" -ne 0 ] || fail 'there was room enough'
expect_status 4
sqlite3 app.db .dump >after
expect_same before after
run_ok migrate upgrade head
expect_sql app.db 'SELECT count(*) FROM t' 500
EOS

scenario 'renames carry rows, indexes, foreign keys, views and triggers along, both ways' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users);
CREATE INDEX by_name ON users (name);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER tr AFTER UPDATE OF name ON users BEGIN SELECT new.name; END;
END
sqlite3 app.db "INSERT INTO users VALUES (1, 'a'); INSERT INTO posts VALUES (1, 1)"
model <<'END'
CREATE TABLE people (id integer PRIMARY KEY, full_name text, age integer);
CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES people);
CREATE INDEX by_name ON people (full_name);
CREATE VIEW names AS SELECT full_name FROM people;
CREATE TRIGGER tr AFTER UPDATE OF full_name ON people BEGIN SELECT new.full_name; END;
END
revise 'call them people' --rename users=people --rename users.name=people.full_name
sed -n '/^-- migrate: upgrade/,$p' "$script" >body
expect_content body <<'END'
-- migrate: upgrade
-- hazard: breaks-old-code: renames table users to people
ALTER TABLE users RENAME TO people;

-- hazard: breaks-old-code: renames column people.name to full_name
ALTER TABLE people RENAME COLUMN name TO full_name;

ALTER TABLE people ADD COLUMN age integer;

-- migrate: downgrade
-- hazard: breaks-old-code: renames table people to users
ALTER TABLE people RENAME TO users;

-- hazard: breaks-old-code: renames column users.full_name to name
ALTER TABLE users RENAME COLUMN full_name TO name;

-- hazard: data-loss: drops column users.age
ALTER TABLE users DROP COLUMN age;
END
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT * FROM people; SELECT * FROM names' '1|a|
a'
run_ok migrate downgrade -1
expect_sql app.db 'SELECT * FROM users; SELECT * FROM names' '1|a
a'
run_ok migrate verify
EOS

scenario 'a rename that fits nothing writes nothing' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
END
for rename in users=people nosuch=users users.id=users.nosuch 'x' 'a=b=c' 'a.b=c'; do
    run_fails 2 migrate revision --autogenerate -m x --rename "$rename"
done
[ "$(ls versions | wc -l)" -eq 1 ] || fail 'a script was written'
EOS

scenario 'tables that the versions did not create' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE old (id integer PRIMARY KEY);
END
sqlite3 app.db 'CREATE TABLE tmp_a (x); CREATE TABLE "tmp b" (x); CREATE TABLE other (x);
    CREATE VIEW by_hand AS SELECT * FROM users; CREATE INDEX ia ON tmp_a (x)'
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text);
END
revise 'without leave'
expect_err_like 'tmp_a'
run_ok grep -E '^(CREATE|DROP|ALTER)' "$script"
expect_out <<'END'
ALTER TABLE users ADD COLUMN name text;
DROP TABLE old;
CREATE TABLE old (id integer PRIMARY KEY);
ALTER TABLE users DROP COLUMN name;
END
rm "$script"
revise 'some' '--allow-drop=tmp*'
run_ok grep -E '^DROP' "$script"
expect_out <<'END'
DROP TABLE "tmp b";
DROP TABLE old;
DROP TABLE tmp_a;
END
rm "$script"
revise 'all' --allow-drop
run_ok grep -E '^DROP' "$script"
expect_out_like '^DROP TABLE other;$'
expect_out_like '^DROP VIEW by_hand;$'
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade -1
expect_sql app.db "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE name LIKE '%tmp%'
    OR name IN ('ia', 'other', 'by_hand') ORDER BY name)" 'by_hand,ia,other,tmp b,tmp_a'
EOS

scenario 'an index that was made by hand is not lost unseen' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text);
END
sed -i 's/name text/name text NOT NULL/' model.sql
revise 'no nulls'
sqlite3 app.db 'CREATE INDEX by_hand ON users (name)'
run_fails 6 migrate upgrade head
expect_err_like by_hand
rm "$script"
revise 'now it is seen'
run_ok grep -c '^DROP INDEX by_hand;$' "$script"
run_ok migrate upgrade head
run_ok migrate downgrade -1
expect_sql app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'by_hand'" 1
EOS

scenario 'a view that no longer works is in nobody'"'"'s way' <<'EOS'
start <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
END
sqlite3 app.db 'CREATE TABLE gone (x); CREATE VIEW broken AS SELECT x FROM gone; DROP TABLE gone'
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
END
revise 'drop and rebuild'
run_ok migrate upgrade head
run_ok migrate check
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
END
revise 'drop'
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a table that speaks of itself by name; what the versions did not create stays' <<'EOS'
start <<'END'
CREATE TABLE t (a CHECK (t.a > 0));
END
sqlite3 app.db "CREATE VIEW by_hand AS SELECT a FROM t; CREATE TABLE mine (x);
    CREATE TRIGGER mine_too AFTER INSERT ON mine BEGIN DELETE FROM t; END;
    CREATE TRIGGER here INSTEAD OF INSERT ON by_hand BEGIN DELETE FROM mine; END;
    INSERT INTO t VALUES (7)"
sqlite3 app.db "SELECT sql FROM sqlite_schema WHERE name IN ('by_hand', 'mine', 'mine_too', 'here') ORDER BY name" >before
echo 'CREATE TABLE t (a NOT NULL CHECK (t.a > 1));' >model.sql
revise 'more than one'
run_ok migrate upgrade head
run_ok migrate check
sqlite3 app.db "SELECT sql FROM sqlite_schema WHERE name IN ('by_hand', 'mine', 'mine_too', 'here') ORDER BY name" >after
expect_same before after
expect_sql app.db 'SELECT * FROM by_hand' 7
run_ok migrate verify
EOS

scenario 'against the versions, without a database' <<'EOS'
new_project 'model = model.sql'
echo 'CREATE TABLE users (id integer PRIMARY KEY);' >model.sql
revise one --against versions
echo 'CREATE TABLE users (id integer PRIMARY KEY, name text);' >model.sql
run_fails 6 migrate revision --autogenerate -m two
expect_err_like 'migrate upgrade heads'
revise two --against versions
run_ok grep -c '^ALTER TABLE users ADD COLUMN name text;$' "$script"
run_ok migrate check --against versions
expect_no_file app.db
EOS

scenario 'include and exclude' <<'EOS'
new_project 'model = model.sql
exclude = log_*, tmp'
model <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE log_one (x);
END
sqlite3 app.db 'CREATE TABLE TMP (x)'
revise first
run_ok grep -E '^(CREATE|DROP)' "$script"
expect_out <<'END'
CREATE TABLE users (id integer PRIMARY KEY);
DROP TABLE users;
END
run_ok migrate upgrade head
run_ok migrate check
expect_err_unlike tmp
EOS

scenario 'a name in other case is the same name' <<'EOS'
start <<'END'
CREATE TABLE Users (ID integer PRIMARY KEY, Name text);
CREATE INDEX By_Name ON users (NAME);
END
model <<'END'
CREATE TABLE USERS (id integer PRIMARY KEY, NAME text, Age int);
create index by_name on Users (name);
END
revise 'age'
run_ok grep -E '^(CREATE|DROP|ALTER)' "$script"
expect_out <<'END'
ALTER TABLE Users ADD COLUMN Age int;
ALTER TABLE USERS DROP COLUMN Age;
END
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade base
EOS
