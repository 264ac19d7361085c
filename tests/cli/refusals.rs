//! Refusals before anything is sent, and the commands that they print, which are parsed by a shell and run.

use crate::prelude::*;

/// A run that is refused: nothing is sent, and standard error has each of these facts.
#[track_caller]
pub fn assert_refused(server: &RecordingServer, output: &RunOutput, facts: &[&str]) {
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(server.requests().is_empty(), "{:?}", server.requests());
    for fact in facts {
        assert!(output.stderr.contains(fact), "{fact:?} is not in {output:?}");
    }
}

/// The commands that a message prints, without what stands around them.
pub fn printed_commands(text: &str) -> Vec<String> {
    let starts = ["livectl ", "sed ", "jq ", "tail ", "python3 "];
    let mut commands = Vec::new();
    for line in text.lines() {
        let quoted = line.split('`').skip(1).step_by(2);
        let after_colon = line.match_indices(": ").map(|(at, _)| &line[at + 2..]);
        let candidates = quoted.chain(after_colon).chain([line.trim_start()]);
        for candidate in candidates {
            let candidate = candidate.trim();
            let is_command = starts.iter().any(|start| candidate.starts_with(start));
            if is_command && candidate.contains("livectl") && !candidate.contains('`') {
                commands.push(candidate.to_owned());
            }
        }
    }
    commands.dedup();
    commands
}

/// Runs the first command that a refusal prints.
#[track_caller]
pub fn run_first_printed(home: &TestHome, refused: &RunOutput) -> RunOutput {
    let commands = printed_commands(&refused.stderr);
    assert!(!commands.is_empty(), "no command is printed: {refused:?}");
    home.run_printed(&commands[0])
}

/// One request was sent, after a printed command was run; what it asks for.
#[track_caller]
pub fn sent_by_printed(
    server: &RecordingServer,
    home: &TestHome,
    refused: &RunOutput,
) -> ReceivedRequest {
    run_first_printed(home, refused).exits(0);
    server.only_request()
}

/// Whether a text stands anywhere in what a run printed.
pub fn is_shown(output: &RunOutput, text: &str) -> bool {
    output.stdout.contains(text) || output.stderr.contains(text)
}

/// The results of a run, one `target outcome` each.
pub fn settled(output: &RunOutput) -> Vec<String> {
    let settled = |result: &Value| {
        let target = result["operation"]["target"].as_str().unwrap();
        format!("{target} {}", super::fixture::outcome(result))
    };
    output.results().iter().map(settled).collect()
}

#[test]
fn flag_before_its_command_is_moved_behind_it() {
    let (server, home) = RecordingServer::accepting().with_home();
    for line in [
        &["--reason", "it's spam", "tencent", "resume", "a b"][..],
        &["tencent", "--reason=it's spam", "resume", "a b"],
        &["--for", "2h", "tencent", "forbid", "-q", "--", "-a b"],
    ] {
        let before = server.requests().len();
        let refused = home.run(line);
        assert_eq!((refused.code, server.requests().len()), (Some(2), before), "{refused:?}");
        let commands = printed_commands(&refused.stderr);
        let output = home.run_printed(&commands[0]);
        assert_eq!((output.code, server.requests().len()), (Some(0), before + 1), "{commands:?}");
        assert!(server.targets()[before].ends_with("a b"), "{commands:?}");
    }
}
