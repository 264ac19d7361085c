//! [`Offer`]: what a shell is offered, words or its own completion of files.

use clap::{Arg, Command, ValueHint};

use crate::cli::plain;

/// The candidates of a shell.
pub(super) enum Offer {
    /// These words.
    Candidates(Vec<Candidate>),
    /// Files.
    // The shell completes them better: it knows their quoting, `~`, variables and colours.
    Files,
    /// Folders.
    Folders,
}

impl Offer {
    /// No candidate.
    pub(super) fn none() -> Self {
        Self::Candidates(Vec::new())
    }

    /// The files that an argument names, by its hint.
    pub(super) fn files(arg: &Arg) -> Option<Self> {
        match arg.get_value_hint() {
            ValueHint::FilePath | ValueHint::AnyPath => Some(Self::Files),
            ValueHint::DirPath => Some(Self::Folders),
            _ => None,
        }
    }

    /// Each value behind `--name=`, as one word with it.
    pub(super) fn behind(self, name: &str) -> Self {
        let Self::Candidates(mut candidates) = self else { return self };
        for candidate in &mut candidates {
            candidate.value.insert_str(0, &format!("--{name}="));
        }
        Self::Candidates(candidates)
    }
}

/// A word to offer.
pub(super) struct Candidate {
    pub(super) value: String,
    /// Its description, in one line.
    pub(super) about: String,
}

impl Candidate {
    pub(super) fn new(value: impl Into<String>, about: &str) -> Self {
        // A candidate is one line for the script.
        let about = about.lines().next().unwrap_or_default().to_owned();
        Self { value: value.into(), about }
    }
}

/// A command as a word to offer.
pub(super) fn command(command: &Command) -> Candidate {
    Candidate::new(command.get_name(), &plain(command.get_about()))
}
