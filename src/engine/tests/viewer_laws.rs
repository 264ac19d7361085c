//! Laws of holds and of what viewers get.

use super::rule_transport::*;
use super::viewers::*;
use super::*;
use crate::outcome::viewer::ViewerState::{Off, On};

/// A ban or a drop whose state and viewers change as they like.
#[derive(Clone, Debug)]
struct HeldRun {
    is_drop: bool,
    hold: Option<u64>,
    /// The answers to looks, one after another and again.
    states: Vec<LookedState>,
    /// What viewers get, and after which time since the find before; `None` without a probe.
    finds: Option<Vec<ScriptedFind>>,
    signal: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LookedState {
    Off,
    Live,
    Fault,
    Refused,
}

fn held_runs() -> impl Strategy<Value = HeldRun> {
    use LookedState::{Fault, Live, Off as Idle, Refused};
    let state = prop::sample::select(vec![Idle, Idle, Idle, Idle, Live, Fault, Refused]);
    let viewer = prop::sample::select(vec![Some(On), Some(On), Some(Off), Some(Off), None]);
    let finds = prop::collection::vec((1..6_000u64, viewer), 0..6);
    (
        any::<bool>(),
        prop::option::of(1..20u64),
        prop::collection::vec(state, 1..8),
        prop::option::of(finds),
        prop::option::weighted(0.2, 0..20_000u64),
    )
        .prop_map(|(is_drop, hold, states, finds, signal)| HeldRun {
            is_drop,
            hold,
            states,
            finds: finds.map(|finds| {
                let mut at = 0;
                let later = |(gap, state)| {
                    at += gap;
                    (if at == PANIC { at + 1 } else { at }, state)
                };
                finds.into_iter().map(later).collect()
            }),
            signal,
        })
}

impl HeldRun {
    fn play(&self) -> (RunLog, Outcome) {
        let line = if self.is_drop {
            json!({"vendor": "tencent", "action": "drop", "target": "8888_a"})
        } else {
            json!({"vendor": "tencent", "action": "forbid", "target": "8888_a", "for": "30d"})
        };
        let limits = Limits { hold: self.hold.map(Duration::from_secs), ..limits() };
        let signals: Vec<_> = self.signal.into_iter().collect();
        let rule = verifying(|_, before| match self.states[before % self.states.len()] {
            LookedState::Fault => fails(10),
            LookedState::Refused => responds(10, r#"{"ret":7}"#),
            LookedState::Live => responds(10, r#"{"ret":0,"output":[{"status":1}]}"#),
            LookedState::Off => {
                let status = if self.is_drop { 0 } else { 3 };
                responds(10, json!({"ret": 0, "output": [{"status": status}]}))
            }
        });
        let probes = ScriptedProbes::new(self.finds.as_deref());
        let mut log = run_viewed([line], limits, &signals, &probes, rule);
        assert_eq!(probes.open.get(), 0, "a probe ends with its target");
        let outcome = log.outcomes.remove(0);
        (log, outcome)
    }
}

#[test]
fn laws_of_holds_and_viewers() {
    let config =
        ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(&held_runs(), |run| {
        let (log, outcome) = run.play();
        let (status, kind, verified, viewer, off_after, held) = verdict(&outcome);
        let has_probe = run.finds.is_some();
        let is_unknown = status == Status::Unknown;
        prop_assert!(is_unknown || status == Status::Applied);
        prop_assert_eq!(is_unknown, verified == Some(false));
        prop_assert_eq!(is_unknown, kind.is_some());
        prop_assert!(
            !(is_unknown && run.is_drop && run.hold.is_some()),
            "a held drop stays applied"
        );
        prop_assert!(
            !is_unknown || run.signal.is_none_or(|at| log.ended < Duration::from_millis(at))
        );
        if has_probe && viewer.is_none() && !is_unknown {
            prop_assert_eq!(verified, None);
        }
        if verified == Some(true) && !run.is_drop {
            prop_assert!(!has_probe || viewer == Some(Off));
            prop_assert!(outcome.answer.state.as_deref() != Some("live"));
        }
        match held {
            Some(true) => {
                // A drop is verified by its state alone, which may be unreadable while viewers are seen off.
                let is_seen = verified == Some(true) || run.is_drop && has_probe;
                prop_assert!(is_seen && run.hold.is_some());
                prop_assert!(!has_probe || viewer == Some(Off));
                prop_assert!(log.ended >= Duration::from_secs(run.hold.unwrap()));
            }
            Some(false) => prop_assert!(
                run.hold.is_some() && (run.is_drop || kind == Some(FaultKind::CameBack))
            ),
            None => prop_assert!(kind != Some(FaultKind::CameBack)),
        }
        let was_off = run.finds.iter().flatten().any(|(_, state)| *state == Some(Off));
        prop_assert!(off_after.is_none() || was_off);
        // It ends, and asks no more often than twice a second.
        let longest = Duration::from_secs(91 + 2 * 20 + 91);
        prop_assert!(log.ended <= longest, "{:?}", log.ended);
        let looks = log.left.len() as u128 - 1;
        prop_assert!(looks <= 2 + log.ended.as_millis() / 500, "{looks} in {:?}", log.ended);
        if let Some(signal) = run.signal {
            prop_assert!(log.left.iter().all(|left| left.at <= Duration::from_millis(signal)));
        }
        Ok(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}
