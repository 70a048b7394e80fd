# For scenarios with Alembic, to be sourced behind lib.sh.

# Outside scenarios: starts Python with Alembic loaded. $alembic_python is what runs programs with it.
start_alembic() {
    "$python" "$srcdir/tests/lib/alembic_server.py" "$_root/alembic" </dev/null >"$_root/alembic.log" 2>&1 &
    _tries=0
    until [ -S "$_root/alembic" ]; do
        _tries=$((_tries + 1))
        [ "$_tries" -lt 600 ] || { cat "$_root/alembic.log"; exit 1; }
        sleep 0.1
    done
    alembic_python="'$python' -IS '$srcdir/tests/lib/alembic_client.py' '$_root/alembic'"
}

# alembic ARGUMENT…: one of Alembic's own commands.
alembic() {
    eval "$alembic_python -m alembic \"\$@\"" 2>"$_case/alembic.err" || fail "alembic $*: $(cat "$_case/alembic.err")"
}

# environment URL: as `alembic init` makes it, for a URL of SQLAlchemy's; and a project beside it for
# $url, whose versions are in ours/.
environment() {
    alembic init alembic >/dev/null
    use_alembic_on "$1"
    mkdir ours
    printf "[migrate]\nurl = %s\npython = %s\nversion_locations = ours\n" "$url" "$alembic_python" >migrate.ini
}

use_alembic_on() {
    sed -i "s|^sqlalchemy.url.*|sqlalchemy.url = $1|" alembic.ini
}

# script ID DOWN HEADER: a revision with upgrade() and downgrade() from standard input.
script() {
    {
        printf '"""make %s\n\nRevision ID: %s\nCreate Date: 2024-05-06 07:08:09.123456\n\n"""\n' "$1" "$1"
        printf 'import sqlalchemy as sa\nfrom alembic import op\nrevision = "%s"\n' "$1"
        printf 'down_revision = %s\n%s\n\n' "$2" "${3:-}"
        cat
    } >"alembic/versions/$1.py"
}
