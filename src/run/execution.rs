//! Carries out a planned run: engine, output, records.
//!
//! [`run`](super::run) and `undo` end here. What is done was decided before: this file asks no policy and reads no input.

use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::{join, select};
use tokio::runtime::Runtime;

use crate::api::operation::Operation;
use crate::api::spec::Api;
use crate::engine::context::{Engine, Limits, NoViewers, Observer};
use crate::error::{Error, Result};
use crate::journal::recorder::Recorder;
use crate::journal::writer::Journal;
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
use crate::output::summary::FinishedRun;
use crate::output::table::Table;
use crate::output::targets::TargetNames;
use crate::output::{Format, Renderer, RunInfo};
use crate::process::raise_file_limit;
use crate::run::accounts::Accounts;
use crate::run::input;
use crate::run::record::{self, RunIdentity};
use crate::run::resume::DoneBefore;
use crate::run::settings::Settings;
use crate::run::signals::SignalListener;
use crate::run::viewers::{PlayUrls, RunViewers};
use crate::time;

/// The vendors of a run, opened: their secrets are fetched.
pub(super) struct OpenVendors {
    pub(super) runtime: Runtime,
    /// Where the embedded sandbox is served.
    simulator: SocketAddr,
    pub(super) apis: Vec<Rc<dyn Api>>,
}

impl OpenVendors {
    /// Opens the vendors of these operations.
    pub(super) fn open(
        accounts: &Accounts,
        settings: &Settings,
        operations: &[Box<dyn Operation>],
    ) -> Result<Self> {
        let runtime = runtime()?;
        let simulator = accounts.start_sandbox(settings.is_dry_run, &runtime)?;
        let apis = accounts.open(operations, simulator, settings.console)?;
        input::check_secrets(operations, &apis)?;
        Ok(Self { runtime, simulator, apis })
    }
}

/// The outcome of a row that is not sent, decided before the run.
pub(super) enum SettledRow {
    /// The journal records it as applied.
    DoneBefore(DoneBefore),
    /// Anything else.
    Other(Box<Outcome>),
}

impl SettledRow {
    fn outcome(self) -> Outcome {
        match self {
            Self::Other(outcome) => *outcome,
            Self::DoneBefore(DoneBefore { at, ended }) => {
                let ended = ended.map(|end| format!("; it ended at {}", time::seconds(end)));
                let message = format!(
                    "done before: the journal records it as applied at {}{}",
                    time::seconds(at),
                    ended.unwrap_or_default()
                );
                Outcome::skipped(Fault::new(FaultKind::DoneBefore, message))
            }
        }
    }
}

/// A run of which everything is decided.
pub(super) struct ReadyRun<'a> {
    pub(super) accounts: &'a Accounts,
    pub(super) settings: &'a Settings,
    pub(super) journal: Option<Journal>,
    pub(super) operations: Vec<Box<dyn Operation>>,
    /// The rows that are not sent.
    pub(super) settled: Vec<(usize, SettledRow)>,
    /// Where it looks at what viewers get.
    pub(super) play_urls: PlayUrls,
    pub(super) identity: RunIdentity<'a>,
}

impl ReadyRun<'_> {
    /// Sends what is due, or previews it in a dry run, and returns the exit code.
    ///
    /// `listener` has the signals since an earlier stage of the command. After one, nothing is sent.
    pub(super) fn carry_out(
        self,
        open: OpenVendors,
        listener: Option<SignalListener>,
        typed: &TypedRun<'_>,
    ) -> Result<u8> {
        let Self { accounts, settings, journal, operations, settled, play_urls, identity } = self;
        let OpenVendors { runtime, simulator, apis } = open;
        let info = Rc::new(run_info(settings, accounts, operations, apis, &settled));
        let run = Run {
            reporter: Reporter::new(renderer(settings, &info), settings.console, info.due.len()),
            recorder: record::recorder(settings, accounts, simulator, &info, journal, &identity),
            limits: settings.limits,
            info: &info,
            play_urls,
        };
        let (mut finished, recorder) = if settings.is_dry_run {
            run.preview(settled, (settings.format == Format::Curl).then(|| accounts.route()))
        } else {
            run.act(&runtime, accounts, settled, listener)?
        };
        // A name that does not resolve blocks a thread that cannot be stopped; the process does not wait for it.
        runtime.shutdown_background();
        let is_recorded = finished.recorded.is_ok();
        finished.take_back = recorder.as_ref().and_then(|recorder| {
            let records = (recorder, is_recorded);
            record::take_back(records, settings, accounts, &info, &identity)
        });
        let code = finished.close(&info, typed);
        recorder.into_iter().for_each(|recorder| recorder.end(code));
        Ok(code)
    }
}

fn run_info(
    settings: &Settings,
    accounts: &Accounts,
    operations: Vec<Box<dyn Operation>>,
    vendors: Vec<Rc<dyn Api>>,
    settled: &[(usize, SettledRow)],
) -> RunInfo {
    let mut due = vec![true; operations.len()];
    settled.iter().for_each(|(row, _)| due[*row] = false);
    RunInfo {
        arrived: None,
        due,
        operations,
        profile: accounts.name().map(str::to_owned),
        vendors,
        id: (!settings.is_dry_run).then(|| RunId::fresh(Utc::now())),
        is_sandbox: accounts.is_simulated(),
        is_dry_run: settings.is_dry_run,
        looks_at: settings.looks_at(),
    }
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

/// A planned run: what the engine sees of the output and the journal.
struct Run<'a> {
    info: &'a Rc<RunInfo>,
    limits: Limits,
    recorder: Option<Recorder>,
    reporter: Reporter,
    play_urls: PlayUrls,
}

