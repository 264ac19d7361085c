//! Carries out a planned run: engine, output, records.
//!
//! [`run`](super::run) and `undo` end here. What is done was decided before: this file asks no policy and reads no input.

use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::{join, select};
use tokio::runtime::Runtime;

use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::api::spec::Api;
use crate::config::profile::Profile;
use crate::console;
use crate::engine::context::{Engine, Limits, NoViewers, Observer};
use crate::error::{Error, Result};
use crate::input::batch::Batch;
use crate::input::rows::Rows;
use crate::journal::recorder::Recorder;
use crate::journal::writer::Journal;
use crate::net::client::{ClientOptions, HttpClient};
use crate::net::connect_limit::connect_limit;
use crate::outcome::Outcome;
use crate::outcome::fault::{Fault, FaultKind};
use crate::output::csv::CsvRows;
use crate::output::curl::{CurlLines, CurlRoute};
use crate::output::json::{Document, Lines};
use crate::output::next_steps::TypedRun;
use crate::output::preview::Previews;
use crate::output::reporter::Reporter;
use crate::output::summary::FinishedRun;
use crate::output::table::Table;
use crate::output::targets::TargetNames;
use crate::output::{Format, Renderer, RunInfo};
use crate::process::raise_file_limit;
use crate::run::accounts::Accounts;
use crate::run::input;
use crate::run::record::{self, RunContext};
use crate::run::resume::SettledRow;
use crate::run::settings::Settings;
use crate::run::signals::SignalListener;
use crate::run::viewers::{PlayUrls, RunViewers};

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
        // The programs that print secrets run here, so that everything which needs no secret is checked before.
        let apis = accounts.open(operations, simulator, settings.console)?;
        input::check_secrets(operations, &apis)?;
        Ok(Self { runtime, simulator, apis })
    }
}

/// A run of which everything is decided.
pub(super) struct ReadyRun<'a> {
    pub(super) context: RunContext<'a>,
    pub(super) journal: Option<Journal>,
    pub(super) operations: Vec<Box<dyn Operation>>,
    /// The rows that are not sent.
    pub(super) settled: Vec<(usize, SettledRow)>,
    /// Where it looks at what viewers get.
    pub(super) play_urls: PlayUrls,
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
        let Self { context, journal, operations, settled, play_urls } = self;
        let RunContext { accounts, settings, .. } = context;
        let OpenVendors { runtime, simulator, apis } = open;
        let mut due = vec![true; operations.len()];
        settled.iter().for_each(|(row, _)| due[*row] = false);
        let info = Rc::new(RunInfo { operations, due, ..context.info(apis) });
        let run = Run {
            reporter: Reporter::new(renderer(settings, &info), settings.console, info.due.len()),
            recorder: context.recorder(simulator, &info, journal),
            limits: settings.limits,
            info: &info,
            play_urls,
        };
        let ended = if settings.is_dry_run {
            run.preview(settled, (settings.format == Format::Curl).then(|| accounts.route()))
        } else {
            run.act(&runtime, accounts, settled, listener)?
        };
        // A name that does not resolve blocks a thread that cannot be stopped; the process does not wait for it.
        runtime.shutdown_background();
        Ok(ended.close(context, &info, typed))
    }
}

/// A run that sends nothing more.
// Its output and its records may still wait for a reader or a disk.
pub(super) struct EndedRun {
    pub(super) reporter: Reporter,
    pub(super) recorder: Option<Recorder>,
    /// The exit code that a signal asks for.
    pub(super) signal: Option<u8>,
    /// Why the input could not be read to its end.
    pub(super) failure: Option<Error>,
}

