#!/bin/sh
# usage: python.sh FOLDER
#
# Makes a virtual environment in FOLDER with the ORMs of Python that tests/lib/python.txt names, unless
# it is there, and prints the shell command that tells the tests: eval "$(python.sh FOLDER)". When it
# cannot be made, that is said on standard error and nothing is printed.
set -eu
requirements=$(cd "$(dirname "$0")" && pwd)/python.txt

mkdir -p "$1"
folder=$(cd "$1" && pwd)

make_environment() {
    python3 -m venv --clear "$folder" >&2 &&
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
            -r "$requirements" >&2 &&
        chmod -R a+rX "$folder" &&
        cp "$requirements" "$folder/requirements.txt"
}

if ! cmp -s "$requirements" "$folder/requirements.txt" && ! make_environment; then
    echo 'python.sh: no environment for Python: its tests will be skipped' >&2
    exit 0
fi
echo "export MIGRATE_TEST_PYTHON='$folder/bin/python'"
