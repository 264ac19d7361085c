//! Probes of what viewers get: when they look, and what their finds change.

use std::collections::VecDeque;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::rule_transport::Purpose::{Act, Verification};
use super::rule_transport::*;
use super::*;
use crate::engine::context::ViewerProbe;
use crate::outcome::viewer::Seen;
use crate::outcome::viewer::ViewerState::{self, Off, On};

/// What a probe finds, how many milliseconds after it was opened.
pub(super) type ScriptedFind = (u64, Option<ViewerState>);
pub(super) type ScriptedFinds<'f> = &'f [ScriptedFind];

pub(super) const HINT: &str = "never seen on air here: check the play URL";

/// Probes with a script for each row.
#[derive(Default)]
pub(super) struct ScriptedProbes {
    pub(super) scripts: Vec<Vec<ScriptedFind>>,
    pub(super) opened: RefCell<Vec<(usize, Instant)>>,
    pub(super) open: Rc<Cell<usize>>,
}

impl ScriptedProbes {
    pub(super) fn new<'f>(scripts: impl IntoIterator<Item = ScriptedFinds<'f>>) -> Self {
        Self {
            scripts: scripts.into_iter().map(<[ScriptedFind]>::to_vec).collect(),
            ..Self::default()
        }
    }
}

impl Viewers for ScriptedProbes {
    fn open(&self, row: usize) -> Option<Box<dyn ViewerProbe>> {
        let script = self.scripts.get(row)?;
        self.opened.borrow_mut().push((row, Instant::now()));
        self.open.set(self.open.get() + 1);
        let (finds, open) = (script.iter().copied().collect(), Rc::clone(&self.open));
        Some(Box::new(ScriptedProbe { finds, start: Instant::now(), open }))
    }
}

pub(super) struct ScriptedProbe {
    pub(super) finds: VecDeque<ScriptedFind>,
    pub(super) start: Instant,
    pub(super) open: Rc<Cell<usize>>,
}

/// A find at this moment makes the probe panic.
pub(super) const PANIC: u64 = 777;

impl ViewerProbe for ScriptedProbe {
    fn change(&mut self) -> LocalBoxFuture<'_, Seen> {
        async move {
            let Some((millis, state)) = self.finds.pop_front() else {
                return std::future::pending().await;
            };
            let at = self.start + Duration::from_millis(millis);
            tokio::time::sleep_until(at).await;
            assert_ne!(millis, PANIC, "the probe fails");
            Seen { state, at, hint: state.is_none().then_some(HINT) }
        }
        .boxed_local()
    }
}

impl Drop for ScriptedProbe {
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
    }
}

/// As with `--play` alone.
pub(super) fn played() -> Limits {
    Limits { verify: None, ..limits() }
}

pub(super) fn held(seconds: u64) -> Limits {
    Limits { hold: Some(Duration::from_secs(seconds)), ..played() }
}

pub(super) fn forbidden() -> impl Fn(&Purpose, usize) -> TimedResponse {
    verifying(|target, _| responds(10, state(target, true)))
}

/// Bans one stream whose viewers get this.
pub(super) fn ban(
    finds: ScriptedFinds<'_>,
    limits: Limits,
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
) -> (RunLog, Outcome) {
    act(forbid("live/a"), finds, limits, &[], rule)
}

pub(super) fn act(
    line: Value,
    finds: ScriptedFinds<'_>,
    limits: Limits,
    signals: &[u64],
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
) -> (RunLog, Outcome) {
    let probes = ScriptedProbes::new([finds]);
    let mut log = run_viewed([line], limits, signals, &probes, rule);
    assert_eq!(probes.open.get(), 0, "a probe ends with its target");
    let outcome = log.outcomes.remove(0);
    (log, outcome)
}

/// Status, kind, `verified`, `viewer`, `off_after_ms` and `held`.
pub(super) type Verdict =
    (Status, Option<FaultKind>, Option<bool>, Option<ViewerState>, Option<u128>, Option<bool>);

pub(super) fn verdict(outcome: &Outcome) -> Verdict {
    let kind = outcome.fault.as_ref().map(|fault| fault.kind);
    let Outcome { status, answer, viewer, off_after, held, .. } = outcome;
    let off_after = off_after.map(|after| after.as_millis());
    (*status, kind, answer.verified, *viewer, off_after, *held)
}

#[test]
fn ban_is_verified_when_viewers_are_off() {
    let (log, outcome) = ban(&[(5, Some(On)), (12_000, Some(Off))], played(), forbidden());
    let applied = Status::Applied;
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(Off), Some(12_000), None));
    assert_eq!(outcome.answer.state.as_deref(), Some("forbidden"));
    // The state had agreed long before; it is read once.
    assert_eq!((log.ended, log.left.len()), (Duration::from_secs(12), 2));
    assert!(log.answered[0].outcome.is_as_answered() && !log.answered[0].is_last);
}

