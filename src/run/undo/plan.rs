//! The decision for one target: restore a state, or why nothing is done.
//!
//! Who ran the records and how an operation is sent is not known here.

use crate::log::change::{ChangeEffect, RecordedChange, TargetState};
use crate::time::Timestamp;

/// Who made a change, as seen from the run that is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The run itself.
    ThisRun,
    /// An earlier, perhaps unfinished undo of the run.
    ItsUndo,
    /// Another run; its number in the caller's list.
    Other(usize),
}

/// The state that the vendor reports now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObservedState {
    /// It was not asked, or its API does not report it.
    Untold,
    /// A ban fits what it reports; so does no ban.
    // An API may leave both open, for a stream that does not push.
    Stream {
        /// The stream may be banned.
        fits_banned: bool,
        /// The stream may be on air.
        fits_allowed: bool,
    },
    /// The value of a domain's setting.
    Setting(u64),
}

impl ObservedState {
    fn fits(self, state: TargetState) -> bool {
        match (self, state) {
            (Self::Untold, _) => true,
            (Self::Stream { fits_banned, .. }, TargetState::Banned(_)) => fits_banned,
            (Self::Stream { fits_allowed, .. }, TargetState::Allowed) => fits_allowed,
            (Self::Setting(told), TargetState::Setting(value)) => told == value,
            (Self::Stream { .. }, TargetState::Setting(_))
            | (Self::Setting(_), TargetState::Allowed | TargetState::Banned(_)) => false,
        }
    }
}

/// What is done with one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UndoStep {
    /// Set this state.
    Restore(TargetState),
    /// Nothing: what held before holds.
    DoneBefore(AlreadyUndone),
    /// Nothing: no operation is known to restore what held before.
    NoInverse(WithoutInverse),
    /// Nothing: somebody changed the target since.
    Changed(ChangedBy),
}

/// Why a target needs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AlreadyUndone {
    /// The ban of the run has ended by itself.
    Ended,
    /// An earlier undo of the run put it back.
    PutBack(Timestamp),
    /// The run set what held before.
    SameAsBefore,
}

/// Why no operation restores what held before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WithoutInverse {
    /// The run cut or closed, which leaves nothing to restore.
    Momentary,
    /// No record has the state before.
    Untold,
    /// The vendor has no operation that sets what held before.
    Unsupported,
    /// An earlier operation was left in doubt, so that more than one state may have held before.
    InDoubt(Author),
}

/// Who changed a target since the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangedBy {
    /// A later record has it.
    Record(Author, Timestamp),
    /// The vendor reports another state than the run left.
    Vendor,
}

/// Decides what restores the state that held before the run's first change of a target.
///
/// `changes` are all recorded changes of the target, in the order in which they started. Without one of
/// [`Author::ThisRun`] there is nothing to undo.
#[must_use]
pub(super) fn plan(
    changes: &[(Author, RecordedChange)],
    observed: ObservedState,
    now: Timestamp,
    even_changed: bool,
) -> UndoStep {
    let own: Vec<_> =
        by(changes, Author::ThisRun).filter_map(|change| Some((change, sets(change)?))).collect();
    let (Some((first, first_set)), Some((last, last_set))) = (own.first(), own.last()) else {
        return UndoStep::NoInverse(WithoutInverse::Momentary);
    };
    let before = Possible::before(changes, first.started);
    let wanted = before.wanted(*first_set, now);
    let (others, undos) = later(changes, first.started, last.started);
    // Before all else: of an undo that was killed and is run again, what it put back is no later change.
    if let Some(put_back) = put_back(&others, &undos, wanted.ok(), now) {
        return UndoStep::DoneBefore(AlreadyUndone::PutBack(put_back));
    }
    // Whatever another run wanted of the target is newer than what this one wanted.
    if let Some((author, change)) = others.last().filter(|_| !even_changed) {
        return UndoStep::Changed(ChangedBy::Record(*author, change.last_seen()));
    }
    let wanted = match wanted {
        Ok(state) => state,
        Err(why) => return UndoStep::NoInverse(why),
    };
    if others.is_empty() {
        let since = changes.iter().map(|(_, change)| change);
        let left = before.clone().after(since.filter(|change| change.started >= first.started));
        // A ban that the run lifted and that would have ended since is lifted once more, to be sure.
        let is_lifted_again = *first_set == TargetState::Allowed && before.has_ended_by(now);
        if left.is_only(wanted, now) && !is_lifted_again {
            return UndoStep::DoneBefore(if last_set.at(now) == *last_set {
                AlreadyUndone::SameAsBefore
            } else {
                AlreadyUndone::Ended
            });
        }
        if !even_changed && !left.fits(observed, now) {
            return UndoStep::Changed(ChangedBy::Vendor);
        }
    }
    UndoStep::Restore(wanted)
}

