//! [`IdHistory`]: the ids of lines that a journal records, each with its operation and whether that was applied.
//!
//! Sixteen bytes an id, since a journal may have millions of them.

use std::collections::BTreeMap;

use crate::api::signing::md5;

/// The part of an entry that is the digest of the id.
const ID: u128 = !OPERATION & !APPLIED;

/// The part that is the digest of the operation.
const OPERATION: u128 = ((1 << 48) - 1) & !APPLIED;

/// The bit of an operation that was applied.
const APPLIED: u128 = 1;

/// How many entries are kept apart before they join the others.
const RECENT: usize = 4096;

/// The ids of a journal.
#[derive(Default)]
pub struct IdHistory {
    /// Most of the entries, in order.
    sorted: Vec<u128>,
    /// The entries since, by their ids.
    recent: BTreeMap<u128, u128>,
}

/// The digest of an id, at a profile.
#[derive(Clone, Copy)]
pub struct IdKey(u128);

/// The digest of an operation.
#[derive(Clone, Copy)]
pub struct OperationDigest(u128);

impl IdKey {
    /// The key of this id of this profile's run.
    #[must_use]
    pub fn of(profile: Option<&str>, id: &str) -> Self {
        // `{:?}` distinguishes a profile called `None` from no profile.
        Self(u128::from_be_bytes(md5(&[&format!("{profile:?}"), ",", id])) & ID)
    }
}

impl From<[u8; 16]> for OperationDigest {
    fn from(digest: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(digest) & OPERATION)
    }
}

impl IdHistory {
    /// Takes note of an id and its operation; returns false where the id came with another operation before.
    pub fn claim(&mut self, id: IdKey, operation: OperationDigest) -> bool {
        if let Some(entry) = self.find(id) {
            return *entry & OPERATION == operation.0;
        }
        self.insert(id.0 | operation.0);
        true
    }

    /// The operation of this id was applied, or not; what was seen last counts.
    pub fn settle(&mut self, id: IdKey, operation: OperationDigest, is_applied: bool) {
        let settled = id.0 | operation.0 | if is_applied { APPLIED } else { 0 };
        match self.find(id) {
            Some(entry) => *entry = settled,
            None => self.insert(settled),
        }
    }

    /// Whether the operation of this id was applied.
    pub fn is_applied(&mut self, id: IdKey) -> bool {
        self.find(id).is_some_and(|entry| *entry & APPLIED > 0)
    }

    fn find(&mut self, id: IdKey) -> Option<&mut u128> {
        let place = self.sorted.partition_point(|entry| entry & ID < id.0);
        match self.sorted.get_mut(place) {
            Some(entry) if *entry & ID == id.0 => Some(entry),
            Some(_) | None => self.recent.get_mut(&id.0),
        }
    }

    fn insert(&mut self, entry: u128) {
        self.recent.insert(entry & ID, entry);
        // The more there are, the rarer they are put together, which takes time in proportion.
        if self.recent.len() < RECENT.max(self.sorted.len() / 16) {
            return;
        }
        self.sorted.reserve_exact(self.recent.len());
        self.sorted.extend(std::mem::take(&mut self.recent).into_values());
        merge(&mut self.sorted);
    }
}

#[expect(
    clippy::stable_sort_primitive,
    reason = "it finds the two orders that there are, and merges them"
)]
fn merge(entries: &mut [u128]) {
    entries.sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u8) -> OperationDigest {
        [number; 16].into()
    }

    #[test]
    fn id_keeps_its_operation() {
        let mut ids = IdHistory::default();
        let key = |id| IdKey::of(Some("prod"), id);
        assert!(ids.claim(key("a"), digest(2)) && ids.claim(key("a"), digest(2)));
        assert!(!ids.claim(key("a"), digest(4)));
        assert!(!ids.is_applied(key("a")));
        ids.settle(key("a"), digest(2), true);
        assert!(ids.is_applied(key("a")) && ids.claim(key("a"), digest(2)));
        for other in [key("b"), IdKey::of(None, "a"), IdKey::of(Some("None"), "a")] {
            assert!(!ids.is_applied(other) && ids.claim(other, digest(4)));
        }
    }

    #[test]
    fn many_ids_are_found_again() {
        let mut ids = IdHistory::default();
        let key = |number: usize| IdKey::of(None, &number.to_string());
        for number in 0..30_000 {
            assert!(ids.claim(key(number), digest(2)));
            if number % 3 == 0 {
                ids.settle(key(number), digest(2), true);
            }
        }
        assert!(ids.sorted.len() > 20_000 && ids.sorted.is_sorted());
        for number in 0..30_000 {
            assert_eq!(ids.is_applied(key(number)), number % 3 == 0);
            assert!(!ids.claim(key(number), digest(4)));
        }
    }
}
