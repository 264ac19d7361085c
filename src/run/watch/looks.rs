//! [`Watch`]: the looks at the vendor and at play URLs, side by side, until the goal is reached or the time is over.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use chrono::Utc;
use futures_util::future::{Either, join_all, select};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use crate::api::operation::Operation;
use crate::api::spec::Api;
use crate::cli::watch::WatchOptions;
use crate::console::{self, Console};
use crate::engine::context::{Interruption, Limits, ViewerProbe};
use crate::engine::look_pace::{LOOK_INTERVAL, look_interval};
use crate::error::{Error, Result};
use crate::input::batch::batches;
use crate::net::client::HttpClient;
use crate::outcome::Outcome;
use crate::outcome::fault::FaultKind;
use crate::outcome::viewer::ViewerState;
use crate::run::looks::Looks;
use crate::run::settings::Settings;
use crate::run::signals::{SignalListener, Signals};
use crate::run::watch::goal::LIVE;
use crate::run::watch::report::WatchReport;
use crate::run::watch::watched::{SeenBy, StateChange, Watched, WatchedState, exit_code};
use crate::text::{count, reason, visible};
use crate::time;

/// What is watched, and how.
pub(super) struct Watch<'a> {
    pub(super) options: &'a WatchOptions,
    pub(super) settings: &'a Settings,
    pub(super) watched: Vec<Watched>,
    /// The probes of play URLs, each with the stream that it looks at.
    pub(super) probes: Vec<(usize, Box<dyn ViewerProbe>)>,
    /// The looks at the vendor, where one is asked.
    pub(super) looks: Option<VendorLooks>,
}

/// What was seen of a row, and by whom.
type RowState = (usize, SeenBy, WatchedState);

/// Why the looks end.
enum WatchEnd {
    /// All are as they are waited for, or will never be.
    Settled,
    /// The time is over.
    Late,
    /// A signal.
    Interrupted,
    /// The output could not be written.
    Unwritten(io::Error),
}

