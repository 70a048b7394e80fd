#!/bin/sh
# usage: java.sh FOLDER
#
# Fetches the jars of examples/hibernate-notes into FOLDER with Maven, unless they are there, and prints the
# shell command that tells the tests: eval "$(java.sh FOLDER)". When they cannot be had, that is said
# on standard error and nothing is printed.
set -eu
description=$(cd "$(dirname "$0")/../../examples/hibernate-notes" && pwd)/pom.xml

mkdir -p "$1"
folder=$(cd "$1" && pwd)

fetch() {
    rm -rf "$folder/jars" "$folder/installed" &&
        cp "$description" "$folder/pom.xml" &&
        mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/jars" >&2 &&
        cp "$description" "$folder/installed"
}

if ! cmp -s "$description" "$folder/installed" && ! fetch; then
    echo 'java.sh: no jars for Java: its tests will be skipped' >&2
    exit 0
fi
echo "export MIGRATE_TEST_JAVA='$folder/jars'"
