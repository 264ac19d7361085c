//! Undoes runs of random histories at a simulated vendor: the state before a run comes back, or the reason is given.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// What became of a request, as the simulated vendor and the records have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestResult {
    Applied,
    /// Left in doubt, with or without a result; the vendor did it or did not.
    Doubt {
        is_done: bool,
        is_recorded: bool,
    },
    Refused,
}

/// One operation of a history: after a pause, by this run or, as `None`, without a record.
#[derive(Clone, Copy, Debug)]
struct HistoryEvent {
    pause: i64,
    run: Option<usize>,
    effect: ChangeEffect,
    fate: RequestResult,
}

/// A vendor with one target, and the records of all runs on it.
#[derive(Clone, Debug)]
struct SimulatedVendor {
    second: i64,
    state: TargetState,
    records: Vec<(usize, RecordedChange)>,
}

impl SimulatedVendor {
    fn happen(&mut self, run: Option<usize>, effect: ChangeEffect, fate: RequestResult) {
        let (started, ended) = (at(self.second), at(self.second + 1));
        let (is_done, ended, is_certain) = match fate {
            RequestResult::Applied => (true, Some(ended), true),
            RequestResult::Doubt { is_done, is_recorded } => {
                (is_done, Some(ended).filter(|_| is_recorded), false)
            }
            RequestResult::Refused => (false, None, false),
        };
        if let (Some(run), true) = (run, fate != RequestResult::Refused) {
            self.records.push((run, RecordedChange { started, ended, effect, is_certain }));
        }
        if let (ChangeEffect::Sets(state), true) = (effect, is_done) {
            self.state = state;
        }
        self.second += 2;
    }

    fn now(&self) -> Timestamp {
        at(self.second)
    }

    fn tells(&self) -> ObservedState {
        match self.state.at(self.now()) {
            TargetState::Setting(value) => ObservedState::Setting(value),
            state => ObservedState::Stream {
                fits_banned: state != ALLOWED,
                fits_allowed: state == ALLOWED,
            },
        }
    }

    /// The records as they are seen from a run, with its undos.
    fn seen_from(&self, run: usize, undos: &[usize]) -> Vec<Recorded> {
        let author = |by: usize| match by {
            by if by == run => RUN,
            by if undos.contains(&by) => UNDO,
            by => Author::Other(by),
        };
        self.records.iter().map(|(by, change)| (author(*by), *change)).collect()
    }

    fn undo_of(&self, run: usize, undos: &[usize], even_changed: bool) -> UndoStep {
        plan(&self.seen_from(run, undos), self.tells(), self.now(), even_changed)
    }
}

fn fate() -> impl Strategy<Value = RequestResult> {
    prop_oneof![
        6 => Just(RequestResult::Applied),
        2 => any::<(bool, bool)>()
            .prop_map(|(is_done, is_recorded)| RequestResult::Doubt { is_done, is_recorded }),
        1 => Just(RequestResult::Refused),
    ]
}

/// Bans are absolute here, counted from the beginning of the history: some have ended before its end.
fn stream_effect() -> impl Strategy<Value = ChangeEffect> {
    prop_oneof![
        4 => (1i64..4_000).prop_map(|end| sets_to(until(end))),
        1 => Just(sets_to(FOREVER)),
        4 => Just(sets_to(ALLOWED)),
        1 => Just(ChangeEffect::Momentary),
    ]
}

fn domain_effect() -> impl Strategy<Value = ChangeEffect> {
    (1u64..5).prop_map(|value| sets_to(TargetState::Setting(value)))
}

fn happenings(
    effect: impl Strategy<Value = ChangeEffect>,
) -> impl Strategy<Value = Vec<HistoryEvent>> {
    let one = (0i64..600, 0usize..3, effect, fate()).prop_map(|(pause, run, effect, fate)| {
        HistoryEvent { pause, run: Some(run), effect, fate }
    });
    prop::collection::vec(one, 1..9)
}

