//! [`Probes`]: the probes of a run under way, and what they have seen; [`Viewing`]: what viewers of one target get.
//!
//! Owns when a probe begins and ends. How a probe looks belongs to [`ViewerProbe`], what follows to `verification`.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::{AbortHandle, Abortable, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use crate::engine::context::ViewerProbe;
use crate::outcome::viewer::{Seen, ViewerState};

/// What viewers of one target get, as far as was looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Viewing {
    last: Option<Seen>,
    was_on: bool,
    /// When the look left that found them without the stream.
    pub(super) off_at: Option<Instant>,
}

impl Viewing {
    /// What they get.
    pub(super) fn state(self) -> Option<ViewerState> {
        self.last.and_then(|seen| seen.state)
    }

    /// Why that is not known.
    pub(super) fn hint(self) -> Option<&'static str> {
        self.last.and_then(|seen| seen.hint)
    }

    /// The probe has looked, and never saw them get the stream.
    pub(super) fn is_never_seen(self) -> bool {
        self.last.is_some() && self.state().is_none() && !self.was_on
    }

    fn with(self, seen: Seen) -> Self {
        Self {
            was_on: self.was_on || seen.state == Some(ViewerState::On),
            off_at: if seen.state == Some(ViewerState::Off) { Some(seen.at) } else { self.off_at },
            last: Some(seen),
        }
    }
}

/// A probe until its next change. `None` where it has failed.
type Change<'v> = LocalBoxFuture<'v, (u32, Option<(Box<dyn ViewerProbe>, Seen)>)>;

/// The probes of a run.
#[derive(Default)]
pub(super) struct Probes {
    changes: FuturesUnordered<Abortable<Change<'static>>>,
    targets: HashMap<u32, (Viewing, AbortHandle)>,
}

impl Probes {
    /// Goes on to look at what viewers of this row get, after what was seen so far.
    pub(super) fn watch(&mut self, row: u32, mut probe: Box<dyn ViewerProbe>, viewing: Viewing) {
        let change = async move {
            // A panic ends this probe, not the run: the targets in flight must be reported.
            let seen = AssertUnwindSafe(probe.change()).catch_unwind().await;
            (row, seen.ok().map(|seen| (probe, seen)))
        };
        let (abort, registration) = AbortHandle::new_pair();
        self.changes.push(Abortable::new(change.boxed_local(), registration));
        self.targets.insert(row, (viewing, abort));
    }

    /// The next row whose viewers get something else.
    pub(super) fn poll_change(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
        while let Poll::Ready(Some(change)) = self.changes.poll_next_unpin(cx) {
            // One that has ended meanwhile.
            let Ok((row, seen)) = change else { continue };
            let Some((viewing, abort)) = self.targets.remove(&row) else { continue };
            if let Some((probe, seen)) = seen {
                self.watch(row, probe, viewing.with(seen));
            } else {
                let seen = Seen { state: None, at: Instant::now(), hint: None };
                self.targets.insert(row, (viewing.with(seen), abort));
            }
            return Poll::Ready(row);
        }
        Poll::Pending
    }

    /// Whether there are any.
    pub(super) fn are_open(&self) -> bool {
        !self.targets.is_empty()
    }

    /// What viewers of this row get; `None` where no probe looks.
    pub(super) fn viewing(&self, row: u32) -> Option<Viewing> {
        self.targets.get(&row).map(|(viewing, _)| *viewing)
    }

    /// Ends the probe of this row.
    pub(super) fn stop(&mut self, row: u32) {
        if let Some((_, abort)) = self.targets.remove(&row) {
            abort.abort();
        }
    }

    /// Ends all looks; what they have seen stays.
    pub(super) fn stop_all(&mut self) {
        self.changes.clear();
    }
}
