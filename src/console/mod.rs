//! The two streams of a command: one text to standard output, and notes, errors and details to standard error.
//!
//! The results of a run are not written here but by its renderer.

pub(crate) mod layout;
pub(crate) mod queue;

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Utc;

use crate::console::layout::wrapped;
use crate::console::queue::OutputQueue;
use crate::error::Error;
use crate::text::{visible, words};
use crate::time;

/// Which messages are printed to standard error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console {
    /// Only errors are printed.
    pub quiet: bool,
    /// Details between the results are printed too.
    pub verbose: bool,
}

impl Console {
    /// Prints a note, its moments in this machine's zone.
    pub fn note(self, text: &str) {
        if !self.quiet {
            let note = time::localized(&format!("note: {text}"), Utc::now());
            // By words: a command in backticks stays on one line, to be copied.
            wrapped(words(&note), "", self.width()).iter().for_each(|line| say(line));
        }
    }

    /// Prints a line about the progress of a run.
    pub fn line(self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Prints a detail, where details are wanted.
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
        // A dumb terminal prints the codes that erase a line.
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

/// Prints a text that people page through: help, a manual page, a script.
// A reader that closes the pipe has seen enough: `livectl --help | head` succeeds.
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
    // Not `println!`, which panics on a closed pipe and on a full disk.
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

/// How standard error is written.
enum ErrorOutput {
    /// Its reader keeps up.
    Direct,
    /// By another thread: its reader does not take what is written.
    Queued(OutputQueue),
    /// Not any more.
    GivenUp,
}

static ERRORS: Mutex<ErrorOutput> = Mutex::new(ErrorOutput::Direct);

fn errors() -> MutexGuard<'static, ErrorOutput> {
    ERRORS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints it to standard error line by line; what a slow reader does not take waits for [`drain_errors`].
// Where standard error is gone, nothing can be reported. A reader that does not read delays no request and no signal.
pub fn say(text: &str) {
    // A vendor's text may contain codes that a terminal obeys.
    let lines: String = text.lines().map(|line| format!("{}\n", visible(line))).collect();
    let mut rest = lines.as_bytes();
    let mut output = errors();
    while matches!(*output, ErrorOutput::Direct) && !rest.is_empty() {
        if is_writable() {
            let (piece, after) = rest.split_at(rest.len().min(PIECE));
            let _ = io::stderr().write_all(piece);
            rest = after;
        } else {
            *output = ErrorOutput::Queued(OutputQueue::start(io::stderr()));
        }
    }
    if let ErrorOutput::Queued(queue) = &mut *output {
        let _ = queue.write(rest).and_then(|_| queue.hand_over());
    }
}

/// Waits until standard error has taken everything; once `is_urgent`, no longer than its reader reads.
pub fn drain_errors(is_urgent: &dyn Fn() -> bool) {
    let mut output = errors();
    if let ErrorOutput::Queued(queue) = &mut *output {
        let is_taken = queue.drain(is_urgent).is_ok();
        // A reader that did not take it once is not waited for again.
        *output = if is_taken { ErrorOutput::Direct } else { ErrorOutput::GivenUp };
    }
}

/// How much a pipe takes without a wait, once it takes anything.
// PIPE_BUF of Linux: a pipe counts as writable when so much fits.
const PIECE: usize = 4096;

#[cfg(unix)]
fn is_writable() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    // Where nothing can be found out, it is written as usual.
    poll(&mut [PollFd::new(&io::stderr(), PollFlags::OUT)], Some(&now)) != Ok(0)
}

/// Elsewhere this is not known.
#[cfg(not(unix))]
fn is_writable() -> bool {
    true
}
