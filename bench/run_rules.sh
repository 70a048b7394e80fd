#!/bin/sh
# Takes the rules that keep data safe (docs/apply-rules.md) out of a copy of the code, a piece at a time, and
# expects of the tests that one of them fails:
#
#     run_rules.sh SOURCES FOLDER [WHICH]...
#
# SOURCES is copied to FOLDER and built there. WHICH: only the pieces of these rules, such as '4', or of a rule on
# one kind of database, '13 sqlite'. What no test misses is named in the end, and the exit status is then 1.
set -eu
sources=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
copy=$folder/sources build=$folder/build
unit=tests/unit/test fault=tests/fault/test cli=tests/cli/t
survivors=0 pieces=0

rm -rf "$copy" "$build"
trap 'rm -rf "$copy" "$build"' EXIT
mkdir "$copy" "$build"
(cd "$sources" && tar -cf - --exclude=.git --exclude=./bench/rules .) | (cd "$copy" && tar -xf -)
cd "$build"
"$copy/configure" -q CFLAGS='-O0'
export MIGRATE_SRCDIR="$copy" MIGRATE_BUILDDIR="$build" MIGRATE_BIN="$build/migrate" CMOCKA_MESSAGE_OUTPUT=TAP

# Whether the test fails; one that does not end within two minutes does. Says which of its tests it is.
fails() {
    case $1 in
    *.sh) set -- sh "$copy/$1" ;;
    *) set -- "./$1" ;;
    esac
    status=0
    timeout -k 5 120 "$@" >"$folder/log" 2>&1 || status=$?
    [ $status -ne 124 ] || { echo 'does not end'; return 0; }
    grep -m 1 '^not ok' "$folder/log" || [ $status -ne 0 ]
}

# take RULE KIND WHAT FILE SED TEST...: without this, one of the tests fails.
take() {
    piece="$1 $2" what=$3 file=$4 script=$5
    shift 5
    [ -z "$wanted" ] || echo "$piece" | grep -qE "^($wanted)( |\$)" || return 0
    pieces=$((pieces + 1))
    cp "$copy/$file" "$folder/kept"
    sed -i "$script" "$copy/$file"
    if cmp -s "$copy/$file" "$folder/kept"; then
        echo "$piece: $what: the code has changed: $file has no place for this"
        survivors=$((survivors + 1))
        return 0
    fi
    programs=$(printf '%s\n' "$@" | grep -v '\.sh$' || true)
    # shellcheck disable=SC2086 # a list
    if ! make migrate $programs >"$folder/make.log" 2>&1; then
        found='it does not compile'
        survivors=$((survivors + 1))
    else
        found=
        for test in "$@"; do
            if case=$(fails "$test"); then
                found="missed by $test: ${case#not ok * - }"
                break
            fi
        done
        [ -n "$found" ] || { found='MISSED BY NONE'; survivors=$((survivors + 1)); }
    fi
    echo "$piece: $what: $found"
    cp "$folder/kept" "$copy/$file"
}

wanted=$(printf '%s\n' "$@" | paste -sd '|' -)
apply=core/apply.c prepare=core/apply_prepare.c resume=core/resume.c sqlite=dialects/sqlite/sqlite
pg=dialects/postgresql/pg

nothing='s/while (plan.steps->len > 0) {/while (TRUE) {/'
take 1 sqlite 'a run with nothing to do takes the lock' $apply "$nothing" ${unit}_apply
take 1 postgresql 'a run with nothing to do takes the lock' $apply "$nothing" ${cli}_pg_rules.sh
tables='s/^    if (!look_and_plan(request, &plan, error))/    if (!mig_apply_ensure_version(request->project, error) || !look_and_plan(request, \&plan, error))/'
take 1 sqlite 'our tables are made before the look' $apply "$tables" ${unit}_apply
take 1 postgresql 'our tables are made before the look' $apply "$tables" ${cli}_pg_rules.sh

again='s/if (connection->pooled) {/if (TRUE) {/'
take 2 sqlite 'the run takes no lock' ${sqlite}_units.c 's/"BEGIN IMMEDIATE"/"BEGIN"/' tests/dialect/test_contract
take 2 sqlite 'rows are not read again under the lock' $apply "$again" ${unit}_apply
take 2 sqlite 'nobody looks for who holds the lock' ${sqlite}_holder.c 's/if (path && \*path &&/if (FALSE \&\&/' \
    ${cli}_apply.sh
