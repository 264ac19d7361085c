//! [`PendingVerification`]: what was seen of a target since its success, and what follows: another look, a wait, the verdict.
//!
//! Owns the rules of `--verify`, `--hold` and `--play`, and no request: looks are made by `verify`, probes by `probes`.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::request::Verification;
use crate::engine::context::Limits;
use crate::engine::look_pace::look_interval;
use crate::engine::probes::Viewing;
use crate::engine::retry::{AttemptResult, Retry};
use crate::outcome::answer::Answer;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::viewer::ViewerState;
use crate::text::visible;

/// How long viewers are waited for that were never seen to get the stream, from when the request that acted left.
// A probe looks twice a second: what ten looks have not seen on air will not be seen once the stream is cut.
const NEVER_SEEN: Duration = Duration::from_secs(5);

/// What was seen of a target since its success.
#[derive(Clone)]
pub(super) struct PendingVerification {
    /// The look that reads the state; `None` where this API has none.
    pub(super) spec: Option<Verification>,
    effect: Effect,
    timeout: Duration,
    hold: Option<Duration>,
    /// When the request that succeeded left.
    pub(super) acted_at: Instant,
    /// What viewers get, where a probe looks.
    pub(super) viewing: Option<Viewing>,
    /// When its time is over; set when its first look leaves.
    deadline: Option<Instant>,
    /// The state that was read last.
    state: Option<String>,
    /// When the look left that read it.
    read_at: Option<Instant>,
    /// Whether a state that was read has agreed.
    has_agreed: bool,
    /// When the next look is due; `None` where another would not help.
    next_look: Option<Instant>,
    /// How many requests the look under way has taken, and how many the last one took.
    requests: (u32, u32),
    /// Since when the target is off air, as far as was looked.
    off_since: Option<Instant>,
    /// It stayed off air to the end.
    is_held: bool,
    /// The run stopped before the verdict.
    pub(super) is_cut_short: bool,
}

/// What follows from what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextLook {
    /// The state is read at this moment.
    At(Instant),
    /// Nothing is sent; it is asked again at this moment, or when viewers get something else.
    Wait(Instant),
    /// The verdict is ready.
    Settle,
}

impl PendingVerification {
    /// The verification of an operation with this effect, whose request left at `acted_at`; `None` where there is nothing
    /// to look at.
    pub(super) fn new(
        spec: Option<Verification>,
        effect: Effect,
        limits: &Limits,
        acted_at: Instant,
        viewing: Option<Viewing>,
    ) -> Option<Self> {
        let timeout = match viewing {
            Some(_) => Some(limits.verify_viewers),
            None => limits.verify.filter(|_| spec.is_some()),
        }?;
        let now = Instant::now();
        Some(Self {
            // Without a look no request starts its time.
            deadline: spec.is_none().then_some(now + timeout),
            next_look: spec.is_some().then_some(now),
            spec,
            effect,
            timeout,
            hold: limits.hold.filter(|_| effect.takes_off_air()),
            acted_at,
            viewing,
            state: None,
            read_at: None,
            has_agreed: false,
            requests: (0, 1),
            off_since: None,
            is_held: false,
            is_cut_short: false,
        })
    }

    /// Whether the target has gone off air, and is held there.
    pub(super) fn is_off_air(&self) -> bool {
        self.off_since.is_some()
    }

    /// Whether a look has left.
    pub(super) fn has_looked(&self) -> bool {
        self.deadline.is_some()
    }

    /// How many requests a look takes.
    pub(super) fn requests(&self) -> u32 {
        self.requests.1
    }

    /// A request of a look has left at this moment.
    pub(super) fn start(&mut self, now: Instant) {
        self.requests.0 += 1;
        // Not earlier: at a low rate the look may wait for its turn longer than its whole time.
        self.deadline.get_or_insert(now + self.timeout);
    }

    /// The time for the look that is about to leave.
    pub(super) fn time_left(&self, now: Instant) -> Duration {
        match (self.off_since, self.deadline) {
            (None, Some(deadline)) => deadline.saturating_duration_since(now),
            _ => self.timeout,
        }
    }

