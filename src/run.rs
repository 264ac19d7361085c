//! A run from its operations to its exit code: the one place where all stages meet.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::select;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::accounts::Accounts;
use crate::api::operation::{Operation, PlanContext, RunProfile, Warnings, to_json};
use crate::api::spec::{Api, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::console::Console;
use crate::engine::context::{Engine, Limits, Observer};
use crate::error::{Error, Result};
use crate::input::lines::InputLine;
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::input::{list, source};
use crate::journal::file::note;
use crate::journal::history::History;
use crate::journal::recorder::Recorder;
use crate::journal::writer::Journal;
use crate::net::client::HttpClient;
use crate::net::connect_limit::connect_limit;
use crate::outcome::{Effect, Fault, FaultKind, Outcome};
use crate::output::curl::{CurlLines, CurlRoute};
use crate::output::json::{Document, Lines};
use crate::output::preview::Previews;
use crate::output::reporter::Reporter;
use crate::output::run_id::RunId;
use crate::output::summary::{FinishedRun, resume_hint};
use crate::output::table::Table;
use crate::output::{Format, Renderer, RunInfo, request_of};
use crate::process::raise_file_limit;
use crate::redact::Redactor;
use crate::settings::{JournalSettings, Settings};
use crate::signals::Signals;
use crate::text::count;
use crate::time;
use crate::time::Timestamp;

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(
    vendors: Vendors,
    global: &GlobalOptions,
    command: &OperationCommand,
    args: &[OsString],
) -> Result<u8> {
    let accounts = Accounts::load(vendors, global, &command.source);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, command.verify, profile)?;
    let (journal, history) = open_journal(&settings, vendors)?;
    // Bad input is reported before a bad profile: it is what the operator has just typed.
    let known = accounts.as_ref().ok();
    let kept_end = |operation: &dyn Operation| {
        let asked = to_json(operation, operation.requested());
        history.as_ref()?.kept_end(known?.name(), &asked)
    };
    let context = PlanContext {
        profile: known.map_or(RunProfile::Unknown, |accounts| match accounts.name() {
            Some(name) => RunProfile::Named(name.to_owned()),
            None => RunProfile::Environment,
        }),
        is_exact: global.exact,
        is_file: matches!(command.source, TargetSource::File(..)),
        accounts: known.map(Accounts::planned).unwrap_or_default(),
        reason: command.reason.as_deref().map(Rc::from),
        kept_end: &kept_end,
        ..PlanContext::at(Utc::now())
    };
    let planner = Planner::new(vendors, context).typed(TypedCommand::new(args));
    let plan = read(command, planner, settings.console)?;
    let accounts = accounts?;
    if let Some(error) = plan.missing {
        return Err(error);
    }
    check_size(&plan.operations, settings.max_targets)?;
    let mut notes = accounts.notes(global);
    notes.extend(plan.notes);
    if settings.limits.verify.is_some() {
        notes.extend(unverifiable(&plan.operations));
    }
    notes.iter().for_each(|note| settings.console.note(note));

    let runtime = runtime()?;
    let simulator = accounts.start_sandbox(global, &runtime)?;
    let apis = accounts.open(&plan.operations, simulator)?;
    check_secrets(&plan.operations, &apis)?;
    let (done, renewed) =
        done_before(&plan.operations, accounts.name(), history.as_ref(), Utc::now());
    if renewed > 0 {
        let bans = count(renewed, "ban");
        settings.console.note(&format!("{bans} of the journal had ended, and counted anew"));
    }
    let info = Rc::new(RunInfo {
        due: done.iter().map(Option::is_none).collect(),
        operations: plan.operations,
        profile: accounts.name().map(str::to_owned),
        vendors: apis,
        id: (!settings.is_dry_run).then(|| RunId::fresh(Utc::now())),
        is_sandbox: accounts.is_simulated(),
        is_dry_run: settings.is_dry_run,
        is_verifying: settings.limits.verify.is_some() && !settings.is_dry_run,
    });
    let run = Run {
        reporter: Reporter::new(renderer(&settings, &info), settings.console, info.due.len()),
        recorder: journal.map(|journal| Recorder::new(journal, Rc::clone(&info))),
        limits: settings.limits,
        info: &info,
    };
    let finished = if settings.is_dry_run {
        run.preview(done, (settings.format == Format::Curl).then(|| accounts.route()))
    } else {
        run.act(&runtime, &accounts, done)?
    };
    // A name that does not resolve blocks a thread that cannot be stopped; the process does not wait for it.
    runtime.shutdown_background();
    let is_resumed = settings.journal.as_ref().map(|journal| journal.is_resumed);
    Ok(finished.close(&info, &|| resume_hint(is_resumed.is_some(), is_resumed == Some(true), args)))
}

