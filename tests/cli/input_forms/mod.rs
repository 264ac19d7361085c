//! Inputs of another form than the reader's are reported once, with the way out; what a spreadsheet adds is passed over.

mod forms;
mod profiles;

use crate::prelude::*;

/// Runs `apply` on a file of this name.
fn apply(server: &RecordingServer, name: &str, content: &str) -> RunOutput {
    let home = server.home();
    home.write(name, content);
    home.run(["apply", name, "-o", "json"])
}

/// How many lines the error has.
fn errors(output: &RunOutput) -> usize {
    output.json()["error"]["message"].as_str().unwrap().lines().count()
}

/// Whether the shell that runs printed commands finds a program.
fn has_program(name: &str) -> bool {
    std::process::Command::new(name).arg("--version").output().is_ok()
}