#[test]
fn viewers_who_keep_the_stream_leave_it_unverified() {
    let (log, outcome) = ban(&[(5, Some(On))], played(), forbidden());
    let unverified = Some(FaultKind::Unverified);
    assert_eq!(verdict(&outcome), (Status::Unknown, unverified, Some(false), Some(On), None, None));
    let message = &outcome.fault.as_ref().unwrap().message;
    assert_eq!(message, "JD reported success, but viewers get the stream");
    assert_eq!(log.ended.as_secs(), 90);
    // Off for a moment is not off.
    let finds: ScriptedFinds<'_> = &[(5, Some(On)), (50, Some(Off)), (90, Some(On))];
    let (_, outcome) =
        ban(finds, played(), verifying(|target, _| responds(200, state(target, true))));
    assert_eq!(
        verdict(&outcome),
        (Status::Unknown, unverified, Some(false), Some(On), Some(50), None)
    );
}

#[test]
fn state_that_disagrees_is_unverified_whatever_viewers_get() {
    let rule = || verifying(|target, _| responds(10, state(target, false)));
    let unverified = Some(FaultKind::Unverified);
    let finds: ScriptedFinds<'_> = &[(5, Some(On)), (1_000, Some(Off))];
    let (_, outcome) = ban(finds, played(), rule());
    assert_eq!(
        verdict(&outcome),
        (Status::Unknown, unverified, Some(false), Some(Off), Some(1_000), None)
    );
    let (_, outcome) = ban(&[(5, None)], played(), rule());
    assert_eq!(verdict(&outcome), (Status::Unknown, unverified, Some(false), None, None, None));
}

#[test]
fn unknown_viewers_verify_nothing() {
    // Never seen on air; the probe finds nothing out; it fails; on, and then not known.
    for (finds, seconds, hint) in [
        (&[(5, None)][..], 5, HINT),
        (&[], 90, ""),
        (&[(PANIC, None)], 5, ""),
        (&[(5, Some(On)), (2_000, None)], 90, HINT),
    ] {
        let (log, outcome) = ban(finds, played(), forbidden());
        assert_eq!(verdict(&outcome), (Status::Applied, None, None, None, None, None), "{finds:?}");
        let ended = log.ended.as_secs();
        assert_eq!((ended, outcome.viewer_hint), (seconds, Some(hint)), "{finds:?}");
    }
    // A hold looks at the state, and claims nothing of viewers.
    let (log, outcome) = ban(&[(5, None)], held(20), forbidden());
    assert_eq!(verdict(&outcome), (Status::Applied, None, None, None, None, None));
    assert_eq!(log.ended.as_secs(), 25);
}

#[test]
fn viewers_decide_where_no_state_can_be_read() {
    let line = || json!({"vendor": "jd", "action": "forbid", "target": "live/c,d", "domain": "d.cn", "permanent": true});
    let rule = |_: &Purpose, _| responds(10, DONE);
    let finds: ScriptedFinds<'_> = &[(5, Some(On)), (3_000, Some(Off))];
    let (log, outcome) = act(line(), finds, played(), &[], rule);
    let applied = Status::Applied;
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(Off), Some(3_000), None));
    assert_eq!((log.left.len(), log.ended.as_secs()), (1, 3));
    let (log, outcome) = act(line(), finds, held(20), &[], rule);
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(Off), Some(3_000), Some(true)));
    assert_eq!((log.left.len(), log.ended.as_secs()), (1, 23));
    // A state that cannot be read contradicts nothing.
    let unreadable = verifying(|_, _| responds(10, r#"{"status":12}"#));
    let (_, outcome) = ban(finds, played(), unreadable);
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(Off), Some(3_000), None));
}

#[test]
fn stream_that_viewers_get_again_came_back() {
    let finds: ScriptedFinds<'_> = &[(5, Some(On)), (2_000, Some(Off)), (9_000, Some(On))];
    let (log, outcome) = ban(finds, held(60), forbidden());
    let came_back = Some(FaultKind::CameBack);
    assert_eq!(
        verdict(&outcome),
        (Status::Unknown, came_back, Some(false), Some(On), Some(2_000), Some(false))
    );
    assert_eq!(log.ended.as_secs(), 9);
    let message = &outcome.fault.as_ref().unwrap().message;
    assert_eq!(message, "JD took the stream off air, but it came back: viewers get the stream");
    let hint = outcome.fault.as_ref().unwrap().hint.as_ref().unwrap();
    assert!(hint.starts_with("the ban may still hold"), "{hint}");

    let drop = json!({"vendor": "tencent", "action": "drop", "target": "8888_a"});
    let idle = verifying(|_, _| responds(10, r#"{"ret":0,"output":[{"status":0}]}"#));
    let (_, outcome) = act(drop, finds, held(60), &[], idle);
    let applied = Status::Applied;
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(On), Some(2_000), Some(false)));
    // Held to the end, by both.
    let (log, outcome) = ban(&[(5, Some(On)), (2_000, Some(Off))], held(30), forbidden());
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(Off), Some(2_000), Some(true)));
    assert_eq!(log.ended, Duration::from_millis(32_010));
}

