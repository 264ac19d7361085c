//! The `livectl` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    livectl::main(&std::env::args_os().collect::<Vec<_>>()).into()
}
