# Completion of livectl in bash. It asks livectl itself, so it needs no renewal.
_livectl() {
    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        case $answer in
            :files) compopt -o default 2>/dev/null ;;
            :folders) compopt -o dirnames 2>/dev/null ;;
            *) COMPREPLY+=("$answer") ;;
        esac
    done < <(LIVECTL_COMPLETE=bash livectl -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}
complete -F _livectl livectl