take 2 postgresql 'the session takes no lock' ${pg}_lock.c 's/!options->version_table || pg->base.pooled/TRUE/' \
    ${unit}_pg_locks
take 2 postgresql 'it waits for the lock, and does not poll' ${pg}_lock.c \
    "s/SELECT pg_catalog.pg_try_advisory_lock/SELECT 't' FROM pg_catalog.pg_advisory_lock/" ${fault}_pg_long
take 2 postgresql 'rows are not read again under the lock' $apply "$again" ${fault}_pg_kill
take 2 postgresql 'nobody looks for who holds the lock' ${pg}_lock.c 's/PQntuples(result) > 0/FALSE/' ${unit}_pg_locks
take 2 postgresql 'transactions take no lock' ${pg}_message.c 's/^    if (unit->version_table)$/    if (FALSE)/' \
    ${unit}_pg_locks
take 2 postgresql 'a pooler is not noticed' ${pg}_connect.c 's/pg_backend_pid() <> %d/pg_backend_pid() < 0 * %d/' \
    ${cli}_pg_pooler.sh

control='s/if (dialect->is_transaction_control(text, statement->length))/if (FALSE)/'
overlap='/^check_rows/,/^}/s/if (mig_graph_check_overlap/if (TRUE || mig_graph_check_overlap/'
off='s/if (ready->block->transaction_off && preparation->whole_run)/if (FALSE)/'
bare='s/else if (!block->transaction_off && dialect->needs_bare/else if (FALSE \&\& dialect->needs_bare/'
irreversible='s/if (!any && step->direction == MIG_DOWNGRADE)/if (FALSE)/'
changed='s/if (script->upgrade)$/if (FALSE)/'
half='/^mig_resume_find/,/^}/s/rows->len == 0/TRUE/'
refuse='/^mig_apply_refuse_half_done/,/^}/s/rows->len == 0/TRUE/'
for kind in sqlite postgresql; do
    if [ $kind = sqlite ]; then tests="${unit}_apply ${cli}_apply.sh"; else tests="${cli}_pg_rules.sh ${cli}_pg_off.sh"; fi
    # shellcheck disable=SC2086 # a list
    {
        take 3 $kind 'transaction control is not looked for first' $prepare "$control" $tests
        take 3 $kind 'off blocks of a run in one transaction are not looked for' $prepare "$off" $tests
        take 3 $kind 'statements for off blocks are not looked for' $prepare "$bare" $tests
        take 3 $kind 'irreversible steps are not looked for' $prepare "$irreversible" $tests
        take 3 $kind 'rows that no script knows are not looked for' core/steps.c 's/^    if (unknown->len > 0) {/    if (FALSE) {/' $tests
        take 3 $kind 'rows that overlap are not looked for' core/steps.c "$overlap" $tests
        take 3 $kind 'changed scripts are not looked for' core/changed.c "$changed" $tests
        take 3 $kind 'half-done steps are not looked for' $resume "$half" $tests
        take 3 $kind 'half-done steps do not stop stamp' $prepare "$refuse" $tests
    }
done
take 3 sqlite 'the authorizer lets transaction control pass' ${sqlite}_guard.c \
    's/return refuse_transaction(.*/return SQLITE_OK;/' tests/dialect/test_contract
take 3 postgresql 'the driver lets transaction control pass' ${pg}_units.c \
    's/if (mig_pg_is_transaction_control(text, statement->length))/if (FALSE)/' tests/dialect/test_contract

release='!mig_sqlite_run(sqlite, "RELEASE migrate_unit", error) || !commit(sqlite, error)'
commit="$release || !open_transaction(sqlite, error) || !mig_sqlite_run(sqlite, \"SAVEPOINT migrate_unit\", error)"
take 4 sqlite 'the record is committed apart' ${sqlite}_units.c \
    "s/!run_checked(sqlite, unit, announce, error) ||/& $commit ||/" ${fault}_kill
take 4 sqlite 'the rows are not asserted' ${sqlite}_units.c 's/if (!unit->expected_rows)/if (TRUE)/' \
    tests/dialect/test_contract
