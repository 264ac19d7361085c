//! Receives every outcome once: counts it and prints it.

use std::cell::{Ref, RefCell};
use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::console::Console;
use crate::console::queue::{OutputWriter, PacedWriter};
use crate::outcome::summary::Summary;
use crate::outcome::{Outcome, Status};
use crate::output::Renderer;
use crate::output::failures::Failures;
use crate::output::progress::Progress;
use crate::text::reason;

/// How often the output is flushed and the progress is updated.
const TICK: Duration = Duration::from_millis(100);

/// Counts outcomes and prints them, on standard output and in the progress.
pub struct Reporter {
    console: Console,
    progress: Progress,
    /// The rows that are looked at before they settle.
    looked_at: RefCell<HashSet<usize>>,
    writer: RefCell<WriterState>,
}

/// The renderer, its output, and what it has printed so far.
pub(super) struct WriterState {
    pub(super) renderer: Box<dyn Renderer>,
    out: OutputWriter,
    is_terminal: bool,
    pub(super) urgency: Urgency,
    pub(super) summary: Summary,
    /// Targets skipped by this run; those done before are not among them.
    pub(super) untried: usize,
    pub(super) failures: Failures,
    pub(super) failure: Option<io::Error>,
}

impl WriterState {
    /// Writes, unless an earlier write has failed.
    fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Renderer, &mut OutputWriter) -> io::Result<()>,
    ) {
        // The first failure has the reason; those after it follow from it.
        if self.failure.is_none() {
            self.failure = write(&mut *self.renderer, &mut self.out).err();
        }
    }

    /// Prints what is left, with this exit code.
    pub(super) fn finish(&mut self, exit_code: u8) {
        let (summary, urgency) = (self.summary, self.urgency.clone());
        self.write(|renderer, out| {
            let is_urgent: &dyn Fn() -> bool = &|| urgency.is_urgent();
            renderer.finish(&mut PacedWriter { out, is_urgent }, &summary, exit_code)?;
            out.drain(is_urgent)
        });
    }

    /// The exit code of a signal that came while the output waited for its reader, and ended that.
    pub(super) fn late_signal(&self) -> Option<u8> {
        self.failure.as_ref()?;
        u8::try_from(self.urgency.late_signal.load(Ordering::Relaxed)).ok().filter(|code| *code > 0)
    }
}

/// Whether the end of a run still waits for a reader that does not read.
#[derive(Clone, Default)]
pub struct Urgency {
    /// A second signal came before the run ended.
    pub is_given_up: bool,
    /// The exit code of a signal that came after the run had ended; 0 for none.
    pub late_signal: Arc<AtomicUsize>,
}

impl Urgency {
    pub(crate) fn is_urgent(&self) -> bool {
        self.is_given_up || self.late_signal.load(Ordering::Relaxed) > 0
    }
}

impl Reporter {
    /// Reports a run of this many targets through this renderer.
    #[must_use]
    pub fn new(renderer: Box<dyn Renderer>, console: Console, targets: usize) -> Self {
        let writer = WriterState {
            renderer,
            out: OutputWriter::direct(),
            is_terminal: io::stdout().is_terminal(),
            urgency: Urgency::default(),
            summary: Summary::default(),
            untried: 0,
            failures: Failures::default(),
            failure: None,
        };
        let (progress, looked_at) = (Progress::new(console, targets), RefCell::default());
        Self { console, progress, looked_at, writer: RefCell::new(writer) }
    }

    /// Lets the run go on where the reader of the output does not read; to be called before anything settles.
    pub fn queue_output(&self) {
        self.writer.borrow_mut().out = OutputWriter::queued();
    }

    /// How long the end of the run waits for a reader.
    pub fn set_urgency(&self, urgency: Urgency) {
        self.writer.borrow_mut().urgency = urgency;
    }

    /// Whether the reader of the output keeps up.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.state().out.has_room()
    }

    /// Whether no more than so many bytes wait for the reader of the output.
    #[must_use]
    pub fn has_room_of(&self, bytes: usize) -> bool {
        self.state().out.has_room_of(bytes)
    }

    /// Counts an outcome that is printed as a line.
    pub fn count(&self, outcome: &Outcome) {
        self.writer.borrow_mut().summary.count(outcome);
    }

    /// Prints a line at once.
    pub fn line(&self, text: &str) {
        self.writer.borrow_mut().write(|_, out| {
            writeln!(out, "{text}")?;
            out.flush()
        });
    }

    /// Counts targets that were not tried and have no outcome.
    pub fn leave(&self, targets: usize) {
        self.writer.borrow_mut().untried += targets;
    }

    /// Flushes the output and updates the progress; never returns.
    pub async fn keep_up(&self) {
        loop {
            // Otherwise a slow run would keep its results in the buffer until it is full.
            tokio::time::sleep(TICK).await;
            self.progress.aside(|| self.writer.borrow_mut().write(|_, out| out.flush()));
            self.progress.tick();
        }
    }

    /// Counts a row that is looked at before it settles.
    pub fn answered(&self, row: usize) {
        let mut looked_at = self.looked_at.borrow_mut();
        looked_at.insert(row);
        self.progress.look_at(looked_at.len());
    }

    /// Counts and prints the outcome of a row.
    pub fn settled(&self, row: usize, outcome: Outcome) {
        let mut looked_at = self.looked_at.borrow_mut();
        if looked_at.remove(&row) {
            self.progress.look_at(looked_at.len());
        }
        drop(looked_at);
        self.progress.count(&outcome);
        self.progress.aside(|| {
            let mut writer = self.writer.borrow_mut();
            writer.summary.count(&outcome);
            writer.failures.add(row, &outcome);
            writer.untried += usize::from(outcome.status == Status::Skipped && !outcome.is_ok());
            let is_terminal = writer.is_terminal;
            writer.write(|renderer, out| {
                renderer.settled(out, row, outcome)?;
                // In a pipe a flush a row would be a call of the system a row; `keep_up` flushes it.
                if is_terminal { out.flush() } else { Ok(()) }
            });
        });
    }

    /// Prints a detail for a curious operator.
    pub fn detail(&self, text: &dyn Fn() -> String) {
        self.progress.aside(|| self.console.detail(text));
    }

    /// Prints a note.
    pub fn note(&self, text: &str) {
        self.progress.aside(|| self.console.note(text));
    }

    /// Why the output can no longer be written, once that is so.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.state().failure.as_ref().map(reason)
    }

    pub(super) fn state(&self) -> Ref<'_, WriterState> {
        self.writer.borrow()
    }

    /// Takes the progress away; returns how long the run took, and what is left to print.
    pub(super) fn end(self) -> (Console, Duration, WriterState) {
        self.progress.end();
        (self.console, self.progress.elapsed(), self.writer.into_inner())
    }
}
