//! What the records hold to be banned now.
//!
//! They know only of what was done with livectl.

use std::rc::Rc;

use crate::log::change::{BanEnd, ChangeEffect, RecordedChange, TargetState};
use crate::log::ledger::{RecordedHistory, TargetKey};
use crate::time::Timestamp;

/// A target that is banned, as far as the records show.
#[derive(Clone, Debug)]
pub struct BannedTarget {
    /// The target.
    pub key: TargetKey,
    /// When the ban ends.
    pub end: BanEnd,
    /// When it began.
    pub since: Timestamp,
    /// The run's index among the runs.
    pub run: usize,
    /// The profile of that run.
    pub profile: Option<Rc<str>>,
    /// Why.
    pub reason: Option<Rc<str>>,
    /// The ban was applied, and nothing later may have lifted it.
    pub is_sure: bool,
}

/// The targets that are banned at this moment: the soonest end first, permanent ones last.
#[must_use]
pub fn banned(history: &RecordedHistory, now: Timestamp) -> Vec<BannedTarget> {
    let mut banned: Vec<_> = history
        .targets
        .iter()
        .filter_map(|((_, key), changes)| {
            let (ban, is_sure) = ban_at(changes, |change| &change.change, now)?;
            let ChangeEffect::Sets(TargetState::Banned(end)) = ban.change.effect else {
                return None;
            };
            Some(BannedTarget {
                key: key.clone(),
                end,
                since: ban.change.last_seen(),
                run: ban.run,
                profile: ban.profile.clone(),
                reason: ban.reason.clone(),
                is_sure,
            })
        })
        .collect();
    banned.sort_by(|one, other| {
        (one.end, one.key.parts(), &one.profile).cmp(&(
            other.end,
            other.key.parts(),
            &other.profile,
        ))
    });
    banned
}

/// The ban that may hold at this moment, the latest where it may be one of several, and whether it surely does.
///
/// `changes` are those of one target, in the order in which they started.
// A ban that may have happened is listed, and one that may have been lifted stays listed, both as not sure: the list must miss
// no stream that is off air.
fn ban_at<T>(
    changes: &[T],
    change: impl Fn(&T) -> &RecordedChange,
    now: Timestamp,
) -> Option<(&T, bool)> {
    let state = |item: &T| match change(item).effect {
        ChangeEffect::Sets(state) => Some(state.at(now)),
        ChangeEffect::Momentary => None,
    };
    let certain = changes.iter().rposition(|c| change(c).is_certain && state(c).is_some());
    let possible = || changes[certain.unwrap_or(0)..].iter().filter(|c| state(c).is_some());
    let ban = possible().rev().find(|c| matches!(state(c), Some(TargetState::Banned(_))))?;
    // A ban in doubt is sure where the one before it is the same.
    let is_sure = certain.is_some() && possible().all(|item| state(item) == state(ban));
    Some((ban, is_sure))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn sets(second: i64, state: TargetState, is_certain: bool) -> RecordedChange {
        let effect = ChangeEffect::Sets(state);
        RecordedChange { started: at(second), ended: Some(at(second)), effect, is_certain }
    }

    fn until(second: i64) -> TargetState {
        TargetState::Banned(BanEnd::At(at(second)))
    }

    const FOREVER: TargetState = TargetState::Banned(BanEnd::Never);
    const ALLOWED: TargetState = TargetState::Allowed;

    /// The state of the listed ban at second 100, and whether it is sure.
    fn listed(changes: &[RecordedChange]) -> Option<(TargetState, bool)> {
        let (ban, is_sure) = ban_at(changes, |change| change, at(100))?;
        let ChangeEffect::Sets(state) = ban.effect else { unreachable!() };
        Some((state, is_sure))
    }

    #[test]
    fn last_certain_change_counts() {
        for (changes, expected) in [
            (vec![], None),
            (vec![sets(1, FOREVER, true)], Some((FOREVER, true))),
            (vec![sets(1, until(200), true)], Some((until(200), true))),
            (vec![sets(1, until(100), true)], None),
            (vec![sets(1, FOREVER, true), sets(2, ALLOWED, true)], None),
            (vec![sets(1, FOREVER, true), sets(2, until(50), true)], None),
            (vec![sets(1, ALLOWED, true), sets(2, until(200), true)], Some((until(200), true))),
        ] {
            assert_eq!(listed(&changes), expected, "{changes:?}");
        }
    }

    #[test]
    fn doubt_keeps_a_ban_in_the_list() {
        for (changes, expected) in [
            (vec![sets(1, FOREVER, false)], Some((FOREVER, false))),
            (vec![sets(1, FOREVER, true), sets(2, ALLOWED, false)], Some((FOREVER, false))),
            (vec![sets(1, ALLOWED, true), sets(2, until(200), false)], Some((until(200), false))),
            (
                vec![sets(1, until(200), true), sets(2, until(300), false)],
                Some((until(300), false)),
            ),
            (vec![sets(1, FOREVER, true), sets(2, until(50), false)], Some((FOREVER, false))),
            (vec![sets(1, FOREVER, true), sets(2, FOREVER, false)], Some((FOREVER, true))),
            (vec![sets(1, FOREVER, false), sets(2, ALLOWED, true)], None),
            (vec![sets(1, ALLOWED, false)], None),
            (vec![sets(1, until(50), false)], None),
        ] {
            assert_eq!(listed(&changes), expected, "{changes:?}");
        }
    }

    #[test]
    fn cut_lifts_no_ban() {
        let cut = RecordedChange { effect: ChangeEffect::Momentary, ..sets(2, ALLOWED, true) };
        assert_eq!(listed(&[sets(1, FOREVER, true), cut]), Some((FOREVER, true)));
    }

    fn change() -> impl Strategy<Value = (TargetState, bool, bool)> {
        let state = prop_oneof![Just(ALLOWED), Just(FOREVER), (20i64..180).prop_map(until)];
        (state, any::<bool>(), any::<bool>())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A stream that is banned is always listed, and what is listed as sure is banned.
        #[test]
        fn list_misses_no_ban(history in prop::collection::vec(change(), 0..7)) {
            let mut truth = ALLOWED;
            let mut changes = Vec::new();
            for ((state, is_certain, is_done), second) in history.into_iter().zip(1..) {
                changes.push(sets(second, state, is_certain));
                if is_certain || is_done {
                    truth = state;
                }
            }
            let truth = truth.at(at(100));
            match listed(&changes) {
                None => prop_assert_eq!(truth, ALLOWED),
                Some((state, true)) => prop_assert_eq!(state, truth),
                Some((_, false)) => {}
            }
        }
    }
}
