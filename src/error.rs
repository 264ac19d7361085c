//! [`Error`]: why a run could not start, with its exit code. The [outcome](crate::outcome) of a target is no error.

use std::fmt;

use strum::IntoStaticStr;

/// The class of an error; each has one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ErrorKind {
    /// The command line is wrong.
    Usage,
    /// A target, an input line or a journal is wrong.
    Input,
    /// The profile file, the environment's credentials or a secret is wrong or missing.
    Config,
    /// Another run has the journal.
    Busy,
    /// The program or the machine is at fault.
    Internal,
}

impl ErrorKind {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The process's exit code when nothing was sent because of it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage | Self::Input => 2,
            Self::Config => 3,
            // EX_TEMPFAIL of sysexits.h: try again later.
            Self::Busy => 75,
        }
    }
}

/// An error that stops the run before the first request leaves.
///
/// The message names the fault and its place, in lower case; the hint gives the next step.
// Neither ever contains a secret or a line of the profile file: a lost quote would put a secret into an error.
#[derive(Debug)]
pub struct Error {
    /// Decides the exit code.
    pub kind: ErrorKind,
    /// The fault, with its chain of causes.
    pub cause: anyhow::Error,
    /// The next step for the operator.
    pub hint: Option<String>,
}

/// The result of this crate's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A wrong command line.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Usage, anyhow::Error::msg(message.to_string()))
    }

    /// A wrong target, line or journal.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Input, anyhow::Error::msg(message.to_string()))
    }

    /// A wrong or missing configuration or credential.
    pub fn config(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Config, anyhow::Error::msg(message.to_string()))
    }

    /// A journal that another run has.
    pub fn busy(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Busy, anyhow::Error::msg(message.to_string()))
    }

    /// A fault of the program or the machine, with its causes.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(ErrorKind::Internal, cause.into())
    }

    fn new(kind: ErrorKind, cause: anyhow::Error) -> Self {
        Self { kind, cause, hint: None }
    }

    /// The error with the next step for the operator.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never `{:?}`: under RUST_BACKTRACE=1 it prints a backtrace, which took 66 ms and 39 MB.
        write!(f, "{:#}", self.cause)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_kinds_have_words_and_exit_codes() {
        let kinds = [
            ErrorKind::Usage,
            ErrorKind::Input,
            ErrorKind::Config,
            ErrorKind::Busy,
            ErrorKind::Internal,
        ];
        assert_eq!(kinds.map(ErrorKind::as_str), ["usage", "input", "config", "busy", "internal"]);
        assert_eq!(kinds.map(ErrorKind::exit_code), [2, 2, 3, 75, 1]);
    }

    #[test]
    fn constructors_set_the_kind() {
        let errors = [
            Error::usage("a"),
            Error::input("b"),
            Error::config("c"),
            Error::internal(anyhow::anyhow!("d")),
        ];
        assert_eq!(
            errors.each_ref().map(|error| error.kind),
            [ErrorKind::Usage, ErrorKind::Input, ErrorKind::Config, ErrorKind::Internal]
        );
        assert_eq!(errors.map(|error| error.to_string()), ["a", "b", "c", "d"]);
    }

    #[test]
    fn error_shows_causes_and_keeps_its_hint() {
        let cause = anyhow::anyhow!("port in use").context("cannot listen");
        let error = Error::internal(cause).hint("choose another");
        assert_eq!(error.to_string(), "cannot listen: port in use");
        assert_eq!(error.hint.as_deref(), Some("choose another"));
    }
}
