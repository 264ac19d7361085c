//! The two streams of a command: one text to standard output, and notes, errors and details to standard error.
//!
//! The results of a run are not written here but by its renderer.

pub(crate) mod layout;

use std::io::{self, IsTerminal, Write};

use crate::error::Error;
use crate::text::visible;

/// How talkative the program is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console {
    /// Only errors are said.
    pub quiet: bool,
    /// Details between the results are printed too.
    pub verbose: bool,
}

impl Console {
    /// Something that the operator should know.
    pub fn note(self, text: &str) {
        if !self.quiet {
            say(&format!("note: {text}"));
        }
    }

    /// Where the run stands.
    pub fn line(self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// What only a curious operator wants to know.
    pub fn detail(self, text: &dyn Fn() -> String) {
        if self.verbose && !self.quiet {
            say(&text());
        }
    }

    /// The width of the terminal that standard error is; `None` for a pipe.
    #[must_use]
    pub fn width(self) -> Option<usize> {
        terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0.into())
    }

    /// Whether standard error is a terminal that can erase a line.
    #[must_use]
    pub fn draws(self) -> bool {
        io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}

/// The exit code when standard output cannot be written.
const OUTPUT_GONE: u8 = 6;

/// Prints a text to standard output and returns the exit code.
#[must_use]
pub fn print(text: &str) -> u8 {
    write(text).map_or_else(|error| output_gone(&error), |()| 0)
}

/// Prints a text that people page through: help, a manual page, a script. A reader that closes the pipe has seen
/// enough, so that `livectl --help | head` succeeds.
#[must_use]
pub fn print_reference(text: &str) -> u8 {
    write(text).map_or_else(|error| reference_cut(&error), |()| 0)
}

/// The exit code when a reference text could not be written.
#[must_use]
pub fn reference_cut(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe { 0 } else { output_gone(error) }
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
}

fn output_gone(error: &io::Error) -> u8 {
    say(&format!("error: the output could not be written: {error}"));
    OUTPUT_GONE
}

/// Prints why the program could not do its work, one cause a line, and what to do next.
pub fn error(error: &Error) {
    let mut causes = error.cause.chain().map(ToString::to_string);
    say(&format!("error: {}", causes.next().unwrap_or_default()));
    causes.for_each(|cause| say(&format!("  because: {cause}")));
    if let Some(hint) = &error.hint {
        say(&format!("hint: {hint}"));
    }
}

/// Prints line by line; a failure to write to standard error cannot be reported anywhere.
pub fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "{}", visible(line));
    }
}
