# fish completion for migrate, made by `migrate completion fish`

# The words before the cursor that are neither options nor their values: the command first.
function __migrate_words_given
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if string match -qr -- '^(@VALUE_OPTIONS@)$' $word
            set skip 1
        else if not string match -qr -- '^-[^0-9]' $word
            echo $word
        end
    end
end

function __migrate_no_command
    test (count (__migrate_words_given)) -eq 0
end

function __migrate_in
    set -l given (__migrate_words_given)
    test "$given[1]" = $argv[1]
end

# __migrate_at COMMAND FIRST LAST: the cursor is at one of these arguments (from 0) of the command.
function __migrate_at
    set -l given (__migrate_words_given)
    set -l n (math (count $given) - 1)
    test "$given[1]" = $argv[1] -a $n -ge $argv[2] -a $n -le $argv[3]
end

function __migrate_commands
@COMMANDS@
end

# __migrate_list KIND: words that depend on the project, with the settings given on the command line.
function __migrate_list
    set -l words (commandline -opc)
    set -l settings
    for i in (seq 2 (count $words))
        set -l value $words[(math $i + 1)]
        if contains -- $words[$i] -c --config -n --name; and set -q value[1]
            set -a settings $words[$i] $value
        else if string match -qr -- '^--(config|name)=' $words[$i]
            set -a settings $words[$i]
        end
    end
    # The last part of a range A:B and of LABEL@REV is completed.
    set -l before (string match -r -- '^.*[:@]' (commandline -ct))
    for line in ($words[1] $settings completion --list $argv[1] 2>/dev/null)
        echo "$before$line"
    end
end

complete -c migrate -f
complete -c migrate -n __migrate_no_command -a '(__migrate_commands)'
@COMPLETIONS@
