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
    local -a commands image
    commands=(
        'assess:assess a firmware image, an archive or a root file system'
        'unpack:show what is inside, byte for byte, or write it out'
        'inspect:show the observations alone, without a verdict'
        'explain:show one test unit: its outcome, proof, question and rule'
        'query:put a question of your own to an assessment, in SQL'
        'init:make a new dossier, every field explained'
        'draft:fill in the IXIT with what the firmware shows'
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
            '--edition[edition of EN 303 645]:edition:(3.1.3)' \
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
            '--help[show help]' \
            '1:what:(formats checks observables rules provisions units reports schemes ixit)'
        ;;
    esac
}

_proviso "$@"
