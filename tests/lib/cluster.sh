#!/bin/sh
# A throwaway PostgreSQL server for tests: a cluster of its own in a temporary folder, reached by a
# socket in that folder. It does not wait for the disk, unless MIGRATE_TEST_DURABLE=1, and has its data
# in memory where there is plenty.
#
#   cluster.sh start [VERSION]   starts one and prints its folder; VERSION (13, 18 …): of that major
#                                version, where MIGRATE_TEST_POSTGRESQL_VERSION has its programs, else
#                                the newest that is installed. Exit status 77: no server programs.
#   cluster.sh standby FOLDER    starts a standby of the one in FOLDER and prints its folder; both need
#                                MIGRATE_TEST_OPTIONS='-c wal_level=replica -c max_wal_senders=2'
#   cluster.sh stop FOLDER       stops it at once and takes the folder away
#   cluster.sh restart FOLDER    stops it as a crash would, and starts it again
#
# MIGRATE_TEST_OPTIONS are further options of the server (words), MIGRATE_TEST_LOG is a file (or pipe)
# for its messages, MIGRATE_TEST_FILE_LIMIT how long its files can be (for ulimit -f), MIGRATE_TEST_DATA
# a folder to be made for its data.
#
# Programs are looked for in MIGRATE_TEST_POSTGRESQL (a bin folder), then in Debian's folders and on
# PATH. The superuser is "postgres", trusted on the socket; connect with host=FOLDER. The server ends
# by itself when the process that asked for it is gone.
set -eu

find_programs() {
    version=${1:-}
    if [ -n "$version" ]; then
        eval "folder=\${MIGRATE_TEST_POSTGRESQL_$version:-}"
        set -- "$folder" "/usr/lib/postgresql/$version/bin"
    else
        newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
        on_path=$(command -v initdb || true)
        set -- "${MIGRATE_TEST_POSTGRESQL:-}" "$newest" "${on_path%/initdb}"
    fi
    for folder in "$@"; do
        if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            bin=$folder
            return
        fi
    done
    exit 77
}

# Programs in a folder that is closed to the server's user are copied.
reach_programs() {
    as_user test -x "$bin/postgres" || {
        cp -R "${bin%/bin}" "$1/server"
        bin=$1/server/bin
    }
}

# The server refuses to run as root.
as_user() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
    fi
}

# In kB, so that many servers side by side find room.
PLENTY=4000000

make_data_folder() {
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -n "${MIGRATE_TEST_DATA:-}" ]; then
        mkdir "$MIGRATE_TEST_DATA"
        ln -s "$MIGRATE_TEST_DATA" "$1/data"
    elif [ "${MIGRATE_TEST_DURABLE:-}" != 1 ] && [ "${free:-0}" -gt $PLENTY ] && [ -w /dev/shm ]; then
        ln -s "$(mktemp -d /dev/shm/migrate-pg.XXXXXX)" "$1/data"
    else
        mkdir "$1/data"
    fi
    chmod 700 "$1/data"
    [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$1/data"
}

run_server() {
    cd "$1"
    durable=off
    [ "${MIGRATE_TEST_DURABLE:-}" != 1 ] || durable=on
    # shellcheck disable=SC2086 # a list of words
    as_user sh -c '
        bin=$1 folder=$2 durable=$3 log=$4
        shift 4
        [ -z "${MIGRATE_TEST_FILE_LIMIT:-}" ] || ulimit -f "$MIGRATE_TEST_FILE_LIMIT"
        "$bin/postgres" -D "$folder/data" -k "$folder" -h "" \
            -c fsync=$durable -c full_page_writes=$durable -c synchronous_commit=on -c max_connections=100 \
            -c max_prepared_transactions=2 -c autovacuum=off -c wal_level=minimal \
            -c max_wal_senders=0 -c max_wal_size=128MB -c log_min_messages=fatal \
            "$@" >>"$log" 2>&1 </dev/null & echo $! >"$folder/pid"' \
        sh "$(cat "$1/bin")" "$1" "$durable" "${MIGRATE_TEST_LOG:-$1/log}" ${MIGRATE_TEST_OPTIONS:-}
    tries=0
    until [ -S "$1/.s.PGSQL.5432" ] && grep -q 'ready' "$1/data/postmaster.pid" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ] || ! kill -0 "$(cat "$1/pid")" 2>/dev/null; then
            [ ! -f "$1/log" ] || cat "$1/log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# Ends the server when its owner has ended without doing so.
watch_owner() {
    (
        while kill -0 "$2" 2>/dev/null; do
            sleep 1
            [ -d "$1" ] || exit 0
        done
        "$0" stop "$1"
    ) >/dev/null 2>&1 </dev/null &
}

remove() {
    rm -rf "$(readlink -f "$1/data")" "$1"
}

start() {
    find_programs "${1:-}"
    folder=$(mktemp -d /tmp/migrate-pg.XXXXXX)
    [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$folder"
    reach_programs "$folder"
    echo "$bin" >"$folder/bin"
    make_data_folder "$folder"
    cd "$folder"
    if ! as_user "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync \
        --encoding=UTF8 --locale=C >"$folder/initdb.log" 2>&1; then
        cat "$folder/initdb.log" >&2
        remove "$folder"
        exit 1
    fi
    run_server "$folder"
    watch_owner "$folder" "${MIGRATE_TEST_OWNER:-$PPID}"
    echo "$folder"
}

standby() {
    bin=$(cat "$1/bin")
    folder=$(mktemp -d /tmp/migrate-pg.XXXXXX)
    [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$folder"
    echo "$bin" >"$folder/bin"
    cd "$folder"
    if ! as_user "$bin/pg_basebackup" -h "$1" -U postgres -D "$folder/data" -R -c fast --no-sync \
        >"$folder/backup.log" 2>&1; then
        cat "$folder/backup.log" >&2
        remove "$folder"
        exit 1
    fi
    run_server "$folder"
    watch_owner "$folder" "${MIGRATE_TEST_OWNER:-$PPID}"
    echo "$folder"
}

# What has ended may wait a while for the process that took it over to ask how.
is_there() {
    kill -0 "$1" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$1/status"
}

# 15: SIGTERM …; 3: SIGQUIT, as a crash.
signal_server() {
    pid=$(cat "$2/pid")
    kill "-$1" "$pid" 2>/dev/null || true
    while is_there "$pid"; do
        sleep 0.02
    done
}

case ${1:-} in
start) start "${2:-}" ;;
standby) standby "$2" ;;
stop)
    signal_server QUIT "$2"
    remove "$2"
    ;;
restart)
    signal_server QUIT "$2"
    run_server "$2"
    ;;
*)
    echo "usage: cluster.sh start [VERSION] | standby FOLDER | stop FOLDER | restart FOLDER" >&2
    exit 2
    ;;
esac
