# Completion of proviso for fish.

set -l images assess unpack inspect
complete -c proviso -f -n __fish_use_subcommand -a assess -d 'assess a firmware image, an archive or a root file system'
complete -c proviso -f -n __fish_use_subcommand -a unpack -d 'show what is inside, or write it out'
complete -c proviso -f -n __fish_use_subcommand -a inspect -d 'show the observations alone, without a verdict'
complete -c proviso -f -n __fish_use_subcommand -a explain -d 'show one test unit'
complete -c proviso -f -n __fish_use_subcommand -a query -d 'put a question of your own to an assessment, in SQL'
complete -c proviso -f -n __fish_use_subcommand -a list -d 'show what this program knows'
complete -c proviso -n __fish_use_subcommand -l version -d 'show the version'
complete -c proviso -l help -d 'show help'

complete -c proviso -n '__fish_seen_subcommand_from assess' -s o -l output -r -a '(__fish_complete_directories)' -d 'write the reports there'
complete -c proviso -n '__fish_seen_subcommand_from assess' -l json -r -F -d 'write assessment.json there'
complete -c proviso -n '__fish_seen_subcommand_from assess' -l edition -x -a 3.1.3 -d 'edition of EN 303 645'
complete -c proviso -n '__fish_seen_subcommand_from assess' -l fail-on -x -a 'mandatory any never' -d 'when to exit with 1'
complete -c proviso -n '__fish_seen_subcommand_from assess' -l date -x -d 'date of the assessment'
complete -c proviso -n '__fish_seen_subcommand_from assess' -l knowledge -r -a '(__fish_complete_directories)' -d 'rules of your own'
complete -c proviso -n '__fish_seen_subcommand_from assess' -s q -l quiet -d 'print nothing but errors'

complete -c proviso -n '__fish_seen_subcommand_from unpack inspect query list' -l json -d 'as JSON'
complete -c proviso -n '__fish_seen_subcommand_from unpack' -s l -l list -d 'one line a node'
complete -c proviso -n '__fish_seen_subcommand_from unpack' -s o -l output -r -a '(__fish_complete_directories)' -d 'write the files there'
complete -c proviso -n '__fish_seen_subcommand_from inspect' -s b -l observable -x -d 'of this observable alone'
complete -c proviso -n '__fish_seen_subcommand_from query' -l csv -d 'comma separated values'
complete -c proviso -f -n '__fish_seen_subcommand_from list' -a 'formats checks observables rules provisions units reports'
complete -c proviso -n '__fish_seen_subcommand_from list' -l edition -x -a '3.1.3 2.1.1' -d 'of provisions and units'

complete -c proviso -n "__fish_seen_subcommand_from $images" -l max-size -x -d 'largest image that is read, in bytes'
complete -c proviso -n "__fish_seen_subcommand_from $images" -l max-seconds -x -d 'time for the image'
complete -c proviso -n "__fish_seen_subcommand_from $images" -s j -l workers -x -d 'worker processes'
complete -c proviso -n "__fish_seen_subcommand_from $images" -l unlocked -d 'go on where the kernel cannot lock the workers'
