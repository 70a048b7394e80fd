#!/bin/sh
# Injects faults into runs again and again, at every place that there is (tests/fault/):
#
#     [MINUTES=5] run_faults.sh TEST...
#
# Prints what each test says of itself, and how many faults it were in the end.
set -eu
export MIGRATE_FAULT_ALL=1
end=$(($(date +%s) + ${MINUTES:-5} * 60))
rounds=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
while [ "$(date +%s)" -lt "$end" ]; do
    for test in "$@"; do
        "./$test" >"$log.one" 2>&1 || { cat "$log.one"; rm -f "$log.one"; exit 1; }
        grep '^#' "$log.one" | tee -a "$log"
        rm -f "$log.one"
    done
    rounds=$((rounds + 1))
done
awk -v rounds=$rounds 'match($0, /[0-9]+ faults/) { n += substr($0, RSTART, RLENGTH) }
    END { print n " faults in " rounds " rounds" }' "$log"