take 4 sqlite 'a movement may hit any row' ${sqlite}_query.c 's/changed == sql->expected_rows/TRUE/' \
    tests/dialect/test_contract
take 4 postgresql 'the record is committed apart' ${pg}_message.c \
    '/^mig_pg_message_add_unit/,/^}/s/^    add_after(/    add(message, MIG_PG_OWN, unit, "COMMIT AND CHAIN");\n&/' \
    tests/dialect/test_contract
take 4 postgresql 'the rows are not asserted' ${pg}_message.c 's/if (!unit->expected_rows)/if (TRUE)/' \
    tests/dialect/test_contract
take 4 postgresql 'a movement may hit any row' ${pg}_message.c 's/if (sql->expected_rows < 0)/if (TRUE)/' \
    tests/dialect/test_contract
take 4 postgresql 'transactions are as isolated as is usual' ${pg}_message.c 's/BEGIN ISOLATION LEVEL READ COMMITTED/BEGIN/' \
    ${unit}_pg_units

qualified='s/return g_strconcat(schema, ".", table, NULL);/return g_strdup(table);/'
take 5 sqlite 'settings are not put back' ${sqlite}_settings.c 's/guard->setting_changed && !reset_pragmas/FALSE \&\& !reset_pragmas/' \
    ${unit}_sqlite_units
take 5 sqlite 'settings of off blocks are not put back' ${sqlite}_units.c \
    's/!mig_sqlite_settings_reset_outside(units->settings, sqlite, error)/FALSE/' ${unit}_sqlite_units
take 5 sqlite 'temporary objects stay' ${sqlite}_settings.c 's/return !guard->temp_made ||/return TRUE ||/' ${unit}_sqlite_units
take 5 sqlite 'our tables are not qualified' core/store.c "$qualified" ${unit}_apply
take 5 sqlite 'scripts may write our tables' ${sqlite}_guard.c 's/if (!is_own_table(guard->unit, table))/if (TRUE)/' \
    tests/dialect/test_contract
take 5 postgresql 'a step ends without RESET ALL' ${pg}_message.c '/add(.*"RESET ALL"/d' ${unit}_pg_units
# Of these two the first does what the second does, too.
take 5 postgresql 'a step ends without RESET SESSION AUTHORIZATION and ROLE' ${pg}_message.c \
    '/^add_resets/,/^}/{/"RESET SESSION AUTHORIZATION"/d;/"RESET ROLE"/d}' ${unit}_pg_units
take 5 postgresql 'temporary objects stay' ${pg}_message.c 's/^    if (temp)/    if (FALSE)/' ${unit}_pg_units
take 5 postgresql 'settings of off blocks are not put back' ${pg}_units.c 's/if (!pg->units->off_text)/if (TRUE)/' ${unit}_pg_unit_waits
take 5 postgresql "a step begins with whatever search path" ${pg}_message.c 's/^    if (path)/    if (FALSE)/' ${unit}_pg_units
take 5 postgresql 'our statements run on any search path' ${pg}_message.c 's/SET LOCAL search_path = pg_catalog, "/SET LOCAL migrate.path = "/' \
    ${unit}_pg_units
take 5 postgresql 'our tables are not qualified' core/store.c "$qualified" ${cli}_pg_rules.sh
take 5 postgresql 'scripts may write our tables' ${pg}_units.c 's/if (!is_own_table(pg, unit, tables->pdata\[i\]))/if (TRUE)/' \
    tests/dialect/test_contract

intent='s/^    if (bare) {/    if (FALSE) {/'
judge='s/^    if (!intent)/    if (TRUE)/'
past='s/ || !check_past(&past, error))/)/'
settings='s/if (ready->resume->blocks_done < ready->blocks->len && builder->dialect->sets_session)/if (FALSE)/'
take 6 sqlite 'statement and record are committed apart' ${sqlite}_units.c \
    "/^run_script/,/^}/s/!run_own(sqlite, unit->before, error) ||/& (unit->off \&\& ($commit)) ||/" ${fault}_kill
