//! [`Shell`]: a shell that completes, and its script.

use clap::ValueEnum;

use crate::console::print_reference;

/// A shell that completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "each is the shell of its name")]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Zsh,
}

/// Prints the script of a shell and returns the exit code.
// The scripts are files by themselves, so that a package can install them without running the program.
#[must_use]
pub fn run(shell: Shell) -> u8 {
    print_reference(match shell {
        Shell::Bash => include_str!("../../../completions/livectl.bash"),
        Shell::Elvish => include_str!("../../../completions/livectl.elv"),
        Shell::Fish => include_str!("../../../completions/livectl.fish"),
        Shell::PowerShell => include_str!("../../../completions/_livectl.ps1"),
        Shell::Zsh => include_str!("../../../completions/_livectl"),
    })
}
