# Completion of proviso for bash.

_proviso()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
    local options image="--max-size --max-seconds --workers --unlocked" actor="--by --at"

    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "assess unpack inspect explain query init draft check judge answer assign signoff gap diff seal verify report export import scope scheme list --help --version" -- "$word"))
        return
    fi
    case $before in
    -f | --format)
        [ "$command" = export ] && COMPREPLY=($(compgen -W "xlsx" -- "$word")) && return
        COMPREPLY=($(compgen -W "$(proviso report --list 2>/dev/null | cut -d ' ' -f 1)" -- "$word"))
        return
        ;;
    --state)
        COMPREPLY=($(compgen -W "open doing done" -- "$word"))
        return
        ;;
    --firmware | --evidence | --from | --key)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    -o | --output | --knowledge | --dossier)
        [[ $command == report || $command == export || $command == scheme ]] && COMPREPLY=($(compgen -f -- "$word")) && return
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -d -- "$word"))
        return
        ;;
    --fail-on)
        COMPREPLY=($(compgen -W "mandatory any never" -- "$word"))
        return
        ;;
    --edition)
        COMPREPLY=($(compgen -W "3.1.3 2.1.1" -- "$word"))
        return
        ;;
    -b | --observable)
        options=$(proviso list observables --json 2>/dev/null |
            sed -n 's/^  {"name": "\([a-z_]*\)", "meaning".*/\1/p')
        COMPREPLY=($(compgen -W "$options" -- "$word"))
        return
        ;;
    --date | --max-size | --max-seconds | -j | --workers | --because | --owner | --due | --note | --today | --by | --at)
        return
        ;;
    esac
    case $command in
    assess) options="--output --json --dossier --firmware --edition --fail-on --date --knowledge --quiet $image" ;;
    unpack) options="--json --list --output $image" ;;
    inspect) options="--json --observable $image" ;;
    query) options="--json --csv" ;;
    report) options="--format --output --list" ;;
    init) options="--name --model --manufacturer --edition --market --firmware --firmware-version --batch --by --at" ;;
    draft) options="--edition --by --at" ;;
    check) options="--json --edition --statements" ;;
    judge) options="--output --edition --fail-on --quiet" ;;
    answer) options="--because --evidence --from --edition $actor" ;;
    assign) options="--owner --due --state --note $actor" ;;
    signoff) options="--note $actor" ;;
    gap) options="--json --all --edition --today --fail-on" ;;
    diff) options="--json --all" ;;
    seal) options="--key $actor" ;;
    verify) options="--key" ;;
    export) options="--format --output" ;;
    import) options="--force --unlocked --by --at" ;;
    scope) options="--json --knowledge" ;;
    scheme) options="--json --output --matrix" ;;
    list) options="--json --edition --contradictions" ;;
    *) options= ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options --help" -- "$word"))
    elif [ "$command" = list ]; then
        COMPREPLY=($(compgen -W "formats checks observables rules provisions units reports schemes ixit" -- "$word"))
    elif [ "$command" = explain ] && [ "$COMP_CWORD" -eq 3 ]; then
        COMPREPLY=($(compgen -W "$(proviso list rules 2>/dev/null | cut -d ' ' -f 1)" -- "$word"))
    elif [ "$command" = answer ] && [ "$COMP_CWORD" -eq 3 ]; then
        COMPREPLY=($(compgen -W "$(proviso list rules 2>/dev/null | cut -d ' ' -f 1)" -- "$word"))
    elif [ "$command" = answer ] && [ "$COMP_CWORD" -eq 4 ]; then
        COMPREPLY=($(compgen -W "pass fail inconclusive not-applicable" -- "$word"))
    elif [ "$command" = signoff ] && [ "$COMP_CWORD" -eq 3 ]; then
        COMPREPLY=($(compgen -W "scope declaration execution analysis conclusion correction" -- "$word"))
    elif [ "$command" = scheme ] && [ "$COMP_CWORD" -eq 3 ] && [[ ! " ${COMP_WORDS[*]} " == *" --matrix "* ]]; then
        COMPREPLY=($(compgen -W "$(proviso list schemes 2>/dev/null | cut -d ' ' -f 1)" -- "$word"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}

complete -F _proviso proviso