/// The journal to write, and the history to resume from. A dry run writes none.
fn open_journal(
    settings: &Settings,
    vendors: Vendors,
) -> Result<(Option<Journal>, Option<History>)> {
    let Some(JournalSettings { path, is_resumed }) = &settings.journal else {
        return Ok((None, None));
    };
    if *is_resumed && !path.exists() {
        settings.console.note(&format!(
            "the journal {} is not there yet, so there is nothing to resume",
            path.display()
        ));
    }
    let (journal, history) = if settings.is_dry_run {
        (None, History::peek(path, vendors)?)
    } else {
        let (journal, history) = Journal::open(path, vendors)?;
        note(path).iter().for_each(|note| settings.console.note(note));
        if history.was_torn() {
            settings.console.note(&format!(
                "the last line of the journal {} was torn, and is cut off",
                path.display()
            ));
        }
        (Some(journal), history)
    };
    Ok((journal, is_resumed.then_some(history)))
}

/// Reads and checks every operation before anything else is asked of the machine.
fn read(command: &OperationCommand, mut planner: Planner<'_>, console: Console) -> Result<Plan> {
    match &command.source {
        TargetSource::File(path, format) => {
            let format = format.map_or_else(|| source::InputFormat::of(path), Ok)?;
            let name = path.to_string_lossy();
            planner.set_file(&name, (format == source::InputFormat::Csv).then_some("csv"));
            source::read(source::open(path)?, &name, format, &mut planner)?;
        }
        TargetSource::Targets(targets, ask) if matches!(&targets[..], [only] if only == "-") => {
            if std::io::stdin().is_terminal() {
                console.note("reads targets from this terminal, one a line; Ctrl-D ends the list");
            } else if std::fs::metadata("/dev/stdin").is_ok_and(|file| file.is_file()) {
                // The shell opened the file, and its name is not known here.
                planner.set_file("FILE", None);
            }
            list::read(source::open(Path::new("-"))?, ask, &mut planner)?;
        }
        TargetSource::Targets(targets, ask) => {
            if targets.iter().any(|target| target == "-") {
                return Err(Error::usage(
                    "`-` reads all targets from standard input, so it stands alone",
                ));
            }
            // A list may leave its domain to the profile.
            let none = [String::new()];
            for target in if targets.is_empty() { &none } else { &targets[..] } {
                planner.add(&ask.on(target), InputLine::Arguments);
            }
        }
    }
    planner.finish()
}

/// A note on each kind of operation whose state the vendor's API does not tell.
fn unverifiable(operations: &[Box<dyn Operation>]) -> Vec<String> {
    let mut notes = Warnings::default();
    for operation in operations {
        let action = operation.spec();
        if action.effect != Effect::None && operation.check().is_none() {
            notes.add(format!(
                "{} cannot be verified here: the vendor's API does not tell the state",
                action.title()
            ));
        }
    }
    notes.iter().map(str::to_owned).collect()
}

/// Refuses a target that holds one of the run's secrets, as the lines of a profile do that is piped in as a list.
fn check_secrets(operations: &[Box<dyn Operation>], apis: &[Rc<dyn Api>]) -> Result<()> {
    let redactor = Redactor::new(apis.iter().flat_map(|api| api.secrets()));
    match operations.iter().position(|row| redactor.text(row.target()) != row.target()) {
        None => Ok(()),
        Some(row) => Err(Error::input(format!("target {} holds a secret of this run", row + 1))
            .hint("nothing was sent; is the input a profile file instead of a list of targets?")),
    }
}

fn check_size(operations: &[Box<dyn Operation>], most: usize) -> Result<()> {
    if operations.len() <= most {
        return Ok(());
    }
    let targets = count(operations.len(), "distinct target");
    Err(Error::input(format!("{targets} are more than --max-targets {most} allows")).hint(format!(
        "nothing was sent; if all are meant, pass --max-targets {}",
        operations.len()
    )))
}

/// The runtime of a command.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(Error::internal)
}

fn renderer(settings: &Settings, info: &Rc<RunInfo>) -> Box<dyn Renderer> {
    let info = Rc::clone(info);
    match settings.format {
        Format::Table => Box::new(Table::new(info, settings.style)),
        Format::Json => Box::new(Document::new(info)),
        Format::Jsonl => Box::new(Lines::new(info)),
        Format::Curl => Box::new(CurlLines),
    }
}

/// A planned run: what the engine sees of the output and the journal.
struct Run<'a> {
    info: &'a Rc<RunInfo>,
    limits: Limits,
    recorder: Option<Recorder>,
    reporter: Reporter,
}