impl Watch<'_> {
    /// Looks to the end, and returns the exit code.
    pub(super) fn run(mut self, runtime: Runtime) -> Result<u8> {
        // Not by the time of day, which may be set while it lasts.
        let start = Instant::now();
        let goal = self.options.until;
        let mut report = WatchReport::new(self.settings.format, goal, &self.watched);
        let SignalListener { tasks, mut signals } =
            SignalListener::start(&runtime).map_err(Error::internal)?;
        let end = match report.begin() {
            Ok(()) => tasks.block_on(&runtime, self.look(start, &mut report, &mut signals)),
            Err(error) => WatchEnd::Unwritten(error),
        };
        // A name that does not resolve and a program that signs keep a thread each, which the process does not wait for.
        runtime.shutdown_background();
        // A state that is still unread at the end is no success, however the watch ended.
        let settled = exit_code(&self.watched, goal);
        let code = match &end {
            WatchEnd::Interrupted => signals.exit_code().unwrap_or(130),
            WatchEnd::Unwritten(_) => 6,
            WatchEnd::Settled | WatchEnd::Late => settled,
        };
        let elapsed = start.elapsed();
        let urgency = signals.urgency();
        let written = match end {
            WatchEnd::Unwritten(error) => Err(error),
            _ => report.end(&self.watched, elapsed, code, &|| urgency.is_urgent()),
        };
        if let Err(error) = written {
            console::say(&format!("error: the output could not be written: {}", reason(&error)));
            return Ok(signals.exit_code().unwrap_or(6));
        }
        self.close(elapsed);
        Ok(code)
    }

    async fn look(
        &mut self,
        start: Instant,
        report: &mut WatchReport,
        signals: &mut Signals,
    ) -> WatchEnd {
        let (sender, receiver) = unbounded_channel();
        let probes = std::mem::take(&mut self.probes);
        let probes = probes.into_iter().map(|(row, probe)| follow(row, probe, sender.clone()));
        let vendor = self.looks.take();
        let looks = async {
            match &vendor {
                Some(looks) => looks.repeat(&sender).await,
                None => std::future::pending().await,
            }
        };
        let look = async { futures_util::future::join(join_all(probes), looks).await };
        let end = start + self.options.within;
        let watch = self.take(end, report, receiver, &mut signals.interruptions);
        match select(pin!(watch), pin!(look)).await {
            Either::Left((end, _)) => end,
            // Not reached: looks and probes go on for ever.
            Either::Right(_) => WatchEnd::Settled,
        }
    }

    /// Takes what is seen until the end.
    async fn take(
        &mut self,
        end: Instant,
        report: &mut WatchReport,
        mut seen: UnboundedReceiver<RowState>,
        interruptions: &mut UnboundedReceiver<Interruption>,
    ) -> WatchEnd {
        loop {
            let event = {
                let over = pin!(sleep_until(end));
                let stop = pin!(interruptions.recv());
                let next = pin!(seen.recv());
                match select(next, select(stop, over)).await {
                    Either::Left((seeing, _)) => seeing,
                    Either::Right((Either::Left(_), _)) => return WatchEnd::Interrupted,
                    Either::Right((Either::Right(_), _)) => return WatchEnd::Late,
                }
            };
            let Some((row, seen_by, observed)) = event else { return WatchEnd::Settled };
            if let Err(error) = self.see(report, row, seen_by, observed) {
                return WatchEnd::Unwritten(error);
            }
            let goal = self.options.until;
            let is_over =
                |one: &Watched| one.is_refused() || goal.is_some_and(|goal| one.is_reached(goal));
            if self.watched.iter().all(is_over) {
                return WatchEnd::Settled;
            }
        }
    }

    fn see(
        &mut self,
        report: &mut WatchReport,
        row: usize,
        seen_by: SeenBy,
        observed: WatchedState,
    ) -> io::Result<()> {
        let one = &mut self.watched[row];
        if !one.see(seen_by, &observed) {
            return Ok(());
        }
        let is_reached = self.options.until.is_some_and(|goal| one.is_reached(goal));
        let change = StateChange { row, at: Utc::now(), seen_by, observed, is_reached };
        report.change(one, &change)
    }

    fn close(&self, elapsed: Duration) {
        let all = self.watched.len();
        let took = match elapsed.as_secs() {
            0 => "less than 1 s".to_owned(),
            seconds => time::span(seconds),
        };
        let line = match self.options.until {
            Some(goal) => {
                let reached = self.watched.iter().filter(|one| one.is_reached(goal)).count();
                let word = goal.as_str();
                format!("{}: {reached} {word}, after {took}", count(all, "stream"))
            }
            None => format!("{}, watched for {took}", count(all, "stream")),
        };
        self.settings.console.line(&line);
        let hints: BTreeSet<_> = self.watched.iter().flat_map(Watched::hints).collect();
        let hint = |hint| self.settings.console.line(&format!("hint: {}", visible(hint)));
        hints.into_iter().for_each(hint);
        if self.watched.iter().any(|one| one.name.play.is_some()) {
            self.settings.console.line("seen from here: one edge is not all edges");
        }
    }
}

/// Passes on what a probe sees, for ever.
async fn follow(row: usize, mut probe: Box<dyn ViewerProbe>, sender: UnboundedSender<RowState>) {
    loop {
        let seen = probe.change().await;
        let observed = WatchedState {
            state: seen.state.map(|state| ViewerState::as_str(state).to_owned()),
            // It contains the next step.
            why: seen.hint.map(str::to_owned),
            hint: None,
            is_refused: false,
        };
        // Fails when the watch is over.
        let _ = sender.send((row, SeenBy::Viewers, observed));
    }
}

/// The looks at a vendor.
pub(super) struct VendorLooks {
    pub(super) transport: HttpClient,
    pub(super) api: Rc<dyn Api>,
    pub(super) operations: Vec<Box<dyn Operation>>,
    pub(super) limits: Limits,
    pub(super) console: Console,
}

/// When a stream is looked at, by what was seen of it.
#[derive(Clone, Copy)]
struct Schedule {
    next: Instant,
    /// Since when it is off.
    off_since: Option<Instant>,
    is_refused: bool,
}

