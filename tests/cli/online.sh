# For scenarios with plans for live systems, to be sourced behind pg.sh.

# up FILE, down FILE: the blocks of one direction of a script.
up() { sed -n '/^-- migrate: upgrade/,/^-- migrate: downgrade/p' "$1" | sed '$d'; }
down() { sed -n '/^-- migrate: downgrade/,$p' "$1"; }

# The model, from standard input, as first revision and in the database.
start_with() {
    cat >model.sql
    autogenerate first --rev-id a1
    run_ok migrate upgrade head
    run_ok migrate inspect
    cp "$out" before
}

# The newest revision up, down and on scratch; users has ten rows, which stay.
runs_both_ways() {
    expect_pg 'SELECT sum(id) FROM users' 55
    run_ok migrate upgrade head
    run_ok migrate check
    expect_pg 'SELECT sum(id) FROM users' 55
    expect_pg 'SELECT count(*) FROM pg_index WHERE NOT indisvalid' 0
    expect_pg 'SELECT count(*) FROM pg_constraint WHERE NOT convalidated' 0
    run_ok migrate downgrade -1
    run_ok migrate inspect
    expect_same before "$out"
    expect_pg 'SELECT sum(id) FROM users' 55
    run_ok migrate verify
}

# Waits until a query in $database says t.
wait_until() {
    _tries=0
    until [ "$(_psql "$database" -c "$1")" = t ]; do
        _tries=$((_tries + 1))
        [ "$_tries" -lt 600 ] || fail "in vain: $1"
        sleep 0.1
    done
}

# Another session, with a transaction in which it has run a statement and which it leaves open.
start_session() {
    mkfifo pipe
    psql -h "$cluster" -U postgres -d "$database" -Xq <pipe >/dev/null &
    _session=$!
    exec 3>pipe
    echo "BEGIN; $1;" >&3
    wait_until "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'idle in transaction' AND
        datname = current_database()"
}

end_session() {
    echo 'COMMIT;' >&3
    exec 3>&-
    wait "$_session"
    rm pipe
}
