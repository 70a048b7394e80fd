#compdef migrate
# zsh completion for migrate, made by `migrate completion zsh`

# Words that depend on the project: `migrate completion --list` prints "word<TAB>explanation".
_migrate_list() {
    local -a described settings
    local line option

    for option in -c --config -n --name; do
        [[ -n ${opt_args[$option]} ]] && settings+=($option ${(Q)opt_args[$option]})
    done
    for line in ${(f)"$(_call_program migrate-$1 ${(q)program} ${(q)settings} completion --list $1 2>/dev/null)"}; do
        described+=(${${line%%$'\t'*}//:/\\:}:${line#*$'\t'})
    done
    # The last part of a range A:B and of LABEL@REV.
    compset -P '*[:@]'
    _describe -t migrate-$1 $1 described
}

_migrate_commands() {
    local -a described=(
@COMMANDS@
    )
    _describe -t commands command described
}

_migrate() {
    local context state state_descr line program=$words[1]
    typeset -A opt_args
    local -a global=(
@GLOBAL_OPTIONS@
    )

    _arguments -C $global '1:command:_migrate_commands' '*::argument:->argument' && return
    [[ $state == argument ]] || return 1
    case $line[1] in
@OPTIONS@
    esac
}

if [[ $funcstack[1] == _migrate ]]; then
    _migrate "$@"
else
    compdef _migrate migrate
fi