fn by(
    changes: &[(Author, RecordedChange)],
    author: Author,
) -> impl Iterator<Item = &RecordedChange> {
    changes.iter().filter(move |(by, _)| *by == author).map(|(_, change)| change)
}

fn sets(change: &RecordedChange) -> Option<TargetState> {
    match change.effect {
        ChangeEffect::Sets(state) => Some(state),
        ChangeEffect::Momentary => None,
    }
}

/// The changes of others that may have come after the run's last one, and those of its undos.
// What overlaps the run's last change may have come after it: the order in which a vendor heard of both is not known.
fn later(
    changes: &[(Author, RecordedChange)],
    first: Timestamp,
    last: Timestamp,
) -> (Vec<(Author, &RecordedChange)>, Vec<&RecordedChange>) {
    let is_later =
        |change: &RecordedChange| change.last_seen() > first && change.last_seen() >= last;
    let others = changes
        .iter()
        .filter(|(author, change)| matches!(author, Author::Other(_)) && is_later(change))
        .map(|(author, change)| (*author, change))
        .collect();
    (others, by(changes, Author::ItsUndo).collect())
}

/// When an earlier undo put the wanted state back, unless somebody changed the target after that.
fn put_back(
    others: &[(Author, &RecordedChange)],
    undos: &[&RecordedChange],
    wanted: Option<TargetState>,
    now: Timestamp,
) -> Option<Timestamp> {
    let last = undos.last().filter(|undo| undo.is_certain)?;
    let is_last = others.iter().all(|(_, change)| change.last_seen() < last.started);
    let state = sets(last)?.at(now);
    (is_last && state.is_about(wanted?.at(now))).then(|| last.last_seen())
}

/// The states that a target may have been in; `None` is one that no record has.
// An operation whose answer is missing may have happened or not, so that every state that is possible is carried, and one is
// restored only where all agree.
#[derive(Clone, Debug)]
struct Possible {
    states: Vec<Option<TargetState>>,
    /// Who left the target in doubt last.
    doubt: Option<Author>,
}

impl Possible {
    /// What the records have of the moment at which the run first changed the target.
    fn before(changes: &[(Author, RecordedChange)], first: Timestamp) -> Self {
        let mut possible = Self { states: vec![None], doubt: None };
        for (author, change) in changes {
            let is_whole = change.last_seen() <= first;
            if *author == Author::ThisRun || change.started > first {
                continue;
            }
            let certain = change.is_certain && is_whole;
            let had = possible.states.len();
            possible.apply(&RecordedChange { is_certain: certain, ..*change });
            possible.doubt = match possible.states.len() {
                1 => None,
                now if now > had => Some(*author),
                _ => possible.doubt,
            };
        }
        // A ban that had ended when the run came was none any more.
        possible.states.iter_mut().flatten().for_each(|state| *state = state.at(first));
        possible
    }

    fn after<'c>(mut self, changes: impl Iterator<Item = &'c RecordedChange>) -> Self {
        changes.for_each(|change| self.apply(change));
        self
    }

    fn apply(&mut self, change: &RecordedChange) {
        let Some(state) = sets(change) else { return };
        if change.is_certain {
            self.states.clear();
        }
        if !self.states.contains(&Some(state)) {
            self.states.push(Some(state));
        }
    }

    /// The state to restore.
    // A stream that no record has was not banned, where the run banned it; where the run lifted a ban or changed a
    // setting, only a record has what that was.
    fn wanted(
        &self,
        first_set: TargetState,
        now: Timestamp,
    ) -> Result<TargetState, WithoutInverse> {
        let untold = match first_set {
            TargetState::Banned(_) => Some(TargetState::Allowed),
            TargetState::Allowed | TargetState::Setting(_) => None,
        };
        let mut states = self.states.iter().map(|state| state.or(untold));
        let first = states.next().flatten().ok_or(match self.doubt {
            Some(author) => WithoutInverse::InDoubt(author),
            None => WithoutInverse::Untold,
        })?;
        let is_same = |state: Option<TargetState>| state.map(|s| s.at(now)) == Some(first.at(now));
        if states.all(is_same) {
            return Ok(first.at(now));
        }
        Err(self.doubt.map_or(WithoutInverse::Untold, WithoutInverse::InDoubt))
    }

    /// Whether the target is surely in this state.
    // What no record has is no other state here: it is the wanted one.
    fn is_only(&self, wanted: TargetState, now: Timestamp) -> bool {
        self.states.iter().flatten().all(|state| state.at(now) == wanted)
    }

    /// Whether a ban among the states has ended by now.
    fn has_ended_by(&self, now: Timestamp) -> bool {
        self.states.iter().flatten().any(|state| state.at(now) != *state)
    }

    fn fits(&self, observed: ObservedState, now: Timestamp) -> bool {
        self.states.iter().any(|state| state.is_none_or(|state| observed.fits(state.at(now))))
    }
}

#[cfg(test)]
mod tests;
