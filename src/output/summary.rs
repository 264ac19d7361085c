//! Every outcome heard once: recorded, counted, shown; and at the end how it went, with the exit code.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::rc::Rc;
use std::time::Duration;

use chrono::Utc;

use crate::api::OperationJson;
use crate::cli::GlobalOptions;
use crate::console::{self, Console};
use crate::engine::Observer;
use crate::journal::{Journal, Record, SCHEMA};
use crate::outcome::{Outcome, Status, Summary};
use crate::output::json;
use crate::output::progress::Progress;
use crate::output::{Renderer, RunInfo};
use crate::text::{count, shell_word, visible};
use crate::time;

/// How often what is printed is flushed and the progress is shown.
const TICK: Duration = Duration::from_millis(100);

/// Hears every outcome once: records it, counts it, shows it.
pub(crate) struct Reporter<'a> {
    context: &'a Rc<RunInfo>,
    journal: Option<&'a Journal>,
    console: Console,
    progress: Progress,
    shown: RefCell<WriterState>,
}

struct WriterState {
    renderer: Box<dyn Renderer>,
    out: BufWriter<io::Stdout>,
    is_terminal: bool,
    summary: Summary,
    untried: usize,
    failed: Option<io::Error>,
}

impl WriterState {
    /// The first failure is the one that tells why; after it nothing is written any more.
    fn attempt(
        &mut self,
        write: impl FnOnce(&mut dyn Renderer, &mut BufWriter<io::Stdout>) -> io::Result<()>,
    ) {
        if self.failed.is_none() {
            self.failed = write(&mut *self.renderer, &mut self.out).err();
        }
    }
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(
        context: &'a Rc<RunInfo>,
        renderer: Box<dyn Renderer>,
        journal: Option<&'a Journal>,
        console: Console,
    ) -> Self {
        let shown = WriterState {
            renderer,
            out: BufWriter::with_capacity(64 * 1024, io::stdout()),
            is_terminal: io::stdout().is_terminal(),
            summary: Summary::default(),
            untried: 0,
            failed: None,
        };
        let progress = Progress::new(console, context.operations.len());
        Self { context, journal, console, progress, shown: RefCell::new(shown) }
    }

    /// Never returns: no result waits long to be seen, and a long run shows where it stands.
    pub(crate) async fn keep_up(&self) {
        loop {
            tokio::time::sleep(TICK).await;
            self.progress.aside(|| self.shown.borrow_mut().attempt(|_, out| out.flush()));
            self.progress.tick();
        }
    }

    fn record<R: serde::Serialize>(
        &self,
        row: usize,
        record: &'static str,
        attempt: u32,
        result: Option<R>,
    ) -> Vec<u8> {
        let (operation, _) = self.context.row(row);
        let line = json::to_line(&Record {
            schema: SCHEMA,
            record,
            at: time::millis(Utc::now()),
            profile: self.context.profile.as_deref(),
            asked: OperationJson::as_asked(operation),
            operation: OperationJson::as_sent(operation),
            attempt,
            result,
        });
        let mut bytes = line.unwrap_or_default().into_bytes();
        bytes.push(b'\n');
        bytes
    }
}

impl Observer for Reporter<'_> {
    fn settled(&self, row: usize, outcome: Outcome) {
        if let Some(journal) =
            self.journal.filter(|_| !outcome.is_ok() || outcome.status == Status::Applied)
        {
            let result = json::Line::new(self.context, row, &outcome);
            journal.record(self.record(row, "result", outcome.attempts, Some(result)));
        }
        self.progress.count(&outcome);
        self.progress.aside(|| {
            let mut shown = self.shown.borrow_mut();
            shown.summary.count(&outcome);
            shown.untried += usize::from(outcome.status == Status::Skipped && !outcome.is_ok());
            let is_terminal = shown.is_terminal;
            shown.attempt(|renderer, out| {
                renderer.settled(out, row, outcome)?;
                if is_terminal { out.flush() } else { Ok(()) }
            });
        });
    }

    fn intents(&self, rows: &[u32], attempt: u32) -> Vec<u8> {
        rows.iter()
            .flat_map(|row| self.record(*row as usize, "intent", attempt, None::<()>))
            .collect()
    }

    fn detail(&self, text: &dyn Fn() -> String) {
        self.progress.aside(|| self.console.detail(text));
    }

    fn is_gone(&self) -> bool {
        self.shown.borrow().failed.is_some()
    }
}