take 6 sqlite 'no intent is recorded' core/apply_units.c "$intent" ${unit}_apply
take 6 sqlite 'what was cut short is not judged' $resume "$judge" ${unit}_apply
take 6 sqlite 'what was done may change' $resume "$past" ${unit}_apply
take 6 sqlite 'settings are not made again' core/apply_units.c "$settings" ${unit}_apply
take 6 postgresql 'statement and record are committed apart' ${pg}_message.c \
    '/^mig_pg_message_add_off_statement/,/^}/s/^    add_own_role(/    add(message, MIG_PG_OWN, unit, "COMMIT AND CHAIN");\n&/' \
    ${fault}_pg_kill
take 6 postgresql 'no intent is recorded' core/apply_units.c "$intent" ${cli}_pg_off.sh
take 6 postgresql 'what was cut short is not judged' $resume "$judge" ${cli}_pg_off.sh
take 6 postgresql 'an invalid index counts as done' ${pg}_judge.c 's/^    if (!is_true(found, 0)) {/    if (FALSE) {/' ${unit}_pg_judge
take 6 postgresql 'what was done may change' $resume "$past" ${cli}_pg_off.sh
take 6 postgresql 'settings are not made again' core/apply_units.c "$settings" ${fault}_pg_long

take 7 sqlite 'a run does not wait' ${sqlite}_query.c 's/if ((rc & 0xff) != SQLITE_BUSY)/if (TRUE)/' tests/dialect/test_contract
take 7 postgresql 'statements wait without limit' ${pg}_message.c 's/mig_pg_timeout_ms(options->statement_lock_timeout_ms), local/(gint64)0, local/' \
    ${unit}_pg_locks
take 7 postgresql 'no further tries' ${pg}_units.c 's/if (result != LOCKED || attempt >= pg->units.*/if (TRUE) {/' ${unit}_pg_locks
take 7 postgresql 'no further tries in off blocks' ${pg}_units.c 's/if (result != LOCKED || attempt >= units->.*/if (TRUE) {/' ${unit}_pg_locks
take 7 postgresql 'all statements wait as short' ${pg}_message.c 's/return at && mig_pg_waits_long/return FALSE \&\& mig_pg_waits_long/' \
    ${unit}_pg_locks
take 7 postgresql 'patience goes on behind a strong lock' ${pg}_message.c 's/if (patient && !unit->off && !is_patient(unit, i))/if (FALSE)/' \
    ${unit}_pg_locks
take 7 postgresql 'nobody looks for who is in the way' ${pg}_watch.c 's/if (watch->blind || pg->base.pooled || !pg/if (TRUE || !pg/' \
    ${unit}_pg_locks

take 8 sqlite 'foreign keys stay on' ${sqlite}_settings.c 's/write_setting(sqlite, "foreign_keys", "OFF", error)/write_setting(sqlite, "foreign_keys", "ON", error)/; s/g_strcmp0(now, "1") != 0)$/TRUE)/' \
    ${unit}_sqlite_checks
take 8 sqlite 'nothing is checked behind the script' ${sqlite}_units.c \
    's/if (\(!mig_sqlite_guard_check_losses(sqlite->guard, error)\) || !find_after.*/if (TRUE)\n        return !(\1);\n    if (TRUE)/' \
    ${unit}_sqlite_checks
take 8 sqlite 'orphans from before count' ${sqlite}_units.c 's/!mig_sqlite_orphans_compare(before.orphans, after->orphans, error)/(mig_set_error(error, MIG_E_FOREIGN_KEY, "orphans"), TRUE)/' \
    ${unit}_sqlite_checks

take 9 sqlite 'nobody looks what is lost' ${sqlite}_units.c 's/!mig_sqlite_guard_check_losses(sqlite->guard, error) ||//' ${unit}_sqlite_checks
take 9 postgresql 'nobody looks what is lost' ${pg}_losses.c 's/unit->n_statements < 2 || allows_all(unit)/TRUE/' ${unit}_pg_units

signals='s/^    handle(SIG.*/    (void)handle;/'
take 10 sqlite 'a running statement is not cancelled' ${sqlite}_units.c '/^on_progress/,/^}/s/return options->cancelled.*/return FALSE;/' \
    ${unit}_sqlite_units
take 10 sqlite 'signals end the program' cmd/interrupt.c "$signals" ${cli}_apply.sh
take 10 sqlite 'whom a run waits for is not told' ${sqlite}_units.c 's/if (units->told_of_wait ||/if (TRUE ||/' ${cli}_apply.sh
take 10 postgresql 'a running statement is not cancelled' ${pg}_send.c 's/if (!sending->outcome->cancelled && wants_to_stop(sending))/if (FALSE)/' \
    ${unit}_pg_unit_waits
