mod histories;

use super::*;
use crate::log::change::BanEnd;

type Recorded = (Author, RecordedChange);

const RUN: Author = Author::ThisRun;
const UNDO: Author = Author::ItsUndo;
const OTHER: Author = Author::Other(0);

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

const fn sets_to(state: TargetState) -> ChangeEffect {
    ChangeEffect::Sets(state)
}

const ALLOWED: TargetState = TargetState::Allowed;
const FOREVER: TargetState = TargetState::Banned(BanEnd::Never);

fn until(second: i64) -> TargetState {
    TargetState::Banned(BanEnd::At(at(second)))
}

/// A change that was applied, begun at this second and recorded in the next.
fn applied(author: Author, second: i64, state: TargetState) -> Recorded {
    let (started, ended) = (at(second), Some(at(second + 1)));
    (author, RecordedChange { started, ended, effect: sets_to(state), is_certain: true })
}

fn in_doubt((author, change): Recorded) -> Recorded {
    (author, RecordedChange { is_certain: false, ..change })
}

fn killed((author, change): Recorded) -> Recorded {
    (author, RecordedChange { is_certain: false, ended: None, ..change })
}

fn cut(author: Author, second: i64) -> Recorded {
    let (_, change) = applied(author, second, ALLOWED);
    (author, RecordedChange { effect: ChangeEffect::Momentary, ..change })
}

const NOW: i64 = 1_000;

fn planned(changes: &[Recorded]) -> UndoStep {
    plan(changes, ObservedState::Untold, at(NOW), false)
}

fn restored(state: TargetState) -> UndoStep {
    UndoStep::Restore(state)
}

#[test]
fn undo_lifts_or_restores_a_ban() {
    for (earlier, wanted) in [
        (vec![], ALLOWED),
        (vec![applied(OTHER, 10, FOREVER)], FOREVER),
        (vec![applied(OTHER, 10, until(5_000))], until(5_000)),
        // Ended before the run, and since.
        (vec![applied(OTHER, 10, until(50))], ALLOWED),
        (vec![applied(OTHER, 10, until(500))], ALLOWED),
        (vec![applied(OTHER, 10, FOREVER), applied(OTHER, 20, ALLOWED)], ALLOWED),
        (vec![applied(OTHER, 10, ALLOWED), applied(OTHER, 20, until(5_000))], until(5_000)),
        (vec![applied(OTHER, 10, FOREVER), cut(OTHER, 20)], FOREVER),
        (vec![in_doubt(applied(OTHER, 10, FOREVER)), applied(OTHER, 20, ALLOWED)], ALLOWED),
        (vec![in_doubt(applied(OTHER, 10, until(500)))], ALLOWED),
        (vec![in_doubt(applied(OTHER, 10, ALLOWED))], ALLOWED),
    ] {
        let changes = [earlier, vec![applied(RUN, 100, until(9_000))]].concat();
        assert_eq!(planned(&changes), restored(wanted), "{changes:?}");
    }
}

#[test]
fn lifted_ban_is_put_back_with_its_end() {
    use WithoutInverse as W;
    for (earlier, step) in [
        (vec![], UndoStep::NoInverse(W::Untold)),
        (vec![applied(OTHER, 10, FOREVER)], restored(FOREVER)),
        (vec![applied(OTHER, 10, until(5_000))], restored(until(5_000))),
        (vec![applied(OTHER, 10, until(500))], restored(ALLOWED)),
        (vec![applied(OTHER, 10, until(50))], UndoStep::DoneBefore(AlreadyUndone::SameAsBefore)),
        (vec![applied(OTHER, 10, ALLOWED)], UndoStep::DoneBefore(AlreadyUndone::SameAsBefore)),
        (vec![in_doubt(applied(OTHER, 10, FOREVER))], UndoStep::NoInverse(W::InDoubt(OTHER))),
    ] {
        let changes = [earlier, vec![applied(RUN, 100, ALLOWED)]].concat();
        assert_eq!(planned(&changes), step, "{changes:?}");
    }
}

#[test]
fn setting_is_restored_only_from_a_record() {
    let value = TargetState::Setting;
    let run = applied(RUN, 100, value(60));
    assert_eq!(planned(&[run]), UndoStep::NoInverse(WithoutInverse::Untold));
    assert_eq!(planned(&[applied(OTHER, 10, value(30)), run]), restored(value(30)));
    let observed = |told| {
        let changes = [applied(OTHER, 10, value(30)), run];
        plan(&changes, ObservedState::Setting(told), at(NOW), false)
    };
    assert_eq!(observed(60), restored(value(30)));
    assert_eq!(observed(45), UndoStep::Changed(ChangedBy::Vendor));
}

#[test]
fn cut_has_no_inverse() {
    let no_inverse = UndoStep::NoInverse(WithoutInverse::Momentary);
    assert_eq!(planned(&[cut(RUN, 100)]), no_inverse);
    assert_eq!(planned(&[cut(RUN, 100), applied(RUN, 110, FOREVER)]), restored(ALLOWED));
}

