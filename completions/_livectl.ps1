
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'livectl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'livectl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'livectl' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('jd', 'jd', [CompletionResultType]::ParameterValue, 'JD Cloud: cut off, let back and list streams; push time-outs')
            [CompletionResult]::new('tencent', 'tencent', [CompletionResultType]::ParameterValue, 'Tencent Cloud: cut off, let back and look at channels')
            [CompletionResult]::new('shumei', 'shumei', [CompletionResultType]::ParameterValue, 'Shumei: moderation of streams')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Do any mix of operations from a file')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'The profile file: write, check, show it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at keys, proxy, DNS, TCP, TLS, HTTP and clock of each vendor')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve the embedded simulator of the vendors')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write one a command to a folder')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the result document')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;jd' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('timeout', 'timeout', [CompletionResultType]::ParameterValue, 'Changes a whole domain: its push time-out')
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('permit', 'permit', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again after a second')
            [CompletionResult]::new('forbidden', 'forbidden', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that may not push')
            [CompletionResult]::new('online', 'online', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that are pushed now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;jd;timeout' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--seconds', '--seconds', [CompletionResultType]::ParameterName, 'The time-out, 1 to 120; JD advises 2 to 60')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;forbid' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that they are pushed to')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'For how long: 30m, 2h, 3d, 2h30m')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--permanent', '--permanent', [CompletionResultType]::ParameterName, 'Until they are permitted again')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;permit' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that they are pushed to')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;drop' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that they are pushed to')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;forbidden' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that they are pushed to')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Of this application alone')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Of this name alone; takes --app')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;online' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that they are pushed to')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Of this application alone')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;jd;help' {
            [CompletionResult]::new('timeout', 'timeout', [CompletionResultType]::ParameterValue, 'Changes a whole domain: its push time-out')
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('permit', 'permit', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again after a second')
            [CompletionResult]::new('forbidden', 'forbidden', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that may not push')
            [CompletionResult]::new('online', 'online', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that are pushed now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;jd;help;timeout' {
            break
        }
        'livectl;jd;help;forbid' {
            break
        }
        'livectl;jd;help;permit' {
            break
        }
        'livectl;jd;help;drop' {
            break
        }
        'livectl;jd;help;forbidden' {
            break
        }
        'livectl;jd;help;online' {
            break
        }
        'livectl;jd;help;help' {
            break
        }
        'livectl;tencent' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again at once')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Changes nothing: tells whether streams are live, idle or forbidden')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;tencent;forbid' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'For how long: 90s, 30m, 2h, 3d, 2h30m [default: 89 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when: RFC 3339 with a zone, or a Unix second; 89 days at most')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;tencent;resume' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;tencent;drop' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;tencent;status' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;tencent;help' {
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again at once')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Changes nothing: tells whether streams are live, idle or forbidden')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;tencent;help;forbid' {
            break
        }
        'livectl;tencent;help;resume' {
            break
        }
        'livectl;tencent;help;drop' {
            break
        }
        'livectl;tencent;help;status' {
            break
        }
        'livectl;tencent;help;help' {
            break
        }
        'livectl;shumei' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('close', 'close', [CompletionResultType]::ParameterValue, 'Ends moderation only; the stream itself stays on air')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;shumei;close' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Where they are moderated: sh, sg (xjp), gg or yd [default: the profile''s]')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'They are audio streams')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;shumei;help' {
            [CompletionResult]::new('close', 'close', [CompletionResultType]::ParameterValue, 'Ends moderation only; the stream itself stays on air')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;shumei;help;close' {
            break
        }
        'livectl;shumei;help;help' {
            break
        }
        'livectl;apply' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'jsonl or csv [default: by the file''s ending; jsonl for `-`]')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for the journal, and for the vendor where its API takes it')
            [CompletionResult]::new('--verify-timeout', '--verify-timeout', [CompletionResultType]::ParameterName, 'How long to wait for it to agree')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the state back, and call it unknown when it does not agree')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;config' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented profile file, unless there is one')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name every problem at once, and say which vendors are ready')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the values that hold and where each comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the profile file')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;config;init' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;config;check' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;config;show' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;config;path' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;config;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented profile file, unless there is one')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name every problem at once, and say which vendors are ready')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the values that hold and where each comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the profile file')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;config;help;init' {
            break
        }
        'livectl;config;help;check' {
            break
        }
        'livectl;config;help;show' {
            break
        }
        'livectl;config;help;path' {
            break
        }
        'livectl;config;help;help' {
            break
        }
        'livectl;doctor' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;sandbox' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where it listens; port 0 takes a free one')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;completions' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;man' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;schema' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The profile file; `livectl config path` tells the default [env: LIVECTL_CONFIG]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile; `default_profile` or the only one by default [env: LIVECTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Paint outcomes: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests in flight [default: 8]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Requests a second per vendor; 0 lifts it [default: 20]')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Attempts for one target, 1 to 5 [default: 3]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for one attempt, such as 500ms [default: 8s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Time for one target, retries included [default: 30s]')
            [CompletionResult]::new('--max-targets', '--max-targets', [CompletionResultType]::ParameterName, 'Refuse a run with more targets [default: 20]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Failures in a row after which a vendor''s rest is skipped; 0 lifts it [default: 10]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record each intent and each result in this file')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Plan and print, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Act on an embedded simulator of the vendors; needs no profile')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors on standard error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what happens between the results')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Skip what the journal records as applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'livectl;help' {
            [CompletionResult]::new('jd', 'jd', [CompletionResultType]::ParameterValue, 'JD Cloud: cut off, let back and list streams; push time-outs')
            [CompletionResult]::new('tencent', 'tencent', [CompletionResultType]::ParameterValue, 'Tencent Cloud: cut off, let back and look at channels')
            [CompletionResult]::new('shumei', 'shumei', [CompletionResultType]::ParameterValue, 'Shumei: moderation of streams')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Do any mix of operations from a file')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'The profile file: write, check, show it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at keys, proxy, DNS, TCP, TLS, HTTP and clock of each vendor')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve the embedded simulator of the vendors')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write one a command to a folder')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the result document')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'livectl;help;jd' {
            [CompletionResult]::new('timeout', 'timeout', [CompletionResultType]::ParameterValue, 'Changes a whole domain: its push time-out')
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('permit', 'permit', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again after a second')
            [CompletionResult]::new('forbidden', 'forbidden', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that may not push')
            [CompletionResult]::new('online', 'online', [CompletionResultType]::ParameterValue, 'Changes nothing: lists the streams of a domain that are pushed now')
            break
        }
        'livectl;help;jd;timeout' {
            break
        }
        'livectl;help;jd;forbid' {
            break
        }
        'livectl;help;jd;permit' {
            break
        }
        'livectl;help;jd;drop' {
            break
        }
        'livectl;help;jd;forbidden' {
            break
        }
        'livectl;help;jd;online' {
            break
        }
        'livectl;help;tencent' {
            [CompletionResult]::new('forbid', 'forbid', [CompletionResultType]::ParameterValue, 'Takes streams off air: no push until the end given')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Puts streams back on air: they may push again')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Cuts streams once: their encoders may push again at once')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Changes nothing: tells whether streams are live, idle or forbidden')
            break
        }
        'livectl;help;tencent;forbid' {
            break
        }
        'livectl;help;tencent;resume' {
            break
        }
        'livectl;help;tencent;drop' {
            break
        }
        'livectl;help;tencent;status' {
            break
        }
        'livectl;help;shumei' {
            [CompletionResult]::new('close', 'close', [CompletionResultType]::ParameterValue, 'Ends moderation only; the stream itself stays on air')
            break
        }
        'livectl;help;shumei;close' {
            break
        }
        'livectl;help;apply' {
            break
        }
        'livectl;help;config' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented profile file, unless there is one')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Name every problem at once, and say which vendors are ready')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the values that hold and where each comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the profile file')
            break
        }
        'livectl;help;config;init' {
            break
        }
        'livectl;help;config;check' {
            break
        }
        'livectl;help;config;show' {
            break
        }
        'livectl;help;config;path' {
            break
        }
        'livectl;help;doctor' {
            break
        }
        'livectl;help;sandbox' {
            break
        }
        'livectl;help;completions' {
            break
        }
        'livectl;help;man' {
            break
        }
        'livectl;help;schema' {
            break
        }
        'livectl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