    /// Gives it more time.
    pub(super) fn extend(&mut self, time: Duration) {
        self.deadline = self.deadline.map(|deadline| deadline + time);
    }

    /// A look that left at `sent` has read this state, or none.
    pub(super) fn observe(
        &mut self,
        sent: Instant,
        now: Instant,
        state: Option<String>,
        retry: Retry,
    ) {
        self.requests = (0, self.requests.0.max(1));
        let (is_read, is_held) = (state.is_some(), self.off_since.is_some());
        let pause = match state {
            Some(_) => Some(Duration::ZERO),
            // A state that could not be read is asked for again only where another attempt may help; of a
            // target that is held, in any case: one odd answer must not end a hold of an hour.
            // Without jitter: a Retry-After is kept whole, and a single look needs no spread.
            None => retry.wait(1, 1.0).or(is_held.then_some(Duration::ZERO)),
        };
        // A failed look does not erase what an earlier one has seen: a state that contradicted
        // stays a contradiction.
        if let Some(state) = state {
            self.state = Some(state);
            self.read_at = Some(sent);
            self.has_agreed |= self.agrees() == Some(true);
        }
        let interval = look_interval(self.off_since, now);
        // A Retry-After of centuries lies beyond the clock.
        let next = pause.and_then(|pause| now.checked_add(pause.max(interval)));
        let end = self.off_since.zip(self.hold).map(|(off, hold)| off + hold);
        self.next_look = match end {
            // The last one leaves at the end.
            Some(end) if now < end && is_read => next.map(|next| next.min(end)),
            _ => next,
        };
    }

    /// What follows at this moment.
    pub(super) fn next(&mut self, now: Instant) -> NextLook {
        if self.off_since.is_none() && self.is_off(now) {
            self.off_since = Some(now);
        }
        if self.is_back() {
            return NextLook::Settle;
        }
        match (self.off_since, self.hold) {
            (None, _) => self.until_off(now),
            (Some(_), None) => NextLook::Settle,
            (Some(off), Some(hold)) => self.until_held(off + hold, now),
        }
    }

    fn until_off(&self, now: Instant) -> NextLook {
        let deadline = self.deadline.unwrap_or(now + self.timeout);
        let wants_state = self.agrees() != Some(true) || self.hold.is_some();
        let look = self.next_look.map(|look| look.max(now));
        if let Some(look) = look.filter(|look| wants_state && *look < deadline) {
            return NextLook::At(look);
        }
        let wait = self.viewing.map(|viewing| match self.gives_up_at(viewing) {
            Some(gives_up) if gives_up > now => gives_up.min(deadline),
            _ => deadline,
        });
        wait.filter(|wait| *wait > now).map_or(NextLook::Settle, NextLook::Wait)
    }

    fn until_held(&mut self, end: Instant, now: Instant) -> NextLook {
        let is_seen_to_the_end = match self.spec {
            // Only a look that leaves at the end shows how it ended.
            Some(_) if self.state.is_some() => self.read_at.is_some_and(|at| at >= end),
            _ => self.viewing.is_some() && now >= end,
        };
        self.is_held = is_seen_to_the_end;
        let gives_up = end + self.timeout;
        match self.next_look {
            _ if is_seen_to_the_end || now >= gives_up => NextLook::Settle,
            Some(look) => NextLook::At(look.max(now)),
            _ if self.viewing.is_some() && now < end => NextLook::Wait(end),
            _ => NextLook::Settle,
        }
    }

    /// Whether the state that was read last is the expected one.
    fn agrees(&self) -> Option<bool> {
        let expected = &self.spec.as_ref()?.expected;
        self.state.as_deref().map(|state| expected.holds_for(state))
    }

    /// When viewers who never got the stream are given up; `None` while the probe has found nothing out.
    fn gives_up_at(&self, viewing: Viewing) -> Option<Instant> {
        (viewing.is_never_seen()).then(|| self.acted_at + NEVER_SEEN)
    }

