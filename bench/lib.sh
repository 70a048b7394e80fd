# What the measuring scripts share, sourced: times and their ratios as a table. Needs $tools, the folder
# of the built programs, and $runs.

# measure RUNS COMMAND…: sets $ms and $kib.
measure() {
    set -- $("$tools/measure" "$@" || echo failed)
    [ "$1" != failed ] || exit 1
    ms=$1 kib=$3
}

# baseline NAME COMMAND…: what the next lines are compared with.
baseline() {
    name=$1
    shift
    measure "$runs" "$@"
    base_name=$name base_ms=$ms
    printf '%-44s %9s ms %8s KiB\n' "$name" "$ms" "$kib"
}

# line NAME AIM COMMAND…: AIM is the highest ratio to the baseline wished for, or "-".
line() {
    name=$1 aim=$2
    shift 2
    measure "$runs" "$@"
    ratio=$(awk -v a="$ms" -v b="$base_ms" 'BEGIN { printf "%.2f", a / b }')
    printf '%-44s %9s ms %8s KiB %7s x %s' "$name" "$ms" "$kib" "$ratio" "$base_name"
    [ "$aim" = - ] && echo || echo " (aim: $aim)"
}

title() {
    printf '\n%s\n' "$1"
}
