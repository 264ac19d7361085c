//! [`Engine`]: the constants of a run, its [`Limits`] and the [`Observer`] that it reports to.
//!
//! Owns nothing that changes while a run lasts; that is the scheduler's.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::input::batch::Batch;
use crate::input::rows::Rows;
use crate::net::client::Transport;
use crate::outcome::Outcome;
use crate::outcome::effect::Effect;
use crate::outcome::fault::Fault;
use crate::outcome::viewer::Seen;
use crate::time::Clock;

/// Limits of a run: how much at once, how often, how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests in flight.
    pub concurrency: usize,
    /// Requests a second to one vendor; 0: no limit, `None`: as many as its API allows.
    pub rate: Option<u32>,
    /// Attempts for one target, the first included.
    pub attempts: u32,
    /// Time for one attempt.
    pub timeout: Duration,
    /// Time for one target, from its first attempt on.
    pub deadline: Duration,
    /// Consecutive failures of one vendor after which its rest is skipped; 0: never.
    pub max_failures: u32,
    /// Time for the state to agree after a success; `None`: no verification.
    pub verify: Option<Duration>,
    /// The same where a probe looks at what viewers get; there it is always verified.
    pub verify_viewers: Duration,
    /// How long a stream is looked at after it went off air; `None`: not at all.
    pub hold: Option<Duration>,
}

/// A request to stop, made by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Nothing new leaves; requests in flight settle.
    Gently,
    /// Requests in flight are given up too.
    AtOnce,
}

/// The engine's view of everything that a run writes.
pub trait Observer {
    /// Makes the intent to send these rows durable, for the attempt of this number. Returns false where that failed.
    fn intent(&self, rows: &[u32], attempt: u32) -> impl Future<Output = bool>;
    /// Receives the outcome of a row, once.
    fn settled(&self, row: usize, outcome: Outcome);
    /// Receives the vendor's answer for a row that is looked at before it settles. It counts if the run is killed during the
    /// looks.
    fn answered(&self, _row: usize, _outcome: &Outcome) {}
    /// Receives the outcome of a row, once, where the looks have left it as it was [`answered`](Self::answered).
    fn unchanged(&self, row: usize, outcome: Outcome) {
        self.settled(row, outcome);
    }
    /// Returns once everything that was answered is written; false where that failed.
    fn written(&self) -> impl Future<Output = bool> {
        std::future::ready(true)
    }
    /// The outcome of a row whose turn has come, where an earlier one has done its work.
    fn outcome_before(&self, _row: usize) -> Option<Outcome> {
        None
    }
    /// Receives a row that has come and is not tried, because the run ends. It has no outcome.
    fn untried(&self, _row: usize) {}
    /// Receives events between the results.
    fn detail(&self, text: &dyn Fn() -> String);
    /// Receives notes for the operator while the run lasts.
    fn note(&self, text: &str);
    /// Whether new requests may be sent. While false, those in flight settle, and it is asked again.
    fn has_room(&self) -> bool {
        true
    }
    /// Why nothing more may be sent: the output is gone, or no intent can be recorded.
    fn failure(&self) -> Option<Fault>;
}

/// Looks at what viewers of one stream get.
///
/// The probe owns its network, how often it looks and what a look proves. Dropping it ends its looks.
pub trait ViewerProbe {
    /// Looks until what viewers get has changed, and returns it. The first call returns after the first look, which leaves
    /// at once. Must not be called again before the future has returned.
    fn change(&mut self) -> LocalBoxFuture<'_, Seen>;
}

/// The probes of a run.
pub trait Viewers {
    /// A probe of what viewers of the target of this row get, called when the first request that acts on it leaves; `None` where
    /// what they get is not looked at.
    fn open(&self, row: usize) -> Option<Box<dyn ViewerProbe>>;
}

/// No probe looks at what viewers get.
pub struct NoViewers;

impl Viewers for NoViewers {
    fn open(&self, _row: usize) -> Option<Box<dyn ViewerProbe>> {
        None
    }
}

/// Everything that a run needs and that does not change while it lasts.
pub struct Engine<'a, T: Transport, O: Observer> {
    /// Sends requests.
    pub transport: &'a T,
    /// All operations; a row is an index into it.
    pub operations: Rows<'a>,
    /// Limits.
    pub limits: Limits,
    /// The time that requests are signed with.
    pub clock: Clock,
    /// Records intents and receives outcomes.
    pub observer: &'a O,
    /// Opens the probes of what viewers get.
    pub viewers: &'a dyn Viewers,
}

impl<T: Transport, O: Observer> Engine<'_, T, O> {
    /// Whether the batch only looks.
    pub(super) fn is_look(&self, batch: &Batch) -> bool {
        self.operations.get(batch.rows()[0] as usize).spec().effect == Effect::None
    }
}
