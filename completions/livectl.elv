# Completion of livectl in elvish. It asks livectl itself, so it needs no renewal.
set edit:completion:arg-completer[livectl] = {|@words|
    var answer = [(try { env LIVECTL_COMPLETE=elvish livectl -- $@words 2>/dev/null } catch { } | from-lines)]
    for line $answer {
        if (has-value [:files :folders] $line) {
            edit:complete-filename $@words
        } else {
            var value @about = (str:split "\t" $line)
            edit:complex-candidate $value &code-suffix=' ' &display=$value'  '(str:join '' $about)
        }
    }
}
