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
complete -c livectl -f -a '(__livectl_complete)'