impl VendorLooks {
    /// Looks again and again, for ever.
    async fn repeat(&self, sender: &UnboundedSender<RowState>) {
        self.note_pace();
        let now = Instant::now();
        let schedule = Schedule { next: now, off_since: None, is_refused: false };
        let mut schedules = vec![schedule; self.operations.len()];
        loop {
            let open = schedules.iter().filter(|schedule| !schedule.is_refused);
            let Some(next) = open.map(|schedule| schedule.next).min() else {
                return std::future::pending().await;
            };
            sleep_until(next).await;
            let start = Instant::now();
            let due: Vec<_> = schedules.iter().map(|s| !s.is_refused && s.next <= start).collect();
            for (row, observed) in self.look(&due, sender).await {
                schedules[row].see(start, &observed);
            }
            // The engine keeps to the pace within a round; this is for the gap between two rounds.
            tokio::time::sleep(self.gap()).await;
        }
    }

    /// One look at each row that is due; passes on what is seen as it comes, and returns it.
    async fn look(
        &self,
        due: &[bool],
        sender: &UnboundedSender<RowState>,
    ) -> BTreeMap<usize, WatchedState> {
        let seen = RefCell::new(BTreeMap::new());
        let settled = |row, outcome: Outcome| {
            let observed = watched_state(&outcome);
            seen.borrow_mut().insert(row, observed.clone());
            let _ = sender.send((row, SeenBy::Vendor, observed));
        };
        let looks = Looks {
            operations: &self.operations,
            transport: &self.transport,
            // One that fails is followed by the next, which a vendor's other targets must not keep from leaving.
            limits: Limits { max_failures: 0, verify: None, ..self.limits },
            console: self.console,
        };
        let batches = batches(&self.operations, |row| due[row]);
        let batches = batches.into_iter().map(|(_, batches)| (Rc::clone(&self.api), batches));
        let (_sender, mut interruptions) = unbounded_channel();
        looks.make(batches.collect(), &mut interruptions, settled).await;
        seen.into_inner()
    }

    /// Requests a second; 0 for no limit.
    fn rate(&self) -> u32 {
        self.limits.rate.unwrap_or(self.api.version().rate)
    }

    fn gap(&self) -> Duration {
        let rate = self.rate();
        if rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / rate }
    }

    /// Says how often each is looked at where the vendor's pace is too little for all.
    fn note_pace(&self) {
        let (rate, targets) = (self.rate(), self.operations.len());
        let round = f64::from(u32::try_from(targets).unwrap_or(u32::MAX)) / f64::from(rate);
        if rate > 0 && round > LOOK_INTERVAL.as_secs_f64() {
            let vendor = self.api.name().title();
            self.console.note(&format!(
                "{rate} looks a second at {vendor}: each of {targets} streams is looked at every {round:.1} s"
            ));
        }
    }
}

impl Schedule {
    fn see(&mut self, at: Instant, observed: &WatchedState) {
        let is_off = observed.state.as_deref().is_some_and(|state| state != LIVE);
        self.off_since = if is_off { self.off_since.or(Some(at)) } else { None };
        self.is_refused = observed.is_refused;
        self.next = at + look_interval(self.off_since, at);
    }
}

/// What a look has seen.
fn watched_state(outcome: &Outcome) -> WatchedState {
    let fault = outcome.fault.as_ref();
    // Targets are stopped only where the vendor has refused the credentials of all.
    let is_refused = fault.is_some_and(|fault| {
        matches!(fault.kind, FaultKind::Refused | FaultKind::Credentials | FaultKind::Stopped)
    });
    let state = outcome.answer.state.clone();
    let why = match (&state, fault) {
        (Some(_), _) => None,
        (None, Some(fault)) => Some(visible(&fault.message).into_owned()),
        (None, None) => Some("the vendor does not report its state".to_owned()),
    };
    let hint = fault.and_then(|fault| fault.hint.clone());
    WatchedState { state, why, hint, is_refused }
}