take 10 postgresql 'signals end the program' cmd/interrupt.c "$signals" ${cli}_pg_rules.sh
take 10 postgresql 'the server does not look for its client' ${pg}_connect.c 's/return !pg->base.read_only && PQserverVersion/return FALSE \&\& PQserverVersion/' \
    ${unit}_pg_locks
take 10 postgresql 'whom a run waits for is not told' ${pg}_lock.c 's/if (\*told || /if (TRUE || /' ${unit}_pg_locks

text='/row->script = g_strndup/d'
leave='s/ || !row || !gathering->use_log)/ || !row)/'
sum='/^check_script/,/^}/s/^    if (strcmp(script->id, row->revision) != 0)/    return TRUE;\n&/'
take 11 sqlite 'the log keeps no text' core/store.c "$text" ${unit}_apply
take 11 sqlite 'its text runs without leave' core/missing.c "$leave" ${cli}_from_log.sh
take 11 sqlite 'its text need not agree with its checksums' core/missing.c "$sum" ${cli}_from_log.sh
take 11 postgresql 'the log keeps no text' core/store.c "$text" ${cli}_pg_rules.sh
take 11 postgresql 'its text runs without leave' core/missing.c "$leave" ${cli}_pg_rules.sh
take 11 postgresql 'its text need not agree with its checksums' core/missing.c "$sum" ${cli}_pg_rules.sh

take 12 sqlite 'readers make the file' ${sqlite}_connect.c 's/gboolean absent = .*/gboolean absent = FALSE;/; s/gboolean create = mode == MIG_CONNECT_WRITE \&\& /gboolean create = /' \
    tests/dialect/test_contract
take 12 postgresql 'readers may write' ${pg}_connect.c "s/pg->base.read_only ? \"'on'\"/FALSE ? \"'on'\"/" ${unit}_pg_connect

read='s/#include "core\/error.h"/&\n#include "core\/apply.h"/; /^mig_project_row_ids/,/^}/s/if (!connection)/if (!connection || !mig_apply_ensure_version(project, error))/'
take 12 sqlite 'readers make our tables' core/project.c "$read" ${cli}_current.sh
take 12 postgresql 'readers make our tables' core/project.c "$read" ${cli}_pg_rules.sh

take 13 sqlite 'a group goes back as a whole' ${sqlite}_units.c 's/if (units->options.mode == MIG_UNITS_WHOLE_RUN) {/if (TRUE) {/' \
    tests/dialect/test_contract
take 13 sqlite 'a group is not committed in time' ${sqlite}_units.c 's/g_get_monotonic_time() - units->opened_us >= GROUP_US/FALSE/' \
    ${unit}_sqlite_units
take 13 sqlite 'steps are reported before they are durable' ${sqlite}_units.c \
    '/^run_unit/,/^}/s/g_ptr_array_add(sqlite->units->pending.*/&\n    sqlite->units->options.done(unit, sqlite->units->options.user_data);/' \
    tests/dialect/test_contract
take 13 postgresql 'a message is one transaction' ${pg}_message.c \
    's/if (!whole_run || (pg->units->uncommitted->len == 0 && message->parts->len == 0))/if (message->parts->len == 0 \&\& (!whole_run || pg->units->uncommitted->len == 0))/; /^mig_pg_message_add_unit/,/^}/s/^    if (!whole_run)$/    if (!whole_run \&\& durable)/' \
    ${unit}_pg_units
take 13 postgresql 'no commit waits for the disk' ${pg}_message.c 's/durable = durable || whole_run;/durable = FALSE;/' ${fault}_pg_kill
take 13 postgresql 'commits ahead of an error do not wait for the disk' ${pg}_units.c 's/roll_back(pg, n_committed > 0)/roll_back(pg, FALSE)/' \
    ${fault}_pg_kill
take 13 postgresql 'each step travels alone' ${pg}_units.c 's/units->queue->len >= GROUP_UNITS/TRUE/' ${unit}_pg_units

echo "$pieces pieces of rules taken out, $survivors missed by no test"
[ $survivors -eq 0 ]