/// A history at a stream or at a domain, and the state with which it begins.
fn history() -> impl Strategy<Value = (TargetState, Vec<HistoryEvent>)> {
    prop_oneof![
        3 => happenings(stream_effect()).prop_map(|steps| (ALLOWED, steps)),
        1 => happenings(domain_effect()).prop_map(|steps| (TargetState::Setting(9), steps)),
    ]
}

/// What somebody does at the vendor's console after the history, which no record has.
fn console() -> impl Strategy<Value = Option<ChangeEffect>> {
    prop::option::weighted(0.3, stream_effect())
}

/// Plays the history; returns the vendor, and its state before the run first set one.
fn play(
    (initial, steps): &(TargetState, Vec<HistoryEvent>),
    run: usize,
) -> (SimulatedVendor, TargetState) {
    let mut vendor = SimulatedVendor { second: 0, state: *initial, records: Vec::new() };
    let mut before = None;
    for step in steps {
        vendor.second += step.pause;
        let is_setting = matches!(step.effect, ChangeEffect::Sets(_));
        if step.run == Some(run) && is_setting && step.fate != RequestResult::Refused {
            before.get_or_insert(vendor.state.at(vendor.now()));
        }
        vendor.happen(step.run, step.effect, step.fate);
    }
    let state = vendor.state;
    (vendor, before.unwrap_or(state))
}

