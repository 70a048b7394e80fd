#!/bin/sh
# usage: node.sh FOLDER
#
# Installs the ORM of Node that tests/lib/node/package.json names, in FOLDER unless it is there, and
# prints the shell command that tells the tests: eval "$(node.sh FOLDER)". When it cannot be had, that
# is said on standard error and nothing is printed.
set -eu
description=$(cd "$(dirname "$0")" && pwd)/node/package.json

mkdir -p "$1"
folder=$(cd "$1" && pwd)

install_packages() {
    rm -rf "$folder/node_modules" "$folder/installed" &&
        cp "$description" "$folder/package.json" &&
        npm install --prefix "$folder" --silent --no-audit --no-fund --no-package-lock --ignore-scripts >&2 &&
        chmod -R a+rX "$folder" &&
        cp "$description" "$folder/installed"
}

if ! cmp -s "$description" "$folder/installed" && ! install_packages; then
    echo 'node.sh: no packages for Node: its tests will be skipped' >&2
    exit 0
fi
echo "export MIGRATE_TEST_NODE='$folder/node_modules'"