    /// Whether the target is off air, as far as can be known.
    fn is_off(&self, now: Instant) -> bool {
        let is_state_off = match self.agrees() {
            // A drop has cut the stream once its state was seen; the encoder may be back since.
            Some(agrees) => agrees || self.effect == Effect::CutOnce && self.has_agreed,
            None => self.next_look.is_none() && self.viewing.is_some(),
        };
        is_state_off
            && self.viewing.is_none_or(|viewing| match viewing.state() {
                Some(ViewerState::Off) => true,
                Some(ViewerState::On) => false,
                None => self.gives_up_at(viewing).is_some_and(|at| now >= at),
            })
    }

    /// Whether a target that is held was off air and is on air again.
    fn is_back(&self) -> bool {
        let was_cut = self.effect == Effect::CutOnce && self.has_agreed;
        let is_live = self.agrees() == Some(false) && (self.off_since.is_some() || was_cut);
        let is_viewed = self.off_since.is_some() && self.viewer() == Some(ViewerState::On);
        self.hold.is_some() && (is_live || is_viewed)
    }

    fn viewer(&self) -> Option<ViewerState> {
        self.viewing.and_then(Viewing::state)
    }

    /// A probe looks, and it is not known what viewers get.
    fn is_viewer_unknown(&self) -> bool {
        self.viewing.is_some() && self.viewer().is_none()
    }

    fn verified(&self) -> Option<bool> {
        let agrees = self.agrees();
        if self.effect == Effect::CutOnce {
            let of_state = match (self.has_agreed, &self.spec) {
                (true, _) => Some(true),
                (false, None) if self.viewer() == Some(ViewerState::Off) => Some(true),
                // That the encoder is back does not disprove the cut.
                (false, _) if self.hold.is_some() || self.is_cut_short => None,
                (false, _) => agrees,
            };
            return of_state.filter(|_| !self.is_viewer_unknown());
        }
        if self.is_cut_short {
            let is_off = self.off_since.is_some() && !self.is_viewer_unknown();
            return is_off.then_some(true);
        }
        match (agrees, self.viewer()) {
            (Some(false), _) | (_, Some(ViewerState::On)) => Some(false),
            (_, Some(ViewerState::Off)) => Some(true),
            (agrees, None) => agrees.filter(|_| self.viewing.is_none()),
        }
    }

    fn held(&self) -> Option<bool> {
        let is_live = self.agrees() == Some(false) && self.effect == Effect::CutOnce;
        let is_back = self.is_back() || self.hold.is_some() && is_live && !self.is_cut_short;
        let is_held = self.is_held && !self.is_viewer_unknown();
        if is_back { Some(false) } else { is_held.then_some(true) }
    }

    /// The result after a success and everything that was seen, and whether the target was held as long as was asked.
    pub(super) fn verdict(
        &self,
        applied: AttemptResult,
        title: &str,
    ) -> (AttemptResult, Option<bool>) {
        let verified = self.verified();
        let answer = Answer { state: self.state.clone(), verified, ..applied.answer };
        // A state that could not be read proves nothing, and takes nothing from the success.
        let result = if verified == Some(false) {
            let fault = self.fault(title);
            AttemptResult { answer, ..AttemptResult::unknown(Retry::No, fault) }
        } else {
            AttemptResult { answer, ..applied }
        };
        (result, self.held())
    }

    fn fault(&self, title: &str) -> Fault {
        let seen = match (self.agrees(), &self.spec) {
            (Some(false), Some(spec)) => {
                let state = visible(self.state.as_deref().unwrap_or_default());
                format!("the state is {state} (expected {})", spec.expected)
            }
            _ => "viewers get the stream".to_owned(),
        };
        if self.is_back() {
            let message = format!("{title} took the stream off air, but it came back: {seen}");
            let hint = match self.agrees() {
                Some(false) => "find out who lifted the ban, then send it again",
                Some(true) | None => {
                    "the ban may still hold: look for another way to the viewers, such as a relay"
                }
            };
            return Fault::new(FaultKind::CameBack, message).hint(hint);
        }
        Fault::new(FaultKind::Unverified, format!("{title} reported success, but {seen}"))
            .hint("look at the vendor's console before anything else")
    }
}