/// The runs of a history that have something to undo.
fn runs(vendor: &SimulatedVendor) -> Vec<usize> {
    let mut runs: Vec<_> = vendor.records.iter().map(|(run, _)| *run).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

fn chosen_run(history: &(TargetState, Vec<HistoryEvent>), index: Index) -> Option<usize> {
    let runs = runs(&play(history, usize::MAX).0);
    (!runs.is_empty()).then(|| *index.get(&runs))
}

/// Whether a record shows that another run touched the target after the run set a state.
fn is_touched(vendor: &SimulatedVendor, run: usize) -> bool {
    let is_set = |(by, change): &(usize, RecordedChange)| *by == run && sets(change).is_some();
    let last = vendor.records.iter().rposition(is_set).unwrap_or(usize::MAX);
    vendor.records.iter().skip(last).any(|(by, _)| *by != run)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// After an undo the vendor is as before the run, or the row gives the reason.
    #[test]
    fn undo_restores_or_gives_the_reason(
        history in history(),
        index: Index,
        pause in 0i64..2_000,
        even_changed: bool,
    ) {
        let Some(run) = chosen_run(&history, index) else { return Ok(()) };
        let (mut vendor, before) = play(&history, run);
        vendor.second += pause;
        let touched = is_touched(&vendor, run);
        let seen = vendor.seen_from(run, &[]);
        let own = || by(&seen, RUN);
        let mut setting = own().filter(|change| sets(change).is_some());
        let first = setting.next().map_or(Timestamp::MAX_UTC, |change| change.started);
        let earlier = || seen.iter().filter(|(_, change)| change.started < first).map(|(_, c)| c);
        match vendor.undo_of(run, &[], even_changed) {
            UndoStep::Restore(state) => {
                prop_assert!(even_changed || !touched);
                vendor.state = state;
                prop_assert_eq!(vendor.state.at(vendor.now()), before.at(vendor.now()));
            }
            UndoStep::DoneBefore(AlreadyUndone::Ended | AlreadyUndone::SameAsBefore) => {
                prop_assert_eq!(vendor.state.at(vendor.now()), before.at(vendor.now()));
            }
            UndoStep::Changed(ChangedBy::Record(..)) => prop_assert!(touched && !even_changed),
            UndoStep::NoInverse(WithoutInverse::Momentary) => {
                prop_assert!(own().all(|change| change.effect == ChangeEffect::Momentary));
            }
            UndoStep::NoInverse(WithoutInverse::Untold) => {
                prop_assert!(earlier().all(|change| sets(change).is_none()));
            }
            UndoStep::NoInverse(WithoutInverse::InDoubt(_)) => {
                prop_assert!(earlier().any(|change| !change.is_certain));
            }
            step @ (UndoStep::DoneBefore(AlreadyUndone::PutBack(_))
            | UndoStep::NoInverse(WithoutInverse::Unsupported)
            | UndoStep::Changed(ChangedBy::Vendor)) => prop_assert!(false, "{:?}", step),
        }
    }

    /// What somebody did at the vendor's console is not undone, where the vendor reports it.
    #[test]
    fn change_at_the_console_is_left_alone(
        history in happenings(stream_effect()).prop_map(|steps| (ALLOWED, steps)),
        index: Index,
        effect in console(),
        pause in 0i64..2_000,
    ) {
        let (Some(run), Some(effect)) = (chosen_run(&history, index), effect) else { return Ok(()) };
        let (mut vendor, _) = play(&history, run);
        let left = vendor.clone();
        vendor.happen(None, effect, RequestResult::Applied);
        vendor.second += pause;
        let seen = vendor.seen_from(run, &[]);
        let setting = by(&seen, RUN).filter(|change| sets(change).is_some());
        let last_is_certain = setting.last().is_some_and(|change| change.is_certain);
        let would_be = SimulatedVendor { second: vendor.second, ..left };
        if last_is_certain && vendor.tells() != would_be.tells() {
            let step = vendor.undo_of(run, &[], false);
            prop_assert!(!matches!(step, UndoStep::Restore(_)), "{:?}", step);
        }
    }

    /// Cut short at any moment and begun again, an undo ends in the same state, and then has nothing left to do.
    #[test]
    fn undo_is_resumed_after_it_was_killed(
        history in history(),
        index: Index,
        fates in prop::collection::vec(fate(), 0..4),
        pauses in prop::collection::vec(0i64..50, 6),
    ) {
        let Some(run) = chosen_run(&history, index) else { return Ok(()) };
        let (mut vendor, before) = play(&history, run);
        if !matches!(vendor.undo_of(run, &[], false), UndoStep::Restore(_)) {
            return Ok(());
        }
        let undos = 100..106;
        let all: Vec<_> = undos.clone().collect();
        let fates = fates.into_iter().chain([RequestResult::Applied; 6]);
        for ((undo, fate), pause) in undos.zip(fates).zip(pauses) {
            vendor.second += pause;
            match vendor.undo_of(run, &all, false) {
                UndoStep::Restore(state) => vendor.happen(Some(undo), sets_to(state), fate),
                UndoStep::DoneBefore(_) => break,
                step => prop_assert!(false, "{:?}", step),
            }
        }
        prop_assert!(matches!(vendor.undo_of(run, &all, false), UndoStep::DoneBefore(_)));
        prop_assert_eq!(vendor.state.at(vendor.now()), before.at(vendor.now()));
    }

    /// An undo of an undo is the identity.
    #[test]
    fn undo_of_an_undo_is_the_identity(history in history(), index: Index, pause in 0i64..2_000) {
        let Some(run) = chosen_run(&history, index) else { return Ok(()) };
        let (mut vendor, _) = play(&history, run);
        let UndoStep::Restore(state) = vendor.undo_of(run, &[], false) else { return Ok(()) };
        let before = vendor.state;
        vendor.happen(Some(100), sets_to(state), RequestResult::Applied);
        vendor.second += pause;
        match vendor.undo_of(100, &[], false) {
            UndoStep::Restore(state) => vendor.state = state,
            UndoStep::DoneBefore(_) => {}
            UndoStep::NoInverse(WithoutInverse::InDoubt(Author::Other(by))) => {
                let is_doubtful = |(author, change): &(usize, RecordedChange)| {
                    *author == by && !change.is_certain
                };
                prop_assert!(vendor.records.iter().any(is_doubtful));
                return Ok(());
            }
            UndoStep::NoInverse(WithoutInverse::Untold) => {
                prop_assert_eq!(vendor.records.len(), 2);
                return Ok(());
            }
            step => prop_assert!(false, "{:?}", step),
        }
        prop_assert_eq!(vendor.state.at(vendor.now()), before.at(vendor.now()));
    }
}