#[test]
fn ban_that_ended_by_itself_needs_nothing() {
    let ended = UndoStep::DoneBefore(AlreadyUndone::Ended);
    let run = applied(RUN, 100, until(500));
    assert_eq!(planned(&[run]), ended);
    assert_eq!(planned(&[killed(run)]), ended);
    assert_eq!(planned(&[applied(OTHER, 10, until(400)), run]), ended);
    // The earlier ban, which the run replaced by a shorter one, would still hold.
    assert_eq!(planned(&[applied(OTHER, 10, FOREVER), run]), restored(FOREVER));
}

#[test]
fn state_before_the_first_change_counts() {
    let earlier = applied(OTHER, 10, until(5_000));
    let own = [applied(RUN, 100, FOREVER), applied(RUN, 110, ALLOWED), applied(RUN, 120, FOREVER)];
    assert_eq!(planned(&[&[earlier], &own[..]].concat()), restored(until(5_000)));
    assert_eq!(planned(&own), restored(ALLOWED));
}

#[test]
fn earlier_doubt_leaves_no_inverse() {
    for doubt in [in_doubt(applied(OTHER, 10, FOREVER)), killed(applied(OTHER, 10, until(5_000)))] {
        let changes = [doubt, applied(RUN, 100, until(9_000))];
        assert_eq!(
            planned(&changes),
            UndoStep::NoInverse(WithoutInverse::InDoubt(OTHER)),
            "{changes:?}"
        );
    }
}

#[test]
fn target_changed_since_is_left_alone() {
    let run = applied(RUN, 100, FOREVER);
    let overlapping = RecordedChange { started: at(99), ended: Some(at(101)), ..run.1 };
    for later in [
        applied(OTHER, 200, ALLOWED),
        in_doubt(applied(OTHER, 200, ALLOWED)),
        killed(applied(OTHER, 200, ALLOWED)),
        cut(OTHER, 200),
        (OTHER, overlapping),
    ] {
        let mut changes = [run, later];
        changes.sort_by_key(|(_, change)| change.started);
        let by = ChangedBy::Record(OTHER, later.1.last_seen());
        assert_eq!(planned(&changes), UndoStep::Changed(by), "{changes:?}");
    }
    let changes = [run, applied(OTHER, 200, FOREVER)];
    assert_eq!(plan(&changes, ObservedState::Untold, at(NOW), true), restored(ALLOWED));
}

#[test]
fn vendor_with_another_state_was_changed() {
    let told =
        |banned, allowed| ObservedState::Stream { fits_banned: banned, fits_allowed: allowed };
    let changed = UndoStep::Changed(ChangedBy::Vendor);
    let (ban, permit) = (applied(RUN, 100, FOREVER), applied(RUN, 100, ALLOWED));
    let earlier = applied(OTHER, 10, until(5_000));
    for (changes, observed, step) in [
        (vec![ban], told(true, false), restored(ALLOWED)),
        (vec![ban], told(true, true), restored(ALLOWED)),
        (vec![ban], told(false, true), changed),
        (vec![in_doubt(ban)], told(false, true), restored(ALLOWED)),
        (vec![earlier, in_doubt(ban)], told(false, true), changed),
        (vec![earlier, permit], told(false, true), restored(until(5_000))),
        (vec![earlier, permit], told(true, false), changed),
        (vec![earlier, in_doubt(permit)], told(true, false), restored(until(5_000))),
    ] {
        assert_eq!(plan(&changes, observed, at(NOW), false), step, "{changes:?} {observed:?}");
        let forced = plan(&changes, observed, at(NOW), true);
        assert!(matches!(forced, UndoStep::Restore(_)), "{changes:?} {observed:?}");
    }
}

#[test]
fn earlier_undo_is_no_change() {
    let run = applied(RUN, 100, FOREVER);
    let put_back = |second| UndoStep::DoneBefore(AlreadyUndone::PutBack(at(second)));
    let undone = applied(UNDO, 200, ALLOWED);
    assert_eq!(planned(&[run, undone]), put_back(201));
    for doubt in [in_doubt(undone), killed(undone)] {
        assert_eq!(planned(&[run, doubt]), restored(ALLOWED));
        assert_eq!(planned(&[run, doubt, applied(UNDO, 300, ALLOWED)]), put_back(301));
    }
    let changed = UndoStep::Changed(ChangedBy::Record(OTHER, at(301)));
    assert_eq!(planned(&[run, undone, applied(OTHER, 300, FOREVER)]), changed);
    assert_eq!(planned(&[run, applied(OTHER, 150, FOREVER), undone]), put_back(201));
}

#[test]
fn put_back_ban_may_end_a_little_later() {
    let earlier = applied(OTHER, 10, until(5_000));
    let run = applied(RUN, 100, FOREVER);
    let undone = |end| planned(&[earlier, run, applied(UNDO, 200, until(end))]);
    assert_eq!(undone(5_061), UndoStep::DoneBefore(AlreadyUndone::PutBack(at(201))));
    assert_eq!(undone(5_100), restored(until(5_000)));
}