/// A run whose every row has settled.
pub(crate) struct FinishedRun<'a> {
    pub(crate) reporter: Reporter<'a>,
    /// The exit code that a signal asks for.
    pub(crate) signal: Option<u8>,
}

impl FinishedRun<'_> {
    /// Prints the rest, says how it went, and returns the exit code: the interruption's, then 6, 4, 5.
    pub(crate) fn close(
        self,
        context: &RunInfo,
        is_recorded: bool,
        global: &GlobalOptions,
        args: &[OsString],
    ) -> u8 {
        let Reporter { progress, shown, console, .. } = self.reporter;
        progress.end();
        let mut shown = shown.into_inner();
        let summary = shown.summary;
        let code = self.signal.unwrap_or(if is_recorded { summary.exit_code() } else { 6 });
        shown.attempt(|renderer, out| {
            renderer.finish(out, &summary, code)?;
            out.flush()
        });
        let untried = format!("{} not tried", count(shown.untried, "target"));
        if !is_recorded {
            console::say(&format!("error: the journal could not be written; {untried}"));
        }
        if let Some(error) = &shown.failed {
            console::say(&format!("error: the output could not be written: {error}; {untried}"));
        }
        if global.dry_run {
            console.line(&format!(
                "{} planned, nothing sent{}",
                count(summary.planned, "target"),
                whereabouts(context)
            ));
        } else {
            console.line(&format!("{}{}", tally(&summary), whereabouts(context)));
        }
        if self.signal.is_some() {
            console.line(&resume_hint(global, args));
        }
        if shown.failed.is_some() { self.signal.unwrap_or(6) } else { code }
    }
}

/// `2 applied, 1 not applied`.
fn tally(summary: &Summary) -> String {
    let counts = [
        (summary.applied, "applied"),
        (summary.not_applied, "not applied"),
        (summary.unknown, "unknown"),
        (summary.skipped - summary.done_before, "skipped"),
        (summary.done_before, "done before"),
    ];
    let parts = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"));
    format!("{}: {}", count(summary.total(), "target"), parts.collect::<Vec<_>>().join(", "))
}

/// Whose account it was, where, when that is not the vendor's own address, and what the profile adds to the targets.
fn whereabouts(context: &RunInfo) -> String {
    let mut words = match context.profile.as_deref() {
        Some(name) => format!(" (profile {}", visible(name)),
        None => " (credentials from the environment".to_owned(),
    };
    let mut places: Vec<(String, Vec<&str>)> = Vec::new();
    for vendor in context.vendors.iter().filter(|vendor| !vendor.uses_default_endpoint()) {
        let operation =
            context.operations.iter().find(|operation| operation.spec().vendor == vendor.name());
        let Some(operation) = operation else { continue };
        let endpoint = vendor.endpoint(&operation.request(&[operation.target()])).to_string();
        match places.iter_mut().find(|(place, _)| *place == endpoint) {
            Some((_, names)) => names.push(vendor.name().as_str()),
            None => places.push((endpoint, vec![vendor.name().as_str()])),
        }
    }
    for (endpoint, names) in places {
        words.push_str(&format!("; {} at {endpoint}", names.join(", ")));
    }
    for (vendor, scope) in
        context.vendors.iter().filter_map(|vendor| Some((vendor.name(), vendor.scope()?)))
    {
        words.push_str(&format!("; {} streams of {}", vendor.as_str(), visible(&scope)));
    }
    words.push(')');
    words
}

/// What to type to do the rest.
fn resume_hint(global: &GlobalOptions, args: &[OsString]) -> String {
    if global.journal.is_none() {
        return "interrupted; the same command may be run again, but then a drop cuts again and a length begins anew (with --journal it \
                could resume)"
            .into();
    }
    let mut words: Vec<_> = args.iter().map(|arg| shell_word(&arg.to_string_lossy())).collect();
    if !global.resume {
        // What stands behind a `--` is a target; but a `--` may be the value of a flag.
        let at = if args.iter().any(|arg| arg == "--") { 1 } else { words.len() };
        words.insert(at, "--resume".into());
    }
    format!("interrupted; resume with: {}", words.join(" "))
}

#[cfg(test)]
mod tests;
