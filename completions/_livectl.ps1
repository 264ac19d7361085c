# Completion of livectl in PowerShell. It asks livectl itself, so it needs no renewal.
Register-ArgumentCompleter -Native -CommandName livectl -ScriptBlock {
    param($word, $ast, $cursor)
    $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
    $env:LIVECTL_COMPLETE = 'powershell'
    $answer = @(livectl -- @words "$word." 2>$null)
    Remove-Item Env:LIVECTL_COMPLETE
    $answer | Where-Object { $_ -notlike ':*' -and $_ -like "$word*" } | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if (-not $about) { $about = $value }
        $text = if ($value -match '\s') { "'$value'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
