//! Everything said on standard error: notes, errors, details; never data.

use std::io::{self, IsTerminal, Write};

use crate::error::Error;
use crate::text::visible;

/// How talkative the program is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console {
    /// Only errors are said.
    pub quiet: bool,
    /// What happens between the results is said too.
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

    /// Whether people watch.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        io::stderr().is_terminal()
    }
}

/// Says why the program could not do its work, one cause a line, and what to do next.
pub fn error(error: &Error) {
    let mut causes = error.cause.chain().map(ToString::to_string);
    say(&format!("error: {}", causes.next().unwrap_or_default()));
    causes.for_each(|cause| say(&format!("  because: {cause}")));
    if let Some(hint) = &error.hint {
        say(&format!("hint: {hint}"));
    }
}

/// Says it line by line; nobody can be told when standard error is gone.
pub fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "{}", visible(line));
    }
}