impl Run<'_> {
    fn preview(
        self,
        settled: Vec<(usize, SettledRow)>,
        curl: Option<CurlRoute>,
    ) -> (FinishedRun, Option<Recorder>) {
        self.settle(settled);
        let now = Utc::now();
        let mut previews = Previews::new(self.info, curl);
        for row in self.due_rows() {
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
        settled: Vec<(usize, SettledRow)>,
        listener: Option<SignalListener>,
    ) -> Result<(FinishedRun, Option<Recorder>)> {
        let batches: Vec<_> = self
            .info
            .batches()
            .into_iter()
            .map(|(name, batches)| (Rc::clone(self.info.vendor(name)), batches))
            .collect();
        let is_remote = batches.iter().any(|(vendor, batches)| {
            // An endpoint that the profile names is the same for all.
            let request = self.info.rows().request(batches[0].rows());
            vendor.is_remote(&request)
        });
        let limits = limits_of(self.limits, accounts);
        let transport = client(self.limits, accounts, is_remote)?;
        let viewers = self.viewers(accounts)?;
        // Nothing is printed before everything that can be wrong has been checked.
        self.reporter.queue_output();
        self.settle(settled);
        let engine = Engine {
            transport: &transport,
            operations: self.info.rows(),
            limits,
            clock: Rc::new(Utc::now),
            observer: &self,
            viewers: viewers.as_ref().map_or(&NoViewers, |viewers| viewers),
        };
        let listener = listener.map_or_else(|| SignalListener::start(runtime), Ok);
        let SignalListener { tasks, mut signals } = listener.map_err(Error::internal)?;
        let earlier = signals.arrived();
        tasks.block_on(runtime, async {
            let send = async {
                match earlier {
                    Some(_) => self.skip_due(),
                    None => engine.run(batches, &mut signals.interruptions).await,
                }
            };
            let keep = join(self.reporter.keep_up(), record::keep_written(self.recorder.as_ref()));
            select(pin!(send), pin!(keep)).await;
        });
        self.reporter.set_urgency(signals.urgency());
        Ok(self.finish(signals.exit_code().or(earlier)))
    }

    /// The probes of what viewers get; `None` where no target has a play URL.
    fn viewers(&self, accounts: &Accounts) -> Result<Option<RunViewers<'_>>> {
        if self.play_urls.is_empty() {
            return Ok(None);
        }
        let client = client(self.limits, accounts, self.play_urls.is_remote())?;
        let viewers =
            RunViewers { urls: &self.play_urls, client: Rc::new(client), info: self.info };
        Ok(Some(viewers))
    }

    fn due_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.info.due.len()).filter(|row| self.info.due[*row])
    }

    /// Settles the rows that are due after a signal that came before the first of them.
    fn skip_due(&self) {
        for row in self.due_rows() {
            let why = "a signal stopped the run before this target's turn";
            self.settled(row, Outcome::skipped(Fault::new(FaultKind::Interrupted, why)));
        }
    }

    fn finish(self, signal: Option<u8>) -> (FinishedRun, Option<Recorder>) {
        let recorded = self.recorder.as_ref().map_or(Ok(()), Recorder::finish);
        let take_back = None;
        (FinishedRun { reporter: self.reporter, signal, recorded, take_back }, self.recorder)
    }

    fn settle(&self, settled: Vec<(usize, SettledRow)>) {
        for (row, settled) in settled {
            self.settled(row, settled.outcome());
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

    fn answered(&self, row: usize, outcome: &Outcome) {
        self.recorder.iter().for_each(|recorder| recorder.result(row, outcome));
        self.reporter.answered(row);
    }

    fn unchanged(&self, row: usize, outcome: Outcome) {
        self.reporter.settled(row, outcome);
    }

    async fn written(&self) -> bool {
        match &self.recorder {
            Some(recorder) => recorder.written().await,
            None => true,
        }
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
        failure(&self.reporter, self.recorder.as_ref())
    }
}

/// Why nothing more may be sent: the output is gone, or nothing more can be recorded.
pub(super) fn failure(reporter: &Reporter, recorder: Option<&Recorder>) -> Option<Fault> {
    if let Some(reason) = reporter.failure() {
        return Some(Fault::new(
            FaultKind::Stopped,
            format!("the output could not be written ({reason}), so the rest is not tried"),
        ));
    }
    recorder.and_then(Recorder::failure)
}

/// How many requests may be in flight with so many files.
fn requests_for(files: Option<usize>, is_sandbox: bool) -> usize {
    let files = files.unwrap_or(usize::MAX);
    // A request takes a file, at the embedded sandbox its other end too. Some are left for the
    // profile, the journal and name lookups.
    let connections = (files / 4 * 3).saturating_sub(8) / if is_sandbox { 2 } else { 1 };
    connections.max(1)
}

/// The limits with as many requests in flight as the process may have files.
pub(super) fn limits_of(limits: Limits, accounts: &Accounts) -> Limits {
    let most = requests_for(raise_file_limit(), accounts.is_sandbox());
    Limits { concurrency: limits.concurrency.min(most), ..limits }
}

/// A client with the connections of these accounts.
pub(super) fn client(limits: Limits, accounts: &Accounts, is_remote: bool) -> Result<HttpClient> {
    let connect = connect_limit(limits.timeout.min(limits.deadline));
    HttpClient::new(accounts.connections(connect), is_remote)
}

/// The runtime of a command.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(Error::internal)
}