impl Run<'_> {
    fn preview(self, done: Vec<Option<DoneBefore>>, curl: Option<CurlRoute>) -> FinishedRun {
        self.settle_done_before(done);
        let now = Utc::now();
        let mut previews = Previews::new(self.info, curl);
        for row in (0..self.info.due.len()).filter(|row| self.info.due[*row]) {
            let outcome = match self.info.operations[row].until().filter(|until| *until <= now) {
                Some(until) => Outcome::skipped(Fault::expired(until)),
                None => Outcome { preview: Some(previews.of_row(row)), ..Outcome::planned() },
            };
            self.reporter.settled(row, outcome);
        }
        self.finish(None)
    }

    fn act(
        self,
        runtime: &Runtime,
        accounts: &Accounts,
        done: Vec<Option<DoneBefore>>,
    ) -> Result<FinishedRun> {
        let mut is_remote = false;
        let batches: Vec<_> = self
            .info
            .batches()
            .into_iter()
            .map(|(name, batches)| (Rc::clone(self.info.vendor(name)), batches))
            .collect();
        for (vendor, batches) in &batches {
            // An endpoint that the profile names is the same for all.
            let request = request_of(self.info, batches[0].rows());
            is_remote |= vendor.uses_default_endpoint() || !vendor.endpoint(&request).is_loopback();
        }
        let mut limits = self.limits;
        limits.concurrency =
            limits.concurrency.min(requests_for(raise_file_limit(), accounts.is_sandbox()));
        let connect = connect_limit(self.limits.timeout.min(self.limits.deadline));
        let transport = HttpClient::new(accounts.connections(connect), is_remote)?;
        // Nothing is printed before everything that can be wrong has been checked.
        self.settle_done_before(done);
        let engine = Engine {
            transport: &transport,
            operations: &self.info.operations,
            limits,
            clock: Rc::new(Utc::now),
            observer: &self,
        };
        let signal = LocalSet::new().block_on(runtime, async {
            let mut signals = Signals::listen().map_err(Error::internal)?;
            select(
                pin!(engine.run(batches, &mut signals.interruptions)),
                pin!(self.reporter.keep_up()),
            )
            .await;
            Ok(signals.exit_code.get())
        })?;
        Ok(self.finish(signal))
    }

    fn finish(self, signal: Option<u8>) -> FinishedRun {
        let recorded = self.recorder.map_or(Ok(()), |recorder| recorder.finish());
        FinishedRun { reporter: self.reporter, signal, recorded }
    }

    fn settle_done_before(&self, done: Vec<Option<DoneBefore>>) {
        for (row, done) in done.into_iter().enumerate() {
            if let Some(DoneBefore { at, ended }) = done {
                let ended = ended.map(|end| format!("; it ended at {}", time::seconds(end)));
                let message = format!(
                    "done before: the journal records it as applied at {}{}",
                    time::seconds(at),
                    ended.unwrap_or_default()
                );
                self.reporter
                    .settled(row, Outcome::skipped(Fault::new(FaultKind::DoneBefore, message)));
            }
        }
    }
}

impl Observer for Run<'_> {
    async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        match &self.recorder {
            Some(recorder) => recorder.intent(rows, attempt).await,
            None => true,
        }
    }

    fn settled(&self, row: usize, outcome: Outcome) {
        if let Some(recorder) = &self.recorder {
            recorder.result(row, &outcome);
        }
        self.reporter.settled(row, outcome);
    }

    fn detail(&self, text: &dyn Fn() -> String) {
        self.reporter.detail(text);
    }

    fn note(&self, text: &str) {
        self.reporter.note(text);
    }

    fn failure(&self) -> Option<Fault> {
        if let Some(reason) = self.reporter.failure() {
            return Some(Fault::new(
                FaultKind::Stopped,
                format!("the output could not be written ({reason}), so the rest is not tried"),
            ));
        }
        self.recorder.as_ref().and_then(Recorder::failure)
    }
}

/// How many requests may be in flight with so many files. Each takes one, at the sandbox its other end too; some are left for
/// the profile, the journal and name lookups.
fn requests_for(files: Option<usize>, is_sandbox: bool) -> usize {
    let files = files.unwrap_or(usize::MAX);
    let connections = (files / 4 * 3).saturating_sub(8) / if is_sandbox { 2 } else { 1 };
    connections.max(1)
}

/// An operation that the journal records as applied.
#[derive(Clone, Copy)]
struct DoneBefore {
    at: Timestamp,
    /// Its end, where that has passed.
    ended: Option<Timestamp>,
}

/// For each row whether the journal records it as applied; and how many bans of it have ended, which are new then.
fn done_before(
    operations: &[Box<dyn Operation>],
    profile: Option<&str>,
    history: Option<&History>,
    now: Timestamp,
) -> (Vec<Option<DoneBefore>>, usize) {
    let mut renewed = 0;
    let mut of = |operation: &dyn Operation| {
        let asked = to_json(operation, operation.requested());
        let at = history?.applied_at(profile, &asked)?;
        let recorded = history?.kept_end(profile, &asked);
        let ended = operation.recorded_end(at, recorded).filter(|end| *end <= now);
        if ended.is_some() && operation.renews() {
            renewed += 1;
            return None;
        }
        Some(DoneBefore { at, ended })
    };
    let done = operations.iter().map(|operation| of(&**operation)).collect();
    (done, renewed)
}
