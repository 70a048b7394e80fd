#!/bin/sh
# usage: on_version.sh tests/…/NAME_VERSION.server
#
# Runs the test NAME, a program or a script, with MIGRATE_TEST_VERSION=VERSION (13, 18 …): on a server
# of that major version. tests/Makefile.am.inc lists the tests for which this is done.
set -eu
test=${1%.server}
MIGRATE_TEST_VERSION=${test##*_}
export MIGRATE_TEST_VERSION
test=${test%_*}
if [ -f "$MIGRATE_SRCDIR/$test.sh" ]; then
    exec sh "$MIGRATE_SRCDIR/$test.sh"
fi
exec "$MIGRATE_BUILDDIR/$test"
