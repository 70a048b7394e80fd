#!/bin/sh
# The example for Django: Django's own migrations and a history of ours make the same schema, and the
# application works on ours.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_python
need_postgresql

start() {
    cp -R "$srcdir/examples/django-blog/." .
    chmod -R u+w .
    mkdir -p versions
    printf 'python = "%s"\n' "$python" >>migrate.ini
}

# Django's own way, in a copy of the project.
django_migrates() {
    rm -rf copy
    mkdir copy
    cp -R manage.py mysite blog copy
    (
        cd copy
        "$python" manage.py makemigrations -v 0 blog
        "$python" manage.py migrate -v 0
    )
}

use() {
    "$python" - <<'PY'
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
import django
django.setup()
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from blog.models import Post, Tag

ann = User.objects.create_user("ann")
post = Post.objects.create(author=ann, title="Hello", content="First!")
post.tags.add(Tag.objects.create(name="news"), Tag.objects.create(name="first"))
post.refresh_from_db()
assert post.likes == 0 and post.created_at and post.state == "draft"
Post.objects.filter(pk=post.pk).update(state="published")
for wrong in {"title": ""}, {"title": "Hello", "state": "published"}:
    try:
        with transaction.atomic():
            Post.objects.create(author=ann, **wrong)
    except IntegrityError:
        continue
    raise SystemExit(f"{wrong} was taken")
assert [tag.name for tag in Post.objects.get(title="Hello").tags.order_by("name")] == ["first", "news"]
ann.delete()
assert not Post.objects.exists()
Tag.objects.all().delete()
PY
}

tell_the_story() {
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
    use
    sed -i 's/^    content = .*/&\n    subtitle = models.CharField(max_length=80, null=True)/' blog/models.py
    run_ok migrate revision --autogenerate -m 'add subtitle'
    run_ok migrate upgrade head
    run_ok migrate check
    use
}

scenario 'on SQLite' <<'EOS'
start
tell_the_story
django_migrates
sqlite3 copy/blog.db 'DROP TABLE django_migrations'
expect_agreement "sqlite:///copy/blog.db"
EOS

scenario 'on PostgreSQL' <<'EOS'
start
fresh_database
PGHOST=$cluster PGUSER=postgres
export PGHOST PGUSER
sed -i "s|^url = .*|url = $url|" migrate.ini
DATABASE=$database
export DATABASE
tell_the_story
make_orm_database
DATABASE=$orm_database django_migrates
_psql "$orm_database" -c 'DROP TABLE django_migrations'
expect_agreement "$orm_url"
EOS

scenario 'what is wrong is named' <<'EOS'
start
while IFS='|' read -r target arguments error; do
    sed -i '/^model/d' migrate.ini
    printf 'model = django:%s\nmodel_args = %s\n' "$target" "$arguments" >>migrate.ini
    run_fails 3 migrate check
    [ "$(head -n 1 "$err")" = "error E208: model 'django:$target': $error" ] || fail "$(cat "$err")"
done <<'EOF'
nowhere.settings||there is no module 'nowhere'
mysite.settings|--database other|'mysite.settings' has no database 'other'
mysite.settings|--app glob|there is no application 'glob'
mysite||'mysite' has no database 'default'
EOF
echo 'import missing_one' >>blog/models.py
sed -i '/^model/d' migrate.ini
echo 'model = django:mysite.settings' >>migrate.ini
run_fails 3 migrate check
expect_err_like "the project of 'mysite.settings' cannot be set up: ModuleNotFoundError: No module named 'missing_one'"
sed -i '$d' blog/models.py
"$python" -m venv --without-pip bare
echo "$(dirname "$("$python" -c 'import django; print(django.__path__[0])')")" >only
mkdir packages
ln -s "$(cat only)/django" "$(cat only)/asgiref" "$(cat only)/sqlparse" packages
sed -i '/^python/d' migrate.ini
echo 'python = bare/bin/python' >>migrate.ini
run_fails 3 migrate check
expect_err_like "there is no package 'django' for .*/bare/bin/python"
sed -i 's|^python.*|python = env PYTHONPATH=packages bare/bin/python|' migrate.ini
run_fails 3 migrate inspect model --url postgresql://nobody@/nowhere
expect_err_like "there is no package 'psycopg' for .*/bare/bin/python, which Django needs to write SQL for PostgreSQL$"
EOS
