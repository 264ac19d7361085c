//! A run from its operations to its exit code: settings, plan, engine, summary.
//!
//! Owns the order of the stages, and nothing of what a stage does.

pub(crate) mod accounts;
mod guard;
mod input;
mod record;
mod resume;
pub mod settings;
pub mod signals;

use std::ffi::OsString;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use chrono::Utc;
use futures_util::future::{join, select};
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::api::operation::{Operation, PlanContext, RunProfile, to_json};
use crate::api::spec::{Api, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::engine::context::{Engine, Limits, Observer};
use crate::error::{Error, Result};
use crate::input::plan::{Plan, Planner};
use crate::journal::recorder::Recorder;
use crate::net::client::HttpClient;
use crate::net::connect_limit::connect_limit;
use crate::outcome::Outcome;
use crate::outcome::fault::{Fault, FaultKind};
use crate::output::csv::CsvRows;
use crate::output::curl::{CurlLines, CurlRoute};
use crate::output::json::{Document, Lines};
use crate::output::next_steps::TypedRun;
use crate::output::preview::Previews;
use crate::output::reporter::Reporter;
use crate::output::run_id::RunId;
use crate::output::summary::{FinishedRun, resume_hint};
use crate::output::table::Table;
use crate::output::targets::{self, TargetNames};
use crate::output::{Format, Renderer, RunInfo, request_of};
use crate::process::raise_file_limit;
use crate::run::accounts::Accounts;
use crate::run::guard::PlannedRun;
use crate::run::resume::DoneBefore;
use crate::run::settings::Settings;
use crate::run::signals::Signals;
use crate::time::{self, Timestamp};

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(
    vendors: Vendors,
    global: &GlobalOptions,
    command: &OperationCommand,
    args: &[OsString],
) -> Result<u8> {
    let sections = vendors.sections();
    let choice = settings::account_choice(global, &sections);
    let accounts = Accounts::load(vendors, &choice, &command.source);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, command.verify, profile)?;
    let (journal, history) = resume::open_journal(&settings, vendors)?;
    // Bad input is reported before a bad profile: it is what the operator has just typed.
    let known = accounts.as_ref().ok();
    let kept_end = |operation: &dyn Operation| {
        let (history, accounts) = (history.as_ref()?, known?);
        history.kept_end(accounts.name(), &to_json(operation, operation.requested()))
    };
    let context = plan_context(global, command, known, &kept_end);
    let planner = Planner::new(vendors, context).typed(input::typed_command(command, args));
    let mut plan = input::read(command, planner, settings.console)?;
    let accounts = accounts?;
    if let Some(error) = plan.missing.take() {
        return Err(error);
    }
    let guarded = PlannedRun {
        vendors,
        operations: &plan.operations,
        lines: &plan.lines,
        even_protected: &global.even_protected,
        source: guard::source(&command.source),
        names_its_run: false,
        now: Utc::now(),
        args,
    };
    let notes = check_plan(&plan, &guarded, &accounts, settings.max_targets)?;
    if settings.format == Format::Targets {
        targets::check(vendors, &plan.operations, &accounts.planned())?;
    }
    let unverifiable = settings.limits.verify.map(|_| input::unverifiable(&plan.operations));
    let notes = accounts.notes().into_iter().chain(notes);
    notes.chain(unverifiable.into_iter().flatten()).for_each(|note| settings.console.note(&note));

    let runtime = runtime()?;
    let simulator = accounts.start_sandbox(settings.is_dry_run, &runtime)?;
    let apis = accounts.open(&plan.operations, simulator, settings.console)?;
    input::check_secrets(&plan.operations, &apis)?;
    let (profile, now) = (accounts.name(), Utc::now());
    let done =
        resume::done_before(&plan.operations, profile, history.as_ref(), now, settings.console);
    let info = Rc::new(run_info(&settings, &accounts, plan.operations, apis, &done));
    let run = Run {
        reporter: Reporter::new(renderer(&settings, &info), settings.console, info.due.len()),
        recorder: record::recorder(
            &settings,
            &accounts,
            simulator,
            &info,
            journal,
            args,
            &global.even_protected,
        ),
        limits: settings.limits,
        info: &info,
    };
    let (finished, recorder) = if settings.is_dry_run {
        run.preview(done, (settings.format == Format::Curl).then(|| accounts.route()))
    } else {
        run.act(&runtime, &accounts, done)?
    };
    // A name that does not resolve blocks a thread that cannot be stopped; the process does not wait for it.
    runtime.shutdown_background();
    let is_resumed = settings.journal.as_ref().map(|journal| journal.is_resumed);
    let reads_input = input::is_standard_input(&command.source);
    let typed = TypedRun {
        vendors,
        line: &|| guard::typed_line(vendors, args),
        is_apply: matches!(command.source, TargetSource::File(..)),
        reads_input,
        has_journal: is_resumed.is_some(),
        resume: &|| resume_hint(is_resumed.is_some(), is_resumed == Some(true), reads_input, args),
    };
    let code = finished.close(&info, &typed);
    if let Some(recorder) = recorder {
        recorder.end(code);
    }
    Ok(code)
}