impl EndedRun {
    /// Prints the rest, ends the records and returns the exit code.
    pub(super) fn close(self, context: RunContext<'_>, info: &RunInfo, typed: &TypedRun<'_>) -> u8 {
        let Self { reporter, recorder, signal, failure } = self;
        let recorded = recorder.as_ref().map_or(Ok(()), Recorder::finish);
        let is_recorded = recorded.is_ok();
        let take_back =
            recorder.as_ref().and_then(|recorder| context.take_back(recorder, is_recorded, info));
        let mut code = FinishedRun { reporter, signal, recorded, take_back }.close(info, typed);
        if let Some(error) = failure {
            console::error(&error);
            // Lines may be missing.
            code = if code == 0 { 5 } else { code };
        }
        // The last record has the exit code; without it the run counts as killed.
        recorder.into_iter().for_each(|recorder| recorder.end(code));
        code
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
    fn preview(self, settled: Vec<(usize, SettledRow)>, curl: Option<CurlRoute>) -> EndedRun {
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
    ) -> Result<EndedRun> {
        let batches = of_apis(self.info.batches(), &self.info.vendors);
        let is_remote = is_any_remote(&batches, self.info.rows());
        let transport = client(self.limits, accounts, is_remote)?;
        let viewers = viewers(&self.play_urls, self.info, accounts, self.limits)?;
        // Nothing is printed before everything that can be wrong has been checked.
        self.reporter.queue_output();
        self.settle(settled);
        let engine = Engine {
            transport: &transport,
            operations: self.info.rows(),
            limits: limits_of(self.limits, accounts),
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
            // Neither ends by itself: they go on for as long as requests are sent.
            let keep = join(self.reporter.keep_up(), record::keep_written(self.recorder.as_ref()));
            select(pin!(send), pin!(keep)).await;
        });
        self.reporter.set_urgency(signals.urgency());
        Ok(self.finish(signals.exit_code().or(earlier)))
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

    fn finish(self, signal: Option<u8>) -> EndedRun {
        EndedRun { reporter: self.reporter, recorder: self.recorder, signal, failure: None }
    }

    fn settle(&self, settled: Vec<(usize, SettledRow)>) {
        for (row, settled) in settled {
            self.settled(row, settled.outcome());
        }
    }
}

impl Observer for Run<'_> {
    async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        let Some(recorder) = &self.recorder else { return true };
        recorder.intent(rows, attempt).await
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

    // Recorded when the vendor answered, before the looks that changed nothing.
    fn unchanged(&self, row: usize, outcome: Outcome) {
        self.reporter.settled(row, outcome);
    }

    async fn written(&self) -> bool {
        let Some(recorder) = &self.recorder else { return true };
        recorder.written().await
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

/// The requests of each vendor, with its API.
pub(super) fn of_apis(
    batches: Vec<(VendorName, Vec<Batch>)>,
    apis: &[Rc<dyn Api>],
) -> Vec<(Rc<dyn Api>, Vec<Batch>)> {
    let api = |name| apis.iter().find(|api| api.name() == name).map(Rc::clone);
    batches.into_iter().filter_map(|(name, batches)| Some((api(name)?, batches))).collect()
}

/// Whether a request goes to another machine, to which a proxy may lead.
pub(super) fn is_any_remote(batches: &[(Rc<dyn Api>, Vec<Batch>)], rows: Rows<'_>) -> bool {
    // An endpoint that the profile names is the same for all requests of a vendor.
    batches.iter().any(|(api, batches)| api.is_remote(&rows.request(batches[0].rows())))
}

/// The limits with as many requests in flight as the process may have files.
pub(super) fn limits_of(limits: Limits, accounts: &Accounts) -> Limits {
    let files = raise_file_limit().unwrap_or(usize::MAX);
    // A request takes a file, at the embedded sandbox its other end too. Some are left for the
    // profile, the journal and name lookups.
    let connections = (files / 4 * 3).saturating_sub(8) / if accounts.is_sandbox() { 2 } else { 1 };
    Limits { concurrency: limits.concurrency.min(connections.max(1)), ..limits }
}

/// A client with the connections of these accounts.
pub(super) fn client(limits: Limits, accounts: &Accounts, is_remote: bool) -> Result<HttpClient> {
    HttpClient::new(connections(limits, accounts.profile()), is_remote)
}

/// The probes of what viewers get; `None` where no target has a play URL.
pub(super) fn viewers<'a>(
    urls: &'a PlayUrls,
    info: &'a RunInfo,
    accounts: &Accounts,
    limits: Limits,
) -> Result<Option<RunViewers<'a>>> {
    if urls.is_empty() {
        return Ok(None);
    }
    let client = Rc::new(client(limits, accounts, urls.is_remote())?);
    Ok(Some(RunViewers { urls, client, info }))
}

/// How connections are made: within which time, and by the authorities and the proxy of a profile.
pub(crate) fn connections(limits: Limits, profile: Option<&Profile>) -> ClientOptions {
    ClientOptions {
        connect: connect_limit(limits.timeout.min(limits.deadline)),
        ca_file: profile.and_then(|profile| profile.ca_file.clone()),
        proxy: profile.and_then(|profile| profile.proxy.clone()),
    }
}

/// The runtime of a command.
// On one thread: on several, requests a second are fewer and take twice the processor's time.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(Error::internal)
}
