//! [`TargetWindow`]: how many distinct targets lines have had in the last minute, which `--max-targets` bounds where lines
//! come while a run lasts.

use std::collections::VecDeque;
use std::time::Duration;

use hashbrown::HashMap;
use tokio::time::Instant;

/// How long a target counts, in seconds.
const WINDOW: u64 = 60;

/// The most targets that are distinguished. Beside them, each line counts as one more target.
// So many in a minute are more than a vendor's pace allows, and a table of all would need more memory than everything else.
const TOLD_APART: usize = 1 << 16;

/// The targets of the last minute.
pub(super) struct TargetWindow {
    most: usize,
    begun: Instant,
    /// The targets that are distinguished, and the second in which each was last seen.
    seen: HashMap<u64, u64>,
    /// For each second with any, how many targets were last seen in it.
    seconds: VecDeque<(u64, usize)>,
    /// How many there are.
    count: usize,
}

impl TargetWindow {
    /// A window with room for so many targets.
    pub(super) fn new(most: usize, now: Instant) -> Self {
        Self { most, begun: now, seen: HashMap::new(), seconds: VecDeque::new(), count: 0 }
    }

    /// How many targets it has room for.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Lets a target in; otherwise returns when there is room for it.
    pub(super) fn admit(&mut self, target: u64, now: Instant) -> Result<(), Instant> {
        let second = now.saturating_duration_since(self.begun).as_secs();
        self.forget(second);
        if let Some(last) = self.seen.get_mut(&target) {
            let last = std::mem::replace(last, second);
            self.change(last, |count| count - 1);
            self.change(second, |count| count + 1);
            return Ok(());
        }
        if self.count >= self.most {
            let mut seconds = self.seconds.iter().filter(|(_, count)| *count > 0);
            let oldest = seconds.next().map_or(second, |(second, _)| *second);
            // A second more: the target may have come at the end of its second.
            return Err(self.begun + Duration::from_secs(oldest + WINDOW + 1));
        }
        self.count += 1;
        self.change(second, |count| count + 1);
        // The first of very many are not distinguished: only where room is scarce does it matter who comes again.
        if self.count + TOLD_APART > self.most {
            self.seen.insert(target, second);
        }
        Ok(())
    }

    /// Forgets the targets that have not been seen for a minute.
    fn forget(&mut self, now: u64) {
        let mut has_old = false;
        while let Some((second, count)) = self.seconds.front().copied()
            && second + WINDOW < now
        {
            self.seconds.pop_front();
            self.count -= count;
            has_old = true;
        }
        if has_old {
            self.seen.retain(|_, last| *last + WINDOW >= now);
        }
    }

    fn change(&mut self, second: u64, change: impl Fn(usize) -> usize) {
        match self.seconds.binary_search_by_key(&second, |(second, _)| *second) {
            Ok(place) => self.seconds[place].1 = change(self.seconds[place].1),
            Err(place) => self.seconds.insert(place, (second, change(0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window that has taken these targets at these seconds.
    struct Tried(TargetWindow, Instant);

    impl Tried {
        fn new(most: usize) -> Self {
            let now = Instant::now();
            Self(TargetWindow::new(most, now), now)
        }

        /// The second at which there is room, where there is none at this one.
        fn admit(&mut self, target: u64, second: u64) -> Option<u64> {
            let now = self.1 + Duration::from_secs(second);
            self.0.admit(target, now).err().map(|at| at.duration_since(self.1).as_secs())
        }
    }

    #[test]
    fn distinct_targets_of_a_minute_count() {
        let mut window = Tried::new(2);
        assert_eq!(window.admit(1, 0), None);
        assert_eq!(window.admit(2, 10), None);
        assert_eq!(window.admit(1, 20), None, "known targets need no room");
        assert_eq!(window.admit(3, 30), Some(71));
        assert_eq!(window.admit(3, 70), Some(71));
        assert_eq!(window.admit(3, 71), None);
        assert_eq!(window.admit(2, 71), Some(81));
        assert_eq!((window.admit(2, 81), window.0.count), (None, 2));
        assert_eq!((window.admit(9, 1000), window.0.seen.len()), (None, 1));
    }

    #[test]
    fn very_many_targets_need_little_room() {
        let most = 200_000;
        let mut window = Tried::new(most);
        for target in 0..most as u64 {
            assert_eq!(window.admit(target, target / 5000), None);
        }
        assert_eq!((window.admit(0, 41), window.0.count), (Some(61), most));
        assert_eq!(window.admit(most as u64 - 1, 41), None, "the last ones are told apart");
        assert!(window.0.seen.len() <= TOLD_APART);
    }
}