#[test]
fn drop_is_verified_by_its_state() {
    let drop = || json!({"vendor": "tencent", "action": "drop", "target": "8888_a"});
    let live_since = |look: usize| {
        verifying(move |_, before| {
            responds(10, json!({"ret": 0, "output": [{"status": u8::from(before >= look)}]}))
        })
    };
    let applied = Status::Applied;
    // Its encoder is back before a playlist in a cache has ended.
    let (log, outcome) = act(drop(), &[(5, Some(On))], held(60), &[], live_since(4));
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(On), None, Some(false)));
    assert!(log.ended.as_secs() < 3, "{:?}", log.ended);
    let (_, outcome) = act(drop(), &[(5, Some(On))], played(), &[], live_since(4));
    assert_eq!(verdict(&outcome), (applied, None, Some(true), Some(On), None, None));
}

#[test]
fn signal_ends_the_looks_at_viewers() {
    for (finds, verified, viewer) in [
        (&[(5, Some(On))][..], None, Some(On)),
        (&[(5, None)], None, None),
        (&[(5, Some(On)), (500, Some(Off))], Some(true), Some(Off)),
    ] {
        let (log, outcome) = act(forbid("live/a"), finds, held(60), &[2_000], forbidden());
        let off_after = viewer.filter(|viewer| *viewer == Off).map(|_| 500);
        assert_eq!(verdict(&outcome), (Status::Applied, None, verified, viewer, off_after, None));
        assert_eq!(log.ended, Duration::from_secs(2));
        let note = "interrupted; no request is in flight; 1 target was not looked at to the end";
        assert_eq!(log.notes, [note]);
    }
}

#[test]
fn one_probe_looks_across_retries() {
    let probes = ScriptedProbes::new([&[(5, Some(On)), (4_000, Some(Off))][..]]);
    let log =
        run_viewed([forbid("live/a")], played(), &[], &probes, |purpose, before| match purpose {
            Act(_) if before == 0 => {
                let retry_after = Some("3".into());
                TimedResponse(10, Ok(Response { retry_after, ..Response::new(503, "") }))
            }
            Act(_) => responds(10, DONE),
            Verification(target) => responds(10, state(target, true)),
            Purpose::Page(..) => panic!("{purpose:?}"),
        });
    let acts = log.of(|purpose| matches!(purpose, Act(_)));
    assert_eq!((acts.len(), probes.opened.borrow().len()), (2, 1));
    let off_after = log.outcomes[0].off_after.unwrap();
    // From when the request that succeeded left.
    assert_eq!(off_after, Duration::from_secs(4).saturating_sub(acts[1].at));
    assert_eq!(log.outcomes[0].answer.verified, Some(true));
}

#[test]
fn probes_delay_no_request() {
    let finds: ScriptedFinds<'_> = &[(5, Some(On)), (2_000, Some(Off))];
    let lines = || (0..30).map(|number| forbid(&format!("live/{number}")));
    let limits = Limits { rate: Some(20), concurrency: 1, ..played() };
    let acts = |probes: &dyn Viewers| {
        let log = run_viewed(lines(), limits, &[], probes, forbidden());
        let acts = log.of(|purpose| matches!(purpose, Act(_)));
        acts.iter().map(|act| act.at).collect::<Vec<_>>()
    };
    let probes = ScriptedProbes::new(vec![finds; 30]);
    let at = acts(&probes);
    assert_eq!(at, acts(&NoViewers));
    // Each probe begins with the request of its target.
    let opened = probes.opened.borrow();
    let start = opened[0].1;
    let opened: Vec<_> = opened.iter().map(|(_, at)| *at - start).collect();
    assert_eq!(opened, at);
}

#[test]
fn refused_target_reports_what_viewers_get() {
    let (log, outcome) =
        ban(&[(5, Some(On))], played(), |_: &Purpose, _| responds(50, r#"{"status":12}"#));
    let refused = Some(FaultKind::Refused);
    assert_eq!(verdict(&outcome), (Status::NotApplied, refused, None, Some(On), None, None));
    assert_eq!(log.ended.as_millis(), 50);
}
