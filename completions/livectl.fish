# Completion of livectl in fish. It asks livectl itself, so it needs no renewal.
function __livectl_complete
    set -l token (commandline -ct)
    set -l answer (LIVECTL_COMPLETE=fish livectl -- (commandline -opc) "$token" 2>/dev/null)
    set -l flag (string match -r -- '^-[^=]*=' "$token")
    set -l path (string replace -- "$flag" '' "$token")
    switch "$answer[1]"
        case :files
            printf '%s\n' "$flag"(__fish_complete_path "$path")
        case :folders
            printf '%s\n' "$flag"(__fish_complete_directories "$path" '')
        case '*'
            printf '%s\n' $answer
    end
end
<<<<<<< HEAD
complete -c livectl -f -a '(__livectl_complete)'
=======

function __fish_livectl_using_subcommand
    set -l cmd (__fish_livectl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c livectl -n "__fish_livectl_needs_command" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_needs_command" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_needs_command" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_needs_command" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_needs_command" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_needs_command" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_needs_command" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_needs_command" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_needs_command" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_needs_command" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_needs_command" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_needs_command" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_needs_command" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_needs_command" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_needs_command" -s V -l version -d 'Print version'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "jd" -d 'JD Cloud: cut off, let back and list streams; push time-outs'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "tencent" -d 'Tencent Cloud: cut off, let back and look at channels'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "shumei" -d 'Shumei: moderation of streams'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "apply" -d 'Run any mix of operations from a file'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "config" -d 'Write, check and show the profile file'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "doctor" -d 'Test the key of each vendor and the route to it'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "sandbox" -d 'Serve the simulator of the vendors until interrupted'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "man" -d 'Show the manual page, or write all pages to a folder'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "schema" -d 'Print the JSON Schema of the result document'
complete -c livectl -n "__fish_livectl_needs_command" -f -a "help" -d 'Print a topic of the documentation, or the help of a command'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "timeout" -d 'Changes a whole domain: its push time-out'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "forbid" -d 'Takes streams off air: no push until the end given'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "permit" -d 'Puts streams back on air: they may push again'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "drop" -d 'Cuts streams once: their encoders may push again after a second'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "forbidden" -d 'Changes nothing: lists the streams of a domain that may not push'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "online" -d 'Changes nothing: lists the streams of a domain that are pushed now'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and not __fish_seen_subcommand_from timeout forbid permit drop forbidden online status" -f -a "status" -d 'Changes nothing: tells whether streams are live, idle or forbidden'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l seconds -d 'The time-out, 1 to 120; JD advises 2 to 60' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from timeout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l for -d 'For how long: 90s, 30m, 2h, 3d, 2h30m' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l until -d 'Until when: RFC 3339 with a zone, or a Unix second' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l permanent -d 'Until they are permitted again'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l longest -d ''
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from permit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l app -d 'Of this application alone' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l stream -d 'Of this name alone; takes --app' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from forbidden" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l app -d 'Of this application alone' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from online" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand jd; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -f -a "forbid" -d 'Takes streams off air: no push until the end given'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -f -a "resume" -d 'Puts streams back on air: they may push again'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -f -a "drop" -d 'Cuts streams once: their encoders may push again at once'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -f -a "status" -d 'Changes nothing: tells whether streams are live, idle or forbidden'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and not __fish_seen_subcommand_from forbid resume drop status online" -f -a "online" -d 'Changes nothing: lists the streams that are pushed now'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l domain -d 'API 3.0: their push domain, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l app -d 'API 3.0: their application, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l for -d 'For how long: 90s, 30m, 2h, 3d, 2h30m' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l until -d 'Until when: RFC 3339 with a zone, or a Unix second' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l longest -d 'For the longest time that holds: 89 days'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l permanent -d ''
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from forbid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l domain -d 'API 3.0: their push domain, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l app -d 'API 3.0: their application, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l domain -d 'API 3.0: their push domain, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l app -d 'API 3.0: their application, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l domain -d 'API 3.0: their push domain, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l app -d 'API 3.0: their application, else the profile\'s' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l domain -d 'Their push domain [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l app -d 'Of this application alone' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l all-domains -d 'Of every domain of the account'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand tencent; and __fish_seen_subcommand_from online" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and not __fish_seen_subcommand_from close" -f -a "close" -d 'Ends moderation only; the stream itself stays on air'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l cluster -d 'Where they are moderated: sh, sg (xjp), gg or yd [default: the profile\'s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l reason -d 'Why, for the journal' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l audio -d 'They are audio streams'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand shumei; and __fish_seen_subcommand_from close" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l format -d 'jsonl or csv [default: by the file\'s ending; jsonl for `-`]' -r -f -a "jsonl\t'One JSON object a line'
csv\t'A header line that names the columns, then one row an operation'"
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l reason -d 'Why, for the journal, and for the vendor where its API takes it' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l verify-timeout -d 'How long to wait for it to agree' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l verify -d 'Read the state back, and call it unknown when it does not agree'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -f -a "init" -d 'Write a profile file to fill in, unless it exists'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -f -a "check" -d 'Report every problem and which vendors are ready'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -f -a "show" -d 'Print the values in use and where each comes from'
complete -c livectl -n "__fish_livectl_using_subcommand config; and not __fish_seen_subcommand_from init check show path" -f -a "path" -d 'Print the path of the profile file'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l vendor -d 'Only the lines that this vendor needs: jd, tencent or shumei' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l api -d 'The version of its API [default: the newer one]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l listen -d 'The address to listen on; port 0 takes a free port' -r
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand man" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand man" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand man" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand man" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand man" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand man" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand man" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand man" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand man" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand man" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand man" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand man" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c livectl -n "__fish_livectl_using_subcommand help" -s c -l config -d 'The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand help" -s p -l profile -d 'The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -s o -l output -d 'table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON result a line, each as it settles'
csv\t'A header and one row a result'
targets\t'Names alone, one a line'
curl\t'With --dry-run: one line a request to paste into a shell'"
complete -c livectl -n "__fish_livectl_using_subcommand help" -l even-protected -d 'Act on this target although the policy protects it; requires --reason' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l color -d 'Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]' -r -f -a "auto\t'On a terminal'
always\t'Everywhere'
never\t'Nowhere'"
complete -c livectl -n "__fish_livectl_using_subcommand help" -s j -l concurrency -d 'Requests in flight [default: 8]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l rate -d 'Requests a second to one vendor (0: no limit) [default: 20; jd openapi: 16]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l attempts -d 'Attempts for one target, 1 to 5 [default: 3]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l timeout -d 'Time for one attempt, such as 500ms [default: 8s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l deadline -d 'Time for one target with all its attempts [default: 30s]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l max-targets -d 'Refuse a run with more distinct targets [default: 20]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l max-failures -d 'Skip a vendor\'s remaining targets after N consecutive failures (0: never) [default: 10]' -r
complete -c livectl -n "__fish_livectl_using_subcommand help" -l journal -d 'Record each intent and each result in this file' -r -F
complete -c livectl -n "__fish_livectl_using_subcommand help" -s n -l dry-run -d 'Print what would be sent, send nothing'
complete -c livectl -n "__fish_livectl_using_subcommand help" -l sandbox -d 'Use an embedded simulator of the vendors; requires no profile'
complete -c livectl -n "__fish_livectl_using_subcommand help" -l exact -d 'Take targets as they are, with invisible characters, URLs or quotes'
complete -c livectl -n "__fish_livectl_using_subcommand help" -s q -l quiet -d 'Print only errors on standard error'
complete -c livectl -n "__fish_livectl_using_subcommand help" -s v -l verbose -d 'Print details between the results'
complete -c livectl -n "__fish_livectl_using_subcommand help" -l no-log -d 'Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]'
complete -c livectl -n "__fish_livectl_using_subcommand help" -l resume -d 'Skip what the journal records as applied'
complete -c livectl -n "__fish_livectl_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
>>>>>>> 184baad (Renew the completions and the expected hint of a refusal)
