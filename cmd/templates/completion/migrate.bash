# bash completion for migrate, made by `migrate completion bash`

# _migrate_options COMMAND: the options of a command ('' for none) and the global ones.
_migrate_options()
{
    case $1 in
@OPTIONS@
    esac
    echo '@GLOBAL_OPTIONS@'
}

# _migrate_option COMMAND OPTION: how its value is completed; nothing for an option without one.
_migrate_option()
{
    case $1:$2 in
@OPTION_VALUES@
    esac
}

# _migrate_argument COMMAND N: how its N-th argument (from 0) is completed.
_migrate_argument()
{
    case $1:$2 in
@ARGUMENTS@
    esac
}

# _migrate_words KIND: the words of a kind, a line each; $_migrate_program and the settings given on
# the command line are asked where the answer depends on the project.
_migrate_words()
{
    case $1 in
    revision | section)
        "${_migrate_program[@]}" completion --list "$1s" 2>/dev/null | cut -f 1
        ;;
    command)
        printf '%s\n' @COMMANDS@
        ;;
    words\ *)
        tr ' ' '\n' <<<"${1#words }"
        ;;
    source)
        printf '%s\n' @SOURCES@
        ;;
    esac
}

_migrate_reply()
{
    local kind=$1 cur=$2 word
    case $kind in
    file | folder)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(
            if [[ $kind == file ]]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi
        )
        ;;
    *)
        while IFS= read -r word; do
            [[ $word == "$cur"* ]] && printf -v word %q "$word" && COMPREPLY+=("$word")
        done < <(_migrate_words "$kind")
        ;;
    esac
}

_migrate()
{
    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' option='' kind='' word previous='' letter n=0 i
    local -a _migrate_program=("${COMP_WORDS[0]}")
    COMPREPLY=()

    # The words before the cursor: the command, its arguments, an option that waits for its value.
    # bash cuts words at = : and @, so that --name=value, A:B and LABEL@REV come as three.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]} previous=${COMP_WORDS[i - 1]}
        if [[ $word == [=:@] || $previous == [:@] || ($previous == '=' && -z $option) ]]; then
            continue
        elif [[ -n $option ]]; then
            kind=$(_migrate_option "$command" "$option")
            word=${word//[\"\']/}
            case $option in
            -c | --config | -n | --name) _migrate_program+=("$option" "${word/#\~\//$HOME/}") ;;
            esac
            option=''
        elif [[ $word == --* ]]; then
            [[ -n $(_migrate_option "$command" "$word") ]] && option=$word
        elif [[ $word == -[!0-9]* ]]; then
            letter=-${word: -1}
            [[ -n $(_migrate_option "$command" "$letter") ]] && option=$letter
        elif [[ -z $command ]]; then
            command=$word
        else
            kind=$(_migrate_argument "$command" "$n")
            n=$((n + 1))
        fi
    done

    # Behind : and @ the next part is of the same kind as the one before.
    if [[ $cur == [:@] || $before == [:@] ]]; then
        :
    elif [[ -n $option ]]; then
        kind=$(_migrate_option "$command" "$option")
    elif [[ $cur == '=' || $before == '=' ]]; then
        kind=none
    elif [[ $cur == -* ]]; then
        kind="words $(_migrate_options "$command")"
    elif [[ -z $command ]]; then
        kind='command'
    else
        kind=$(_migrate_argument "$command" "$n")
    fi
    [[ $cur == [=:@] ]] && cur=''
    _migrate_reply "$kind" "$cur"
}

complete -F _migrate migrate
