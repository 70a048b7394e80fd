#!/bin/sh
# What check, verify and lint print for machines, read by other programs: SARIF by its published schema,
# JUnit by a parser of such reports.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need_python
schema=${python%/bin/python}/sarif-2.1.0.json
[ -f "$schema" ] || _skip_file 'the schema of SARIF is not there'

# script ID PARENT UPGRADE [DOWNGRADE]; without DOWNGRADE there is no such block
script() {
    {
        printf -- '-- revision %s\n--\n-- revision: %s\n-- down_revision: %s\n\n' "$1" "$1" "$2"
        printf -- '-- migrate: upgrade\n%s\n' "$3"
        [ $# -lt 4 ] || printf -- '\n-- migrate: downgrade\n%s\n' "$4"
    } >"versions/$1.sql"
}

start() {
    run_ok migrate init
    script a1 '' 'CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);' 'DROP TABLE t;'
}

# expect_sarif RESULTS: the last run's output is SARIF with so many results.
expect_sarif() {
    "$python" - "$schema" "$out" "$1" <<'EOF_PYTHON' || fail 'no SARIF'
import json, sys, urllib.parse
import jsonschema

schema, log = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
faults = [f"{list(e.absolute_path)}: {e.message}" for e in validator(schema).iter_errors(log)]
assert not faults, faults
run, = log["runs"]
rules = run["tool"]["driver"]["rules"]
assert len(run["results"]) == int(sys.argv[3]), len(run["results"])
assert len({r["id"] for r in rules}) == len(rules), rules
for result in run["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result
    for location in result["locations"]:
        place = location["physicalLocation"]
        path = urllib.parse.unquote(place["artifactLocation"]["uri"])
        line = open(path, encoding="utf-8").read().split("\n")[place["region"]["startLine"] - 1]
        assert place["region"]["startColumn"] <= len(line) + 1, (place, line)
EOF_PYTHON
}

# expect_junit TESTS FAILURES ERRORS SKIPPED
expect_junit() {
    "$python" - "$out" "$@" <<'EOF_PYTHON' || fail 'no JUnit'
import sys
import junitparser

report = junitparser.JUnitXml.fromfile(sys.argv[1])
expected = [int(word) for word in sys.argv[2:]]
suite, = report
said = [suite.tests, suite.failures, suite.errors, suite.skipped]
cases = list(suite)
kinds = [type(r) for case in cases for r in case.result]
found = [len(cases)] + [kinds.count(k) for k in (junitparser.Failure, junitparser.Error, junitparser.Skipped)]
assert said == expected and found == expected, (said, found, expected)
assert all(case.name and case.classname.startswith("migrate.") for case in cases)
EOF_PYTHON
}

odd() {
    printf -- '-- größer <b> & "q"\n--\n-- revision: b2\n-- down_revision: a1\n\n-- migrate: upgrade
-- migrate: allow DS001 nobody reads it
DROP TABLE t;
/* 𝄞 ü */ CREATE TABLE t ("<i>" INT PRIMARY KEY, "]]>" text CHECK ("no such" > 0));\n' \
        >'versions/b2 ä#1%20 & "x".sql'
}

scenario 'lint: nothing, findings, suppressed ones, odd names' <<'EOS'
start
run_ok migrate lint --format sarif
expect_sarif 0
run_ok migrate lint --format junit
expect_junit 1 0 0 0
odd
run_ok migrate lint --format sarif
expect_sarif 5
run_ok migrate lint --format junit
expect_junit 6 0 0 1
EOS

scenario 'lint: a script that does not run' <<'EOS'
start
script b2 a1 'DROP TABLE t;
DROP TABLE "no & <where>";' ''
run_fails 4 migrate lint --format sarif
expect_sarif 1
run_fails 4 migrate lint --format junit
expect_junit 3 1 1 0
EOS

scenario 'check' <<'EOS'
start
run_ok migrate upgrade head
rm -f model.sql
echo 'CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE INDEX t_a ON t (a);' >model.sql
run_ok migrate check --format sarif
expect_sarif 0
run_ok migrate check --format junit
expect_junit 5 0 0 0
script b2 a1 'CREATE TABLE u (id integer);' 'DROP TABLE u;'
script c3 a1 'CREATE TABLE v (id integer);' 'DROP TABLE v;'
echo '-- changed' >>versions/a1.sql
sed -i 's/a text/b text/' versions/a1.sql
run migrate check --format sarif
expect_status 1
expect_sarif 3
run migrate check --format junit
expect_status 1
expect_junit 4 3 0 0
script d4 nowhere '' ''
run migrate check --format sarif
expect_status 1
expect_sarif 1
EOS

scenario 'verify' <<'EOS'
start
rm -f model.sql
sed -i 's/^model = .*//' migrate.ini
script b2 a1 'CREATE TABLE "u & <b>" (id integer);' 'SELECT 1;'
run migrate verify --format sarif
expect_status 1
expect_sarif 1
run migrate verify --format junit
expect_status 1
expect_junit 2 1 0 0
script b2 a1 'CREATE TABLE "u & <b>" (id integer);' 'DROP TABLE "u & <b>";'
run_ok migrate verify --format sarif
expect_sarif 0
EOS
