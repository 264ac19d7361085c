# Completion of livectl in fish. It asks livectl itself, so it needs no renewal.
function __livectl_ask
    set -l token (commandline -ct)
    LIVECTL_COMPLETE=fish livectl -- (commandline -opc) "$token" 2>/dev/null
end
function __livectl_complete
    set -l answer (__livectl_ask)
    switch "$answer[1]"
        case :files
        case :folders
            set -l token (commandline -ct)
            # Without its quotes, of which the last may be missing.
            set -l path (string unescape -- $token; or string unescape -- $token{\',\"})
            __fish_complete_directories "$path[1]" ''
        case '*'
            printf '%s\n' $answer
    end
end
complete -c livectl -f -a '(__livectl_complete)'
# fish itself knows the quotes, `~` and variables of files.
complete -c livectl -n 'contains -- :files (__livectl_ask)' -F
