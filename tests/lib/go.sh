#!/bin/sh
# usage: go.sh FOLDER
#
# Fetches the modules of examples/gorm-notes into FOLDER and compiles them, unless they are there, and
# prints the shell command that tells the tests: eval "$(go.sh FOLDER)". When they cannot be had, that is
# said on standard error and nothing is printed.
set -eu
example=$(cd "$(dirname "$0")/../../examples/gorm-notes" && pwd)

mkdir -p "$1"
folder=$(cd "$1" && pwd)

# -modcacherw: so that `rm -r` can take it away.
compile() (
    cd "$example"
    GOMODCACHE=$folder/modules GOCACHE=$folder/cache GOFLAGS="-modcacherw -buildvcs=false -tags=libsqlite3"
    export GOMODCACHE GOCACHE GOFLAGS
    go build -o /dev/null . >&2 &&
        CGO_ENABLED=0 go build -o /dev/null gorm.io/driver/sqlite >&2 &&
        go version >"$folder/installed" &&
        cat go.sum >>"$folder/installed"
)

if ! { go version && cat "$example/go.sum"; } 2>/dev/null | cmp -s - "$folder/installed" && ! compile; then
    echo 'go.sh: no modules for Go: its tests will be skipped' >&2
    exit 0
fi
echo "export MIGRATE_TEST_GO='$folder'"
