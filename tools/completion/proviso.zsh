#compdef proviso
# Completion of proviso for zsh.

_proviso_units() {
    local -a units
    units=(${(f)"$(proviso list rules 2>/dev/null | cut -d ' ' -f 1)"})
    _describe unit units
}

_proviso_observables() {
    local -a names
    names=(${(f)"$(proviso list observables --json 2>/dev/null |
        sed -n 's/^  {"name": "\([a-z_]*\)", "meaning".*/\1/p')"})
    _describe observable names
}

_proviso_schemes() {
    local -a names
    names=(${(f)"$(proviso list schemes 2>/dev/null | cut -d ' ' -f 1)"})
    _describe scheme names
}

_proviso_reports() {
    local -a names
    names=(${(f)"$(proviso report --list 2>/dev/null | cut -d ' ' -f 1)"})
    _describe report names
}

_proviso() {
    local -a commands image actor
    commands=(
        'assess:assess a firmware image, an archive or a root file system'
        'unpack:show what is inside, byte for byte, or write it out'
        'inspect:show the observations alone, without a verdict'
        'explain:show one test unit: its outcome, proof, question and rule'
        'query:put a question of your own to an assessment, in SQL'
        'init:make a new dossier, every field explained'
        'draft:fill in the IXIT with what the firmware shows'
        'check:is the dossier complete and consistent?'
        'judge:judge a dossier again'
        'answer:record what you conclude of a test unit'
        'assign:who does what until when'
        'signoff:who signed off which step of the evaluation'
        'gap:what is missing to pass, most urgent first'
        'diff:what changed, and what to test again'
        'seal:sign the state of a dossier with your own key'
        'verify:prove that nothing was altered'
        'report:write a report of an assessment'
        'export:write a dossier as a workbook'
        'import:take a workbook over into a dossier'
        'scope:say which law, label or standard applies to a product'
        'scheme:show what a law or label takes from an assessment'
        'list:show what this program knows'
    )
    image=(
        '--max-size[largest image that is read]:bytes:'
        '--max-seconds[time for the image]:seconds:'
        '(-j --workers)'{-j,--workers}'[worker processes]:number:'
        '--unlocked[go on where the kernel cannot lock the workers]'
        '--help[show help]'
        '*:image:_files'
    )
    actor=('--by[who does it]:name:' '--at[when]:time:' '--help[show help]')
    if (( CURRENT == 2 )); then
        _describe command commands
        _values option --help --version
        return
    fi
    shift words
    (( CURRENT-- ))
    case $words[1] in
    assess)
        _arguments -s \
            '(-o --output)'{-o,--output}'[write the reports there]:folder:_files -/' \
            '--json[write assessment.json there]:file:_files' \
            '--dossier[what the maker declares of it]:folder:_files -/' \
            '--firmware[the image of a dossier]:file:_files' \
            '--edition[edition of EN 303 645]:edition:(3.1.3 2.1.1)' \
            '--fail-on[when to exit with 1]:what:(mandatory any never)' \
            '--date[date of the assessment]:text:' \
            '--knowledge[rules of your own]:folder:_files -/' \
            '(-q --quiet)'{-q,--quiet}'[print nothing but errors]' \
            $image
        ;;
    unpack)
        _arguments -s \
            '--json[one JSON array of nodes]' \
            '(-l --list)'{-l,--list}'[one line a node]' \
            '(-o --output)'{-o,--output}'[write the files there]:folder:_files -/' \
            $image
        ;;
    inspect)
        _arguments -s \
            '--json[one JSON object]' \
            '(-b --observable)'{-b,--observable}'[of this observable alone]:observable:_proviso_observables' \
            $image
        ;;
    explain)
        _arguments '--help[show help]' '1:assessment:_files' '2:unit:_proviso_units'
        ;;
    query)
        _arguments '--json[one JSON array of objects]' '--csv[comma separated values]' \
            '--help[show help]' '1:assessment:_files' '2:select:'
        ;;
    report)
        _arguments -s \
            '(-f --format)'{-f,--format}'[which report]:name:_proviso_reports' \
            '(-o --output)'{-o,--output}'[write it to this file]:file:_files' \
            '--list[show the reports there are]' '--help[show help]' '1:assessment:_files'
        ;;
    init)
        _arguments '--name[the product, as it is sold]:text:' '--model[the designation on it]:text:' \
            '--manufacturer[who makes it]:text:' '--edition[edition of EN 303 645]:edition:(3.1.3 2.1.1)' \
            '--market[where it is sold]:list:' '--firmware[the image to assess]:file:_files' \
            '--firmware-version[its version]:text:' '--batch[ask nothing]' '--by[who does it]:name:' \
            '--at[when]:time:' '--help[show help]' '1:folder:_files -/'
        ;;
    draft)
        _arguments '--edition[whose names are used]:edition:(3.1.3 2.1.1)' '--by[who does it]:name:' \
            '--at[when]:time:' '--help[show help]' '1:dossier:_files -/'
        ;;
    check)
        _arguments '--json[one JSON array]' '--edition[edition of EN 303 645]:edition:(3.1.3 2.1.1)' \
            '--statements[what was understood of the prose]' '--help[show help]' '1:dossier:_files -/'
        ;;
    judge)
        _arguments -s \
            '(-o --output)'{-o,--output}'[write the reports there]:folder:_files -/' \
            '--edition[edition of EN 303 645]:edition:(3.1.3 2.1.1)' \
            '--fail-on[when to exit with 1]:what:(mandatory any never)' \
            '(-q --quiet)'{-q,--quiet}'[print nothing but errors]' '--help[show help]' '1:dossier:_files -/'
        ;;
    answer)
        _arguments '--because[why]:text:' '--evidence[what shows it]:file:_files' \
            '--from[many answers at once]:file:_files' \
            '--edition[of the unit]:edition:(3.1.3 2.1.1)' $actor \
            '1:dossier:_files -/' '2:unit:_proviso_units' '3:outcome:(pass fail inconclusive not-applicable)'
        ;;
    assign)
        _arguments '--owner[who does it]:name:' '--due[until when]:date:' \
            '--state[how far it is]:state:(open doing done)' '--note[what is to be done]:text:' $actor \
            '1:dossier:_files -/' '2:subject:_proviso_units'
        ;;
    signoff)
        _arguments '--note[a remark]:text:' $actor '1:dossier:_files -/' \
            '2:step:(scope declaration execution analysis conclusion correction)'
        ;;
    gap)
        _arguments '--json[one JSON array]' '--all[every row]' \
            '--edition[edition of EN 303 645]:edition:(3.1.3 2.1.1)' '--today[mark what is overdue]:date:' \
            '--fail-on[when to exit with 1]:what:(mandatory any never)' '--help[show help]' \
            '1:dossier:_files -/'
        ;;
    diff)
        _arguments '--json[one JSON object]' '--all[every row]' '--help[show help]' \
            '1:older:_files' '2:newer:_files'
        ;;
    seal)
        _arguments '--key[your private key]:file:_files' $actor '1:dossier:_files -/'
        ;;
    verify)
        _arguments '--key[the public key]:file:_files' '--help[show help]' '1:dossier:_files -/'
        ;;
    export)
        _arguments -s \
            '(-f --format)'{-f,--format}'[which form]:name:(xlsx)' \
            '(-o --output)'{-o,--output}'[write it to this file]:file:_files' \
            '--help[show help]' '1:dossier:_files -/'
        ;;
    import)
        _arguments '--force[write over files that are filled in]' \
            '--unlocked[go on where the kernel cannot lock the reader]' \
            '--by[who does it]:name:' '--at[when]:time:' '--help[show help]' \
            '1:workbook:_files -g "*.xlsx"' '2:dossier:_files -/'
        ;;
    scope)
        _arguments '--json[one JSON object]' '--knowledge[schemes of your own]:folder:_files -/' \
            '--help[show help]' '1:product:_files'
        ;;
    scheme)
        _arguments -s \
            '--json[one JSON object]' '--matrix[one table of provisions]' \
            '(-o --output)'{-o,--output}'[write it to this file]:file:_files' \
            '--help[show help]' '1:assessment:_files' '2:scheme:_proviso_schemes' '*:assessment:_files'
        ;;
    list)
        _arguments '--json[one JSON array]' '--edition[of provisions and units]:edition:(3.1.3 2.1.1)' \
            '--contradictions[the cross-checks of the rules]' '--help[show help]' \
            '1:what:(formats checks observables rules provisions units reports schemes ixit)'
        ;;
    esac
}

_proviso "$@"
