#!/bin/sh
# usage: run_pairs.sh TEST_PLAN
#
# Runs the property test of SQLite's plans over many random pairs of schemas: PAIRS of them
# (default 100000) from SEED (default 1), in JOBS processes (default 2), each with its share. Shows
# failures, shrunk, and the counts of each process; see bench/README.md.
set -eu
test_plan=$1
pairs=${PAIRS:-100000}
seed=${SEED:-1}
jobs=${JOBS:-2}
share=$(((pairs + jobs - 1) / jobs))
folder=$(mktemp -d "${TMPDIR:-/tmp}/migrate-pairs.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

started=
job=0
while [ "$job" -lt "$jobs" ]; do
    MIGRATE_PLAN_PAIRS=$share MIGRATE_PLAN_SEED=$((seed + job * share)) "$test_plan" \
        >"$folder/$job" 2>&1 &
    started="$started $!"
    job=$((job + 1))
done
status=0
for process in $started; do
    wait "$process" || status=1
done
cat "$folder"/*
exit "$status"