/// Refuses a plan that is too large or that the policy refuses; returns notes.
fn check_plan(
    plan: &Plan,
    guarded: &PlannedRun<'_>,
    accounts: &Accounts,
    max_targets: usize,
) -> Result<Vec<String>> {
    input::check_size(&plan.operations, max_targets)?;
    let unread = guarded.check(&accounts.policy())?;
    Ok(plan.notes.iter().cloned().chain(unread).collect())
}

/// The facts of the run that operations are checked against.
fn plan_context<'a>(
    global: &GlobalOptions,
    command: &OperationCommand,
    accounts: Option<&Accounts>,
    kept_end: &'a dyn Fn(&dyn Operation) -> Option<Timestamp>,
) -> PlanContext<'a> {
    PlanContext {
        profile: accounts.map_or(RunProfile::Unknown, |accounts| match accounts.name() {
            Some(name) => RunProfile::Named(name.to_owned()),
            None => RunProfile::Environment,
        }),
        is_exact: global.exact,
        is_file: matches!(command.source, TargetSource::File(..)),
        accounts: accounts.map(Accounts::planned).unwrap_or_default(),
        reason: command.reason.as_deref().map(Rc::from),
        kept_end,
        ..PlanContext::at(Utc::now())
    }
}

fn run_info(
    settings: &Settings,
    accounts: &Accounts,
    operations: Vec<Box<dyn Operation>>,
    vendors: Vec<Rc<dyn Api>>,
    done: &[(usize, DoneBefore)],
) -> RunInfo {
    let mut due = vec![true; operations.len()];
    done.iter().for_each(|(row, _)| due[*row] = false);
    RunInfo {
        due,
        operations,
        profile: accounts.name().map(str::to_owned),
        vendors,
        id: (!settings.is_dry_run).then(|| RunId::fresh(Utc::now())),
        is_sandbox: accounts.is_simulated(),
        is_dry_run: settings.is_dry_run,
        is_verifying: settings.limits.verify.is_some() && !settings.is_dry_run,
    }
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
        Format::Csv => Box::new(CsvRows::new(info)),
        Format::Targets => Box::new(TargetNames::new(info)),
        Format::Curl => Box::new(CurlLines),
    }
}

/// The longest that a result waits to be written with others.
// A write for each result would be a system call a row.
const RECORD_PAUSE: Duration = Duration::from_millis(50);

/// A planned run: what the engine sees of the output and the journal.
struct Run<'a> {
    info: &'a Rc<RunInfo>,
    limits: Limits,
    recorder: Option<Recorder>,
    reporter: Reporter,
}

impl Run<'_> {
    fn preview(
        self,
        done: Vec<(usize, DoneBefore)>,
        curl: Option<CurlRoute>,
    ) -> (FinishedRun, Option<Recorder>) {
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
        done: Vec<(usize, DoneBefore)>,
    ) -> Result<(FinishedRun, Option<Recorder>)> {
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
        self.reporter.queue_output();
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
                pin!(join(self.reporter.keep_up(), self.keep_records())),
            )
            .await;
            self.reporter.set_urgency(signals.urgency());
            Ok(signals.exit_code())
        })?;
        Ok(self.finish(signal))
    }

    /// Writes records that wait for others to be written with; never returns.
    async fn keep_records(&self) {
        loop {
            tokio::time::sleep(RECORD_PAUSE).await;
            self.recorder.iter().for_each(Recorder::flush);
        }
    }

    fn finish(self, signal: Option<u8>) -> (FinishedRun, Option<Recorder>) {
        let recorded = self.recorder.as_ref().map_or(Ok(()), Recorder::finish);
        (FinishedRun { reporter: self.reporter, signal, recorded }, self.recorder)
    }

    fn settle_done_before(&self, done: Vec<(usize, DoneBefore)>) {
        for (row, DoneBefore { at, ended }) in done {
            let ended = ended.map(|end| format!("; it ended at {}", time::seconds(end)));
            let message = format!(
                "done before: the journal records it as applied at {}{}",
                time::seconds(at),
                ended.unwrap_or_default()
            );
            let fault = Fault::new(FaultKind::DoneBefore, message);
            self.reporter.settled(row, Outcome::skipped(fault));
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
        // Recorded first: a result that a reader has seen must not be missing from the journal.
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

    fn has_room(&self) -> bool {
        self.reporter.has_room()
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

/// How many requests may be in flight with so many files.
fn requests_for(files: Option<usize>, is_sandbox: bool) -> usize {
    let files = files.unwrap_or(usize::MAX);
    // A request takes a file, at the embedded sandbox its other end too. Some are left for the
    // profile, the journal and name lookups.
    let connections = (files / 4 * 3).saturating_sub(8) / if is_sandbox { 2 } else { 1 };
    connections.max(1)
}
