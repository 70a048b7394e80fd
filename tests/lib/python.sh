#!/bin/sh
# usage: python.sh FOLDER
#
# Makes a virtual environment in FOLDER with the packages that tests/lib/python.txt names (ORMs, and readers
# of what `--format` prints), unless it is there, puts the schema of SARIF beside them, and prints the shell command that tells the tests: eval "$(python.sh FOLDER)". When it
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

# The schema that json.schemastore.org/sarif-2.1.0.json is, out of an npm package that brings it along.
sarif='@microsoft/jest-sarif@1.0.0-beta.0'
fetch_schema() {
    (
        cd "$folder" && npm pack --silent "$sarif" >/dev/null &&
            tar xzf ./microsoft-jest-sarif-*.tgz package/lib/schemas/sarif-2.1.0-rtm.5.json &&
            mv package/lib/schemas/sarif-2.1.0-rtm.5.json sarif-2.1.0.json &&
            chmod a+r sarif-2.1.0.json && rm -rf package ./microsoft-jest-sarif-*.tgz
    )
}

if ! cmp -s "$requirements" "$folder/requirements.txt" && ! make_environment; then
    echo 'python.sh: no environment for Python: its tests will be skipped' >&2
    exit 0
fi
[ -f "$folder/sarif-2.1.0.json" ] || fetch_schema ||
    echo 'python.sh: no schema of SARIF: its test will be skipped' >&2
echo "export MIGRATE_TEST_PYTHON='$folder/bin/python'"
