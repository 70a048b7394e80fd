#!/bin/sh
# Builds the example against the installed library and runs it twice on one database.
# usage: check.sh SOURCE-FOLDER DESTDIR INSTALLED-LIBDIR   (CC, CFLAGS, PKG_CONFIG from make)
set -eu
source=$1 destdir=$2 libdir=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

flags=$(PKG_CONFIG_SYSROOT_DIR="$destdir" "$PKG_CONFIG" --cflags --libs migrate)
flags="$flags $("$PKG_CONFIG" --cflags --libs sqlite3)"
$CC $CFLAGS "$source/embed.c" $flags -o "$folder/embed"

LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
"$folder/embed" "$folder/app.db" >"$folder/first"
"$folder/embed" "$folder/app.db" >"$folder/second"
grep -q '^schema is up to date (2 of 2 steps were pending)$' "$folder/first"
grep -q '^schema is up to date (0 of 0 steps were pending)$' "$folder/second"
exported=$(nm -D --defined-only "$libdir/libmigrate.so" | awk '{ print $3 }' | grep -v '^mig_' || true)
test -z "$exported" || { echo "libmigrate lets out names that are not its own: $exported"; exit 1; }
echo "embed: built from the installed library, upgraded and refused as it should"
