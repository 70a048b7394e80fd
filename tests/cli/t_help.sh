#!/bin/sh
# Completion in real shells, and what the build makes from the tables. That every option is in
# help, manual, completion and parser is the matter of tests/unit/test_help.c.
builddir=${MIGRATE_BUILDDIR:-.}
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# Prints what bash offers for the last of the words (as readline cuts them: at = : @ too).
bash_completes() {
    migrate completion bash >script.bash
    bash -c '
        . ./script.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _migrate
        [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

# Prints what fish offers for a line, without the explanations.
fish_completes() {
    migrate completion fish >script.fish
    fish -N -c 'source script.fish; complete -C $argv[1]' "$1" | cut -f 1
}

# Types a line and a tab in an interactive zsh, and waits until it shows what is expected.
zsh_completes() {
    migrate completion zsh >_migrate
    cat >driver.zsh <<'EOF'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PROMPT=; TERM=dumb; autoload -U compinit; compinit -u -D; source ./_migrate'
zpty -w z 'print -r READ''Y'
zpty -r z line '*READY*'
zpty -w -n z "$1"$'\t'
zpty -r z line "*$2*"
EOF
    timeout 30 zsh driver.zsh "$1" "$2" >shown || fail "zsh does not make '$2' of '$1'"
}

make_sections() {
    cat >migrate.ini <<'EOF'
[migrate]
[migrate:first]
url = sqlite:///first.db
[migrate:$(touch gotcha)]
url = sqlite:///second.db
EOF
}

make_revisions() {
    run_ok migrate init -q
    cat >versions/aaa111_first.sql <<'EOF'
-- the first one
--
-- revision: aaa111
-- down_revision:
-- branch_labels: web

-- migrate: upgrade

-- migrate: downgrade
EOF
}

scenario 'there is a manual page for each command' <<'EOS'
migrate completion bash | sed -n "s/.*printf '%s.n' \(init .*\)/\1/p" >commands
[ -s commands ] || fail 'no commands'
for command in $(cat commands); do
    expect_file "$builddir/generated/migrate-$command.1"
    run_ok migrate help "$command"
    run_ok migrate "$command" --help
done
expect_file "$builddir/generated/migrate.1"
EOS

scenario 'the scripts made at build time are those of the program' <<'EOS'
for pair in bash:migrate zsh:_migrate fish:migrate.fish; do
    run_ok migrate completion "${pair%:*}"
    expect_same "$builddir/generated/${pair#*:}" "$out"
done
EOS

scenario 'bash completes commands, options, values and files' <<'EOS'
run bash_completes migrate he
expect_out_like '^help$'
run bash_completes migrate --col
expect_out '--color'
run bash_completes migrate init --te
expect_out '--template'
run bash_completes migrate --te
expect_out ''
run bash_completes migrate --format = j
expect_out 'json'
run bash_completes migrate -v --format ''
expect_out 'text
json'
run bash_completes migrate init -t m
expect_out 'multidb'
run bash_completes migrate completion ''
expect_out 'bash
zsh
fish'
run bash_completes migrate help list
expect_out 'list-templates'
mkdir folder
touch 'form.ini'
run bash_completes migrate -c fo
expect_out 'folder
form.ini'
run bash_completes migrate init fo
expect_out 'folder'
EOS

scenario 'bash completes sections and runs nothing that is written there' <<'EOS'
make_sections
run bash_completes migrate -n f
expect_out 'first'
run bash_completes migrate --name = ''
expect_out_like '^first$'
expect_no_file gotcha
mkdir other
mv migrate.ini other
run bash_completes migrate -n f
expect_out ''
run bash_completes migrate -c other/migrate.ini -n f
expect_out 'first'
EOS

scenario 'the words for completion: symbols, revisions, labels' <<'EOS'
make_revisions
run_ok migrate completion --list revisions
expect_out <<'EOF'
head	the one head
heads	all heads
base	before the first revision
current	where the database is
aaa111	the first one
web	label of aaa111
EOF
run_fails 3 migrate completion --list revisions -c elsewhere.ini
run_fails 2 migrate completion
EOS

scenario 'fish completes' <<'EOS'
command -v fish >/dev/null || skip 'fish is not installed'
make_sections
run fish_completes 'migrate list'
expect_out 'list-templates'
run fish_completes 'migrate init --te'
expect_out '--template'
run fish_completes 'migrate --te'
expect_out ''
run fish_completes 'migrate init -t m'
expect_out 'multidb'
run fish_completes 'migrate --format=j'
expect_out '--format=json'
run fish_completes 'migrate -n f'
expect_out 'first'
expect_no_file gotcha
EOS

scenario 'zsh completes' <<'EOS'
command -v zsh >/dev/null || skip 'zsh is not installed'
make_sections
zsh -n <<EOF || fail 'syntax'
$(migrate completion zsh)
EOF
zsh_completes 'migrate list' 'migrate list-templates'
zsh_completes 'migrate init --te' 'migrate init --template'
zsh_completes 'migrate init -t m' 'migrate init -t multidb'
zsh_completes 'migrate -n f' 'migrate -n first'
expect_no_file gotcha
EOS
