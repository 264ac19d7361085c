//! [`Watched`]: one stream, and the last that was seen of it at its vendor and at its play URL.

use crate::run::watch::goal::WatchGoal;
use crate::time::Timestamp;

/// A stream, as results name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WatchedName {
    /// The vendor that is asked.
    pub vendor: Option<&'static str>,
    /// Its target there.
    pub target: Option<String>,
    /// The push domain.
    pub domain: Option<String>,
    /// The application.
    pub app: Option<String>,
    /// Where viewers get it, without what may be secret.
    pub play: Option<String>,
}

/// Who has seen it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeenBy {
    /// The vendor's API.
    Vendor,
    /// The probe, which gets what viewers get.
    Viewers,
}

/// What one of them saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WatchedState {
    /// The state; `None` where it could not be read.
    pub state: Option<String>,
    /// Why not.
    pub why: Option<String>,
    /// The next step for the operator.
    pub hint: Option<String>,
    /// The vendor refuses the look, as it will refuse the next.
    pub is_refused: bool,
}

/// A state that is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StateChange {
    /// Which stream.
    pub row: usize,
    /// When it was seen.
    pub at: Timestamp,
    /// Who has seen it.
    pub seen_by: SeenBy,
    /// The state.
    pub observed: WatchedState,
    /// Whether the stream is now as it is waited for.
    pub is_reached: bool,
}

/// One stream, and the last that was seen of it.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    /// Its name.
    pub name: WatchedName,
    /// The state at the vendor; `None` before its first answer.
    pub vendor: Option<WatchedState>,
    /// What viewers get; `None` before the first look.
    pub viewers: Option<WatchedState>,
}

impl Watched {
    /// A stream before the first look.
    #[must_use]
    pub(super) fn new(name: WatchedName) -> Self {
        Self { name, vendor: None, viewers: None }
    }

    /// Takes what was seen, and returns whether that is news.
    pub(super) fn see(&mut self, seen_by: SeenBy, observed: &WatchedState) -> bool {
        let last = match seen_by {
            SeenBy::Vendor => &mut self.vendor,
            SeenBy::Viewers => &mut self.viewers,
        };
        // A state that cannot be read stays the same, whatever the reason is now.
        let is_news = last.as_ref().is_none_or(|last| {
            (&last.state, last.is_refused) != (&observed.state, observed.is_refused)
        });
        *last = Some(observed.clone());
        is_news
    }

    /// Whether it is as it is waited for, by all who look.
    #[must_use]
    pub(super) fn is_reached(&self, goal: WatchGoal) -> bool {
        self.is_each(|state| goal.is_state(state), |viewer| goal.is_viewer(viewer))
    }

    /// Whether all who look could read the state at their last look.
    #[must_use]
    pub(super) fn is_read(&self) -> bool {
        self.is_each(|_| true, |_| true)
    }

    /// Whether all who look have read a state at their last look, and each of them is so.
    fn is_each(&self, at_vendor: impl Fn(&str) -> bool, by_viewers: impl Fn(&str) -> bool) -> bool {
        let vendor = self.vendor.as_ref().and_then(|last| last.state.as_deref());
        let viewers = self.viewers.as_ref().and_then(|last| last.state.as_deref());
        (self.name.vendor.is_none() || vendor.is_some_and(at_vendor))
            && (self.name.play.is_none() || viewers.is_some_and(by_viewers))
    }

    /// The next steps where a state could not be read at the last look.
    pub(super) fn hints(&self) -> impl Iterator<Item = &str> {
        [&self.vendor, &self.viewers]
            .into_iter()
            .flatten()
            .filter_map(|observed| observed.hint.as_deref())
    }

    /// Whether the vendor refuses the look.
    #[must_use]
    pub(super) fn is_refused(&self) -> bool {
        self.vendor.as_ref().is_some_and(|observed| observed.is_refused)
    }
}

/// The exit code of a watch that has ended by itself: 0 where all have reached what is waited for, or, where nothing is,
/// where all could be read.
#[must_use]
pub(super) fn exit_code(watched: &[Watched], goal: Option<WatchGoal>) -> u8 {
    let is_done = |one: &&Watched| match goal {
        Some(goal) => one.is_reached(goal),
        None => one.is_read(),
    };
    let open: Vec<_> = watched.iter().filter(|one| !is_done(one)).collect();
    match &open[..] {
        [] => 0,
        // What is refused will be refused again; the rest may be reached in a longer watch.
        open if open.iter().all(|one| one.is_refused()) => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched_state(state: Option<&str>, is_refused: bool) -> WatchedState {
        WatchedState { state: state.map(str::to_owned), why: None, hint: None, is_refused }
    }

    fn watched(vendor: Option<&str>, play: Option<&str>) -> Watched {
        let name = WatchedName {
            vendor: vendor.map(|_| "tencent"),
            play: play.map(|_| "http://h/a.m3u8".into()),
            ..WatchedName::default()
        };
        let mut one = Watched::new(name);
        let told = |word: &str| watched_state(Some(word).filter(|word| !word.is_empty()), false);
        if let Some(state) = vendor {
            one.see(SeenBy::Vendor, &told(state));
        }
        if let Some(state) = play {
            one.see(SeenBy::Viewers, &told(state));
        }
        one
    }

    #[test]
    fn all_who_look_have_to_agree() {
        let off = |one: Watched| one.is_reached(WatchGoal::Off);
        assert!(off(watched(Some("idle"), None)) && off(watched(None, Some("off"))));
        assert!(off(watched(Some("forbidden"), Some("off"))));
        assert!(!off(watched(Some("forbidden"), Some("on"))));
        assert!(!off(watched(Some("live"), Some("off"))));
        assert!(!off(watched(Some("idle"), Some(""))) && !off(watched(Some(""), None)));
    }

    #[test]
    fn news_is_another_state() {
        let mut one = watched(Some("live"), None);
        assert!(!one.see(SeenBy::Vendor, &watched_state(Some("live"), false)));
        assert!(one.see(SeenBy::Vendor, &watched_state(None, false)));
        let other =
            WatchedState { why: Some("another reason".into()), ..watched_state(None, false) };
        assert!(!one.see(SeenBy::Vendor, &other));
        assert!(one.see(SeenBy::Vendor, &watched_state(None, true)));
    }

    #[test]
    fn exit_code_reports_the_worst() {
        let refused = || {
            let mut one = watched(Some("live"), None);
            one.see(SeenBy::Vendor, &watched_state(None, true));
            one
        };
        let (live, idle) = (|| watched(Some("live"), None), || watched(Some("idle"), None));
        let off = Some(WatchGoal::Off);
        for (all, goal, code) in [
            (vec![idle(), idle()], off, 0),
            (vec![idle(), live()], off, 4),
            (vec![idle(), refused()], off, 5),
            (vec![live(), refused()], off, 4),
            (vec![live(), idle()], None, 0),
            (vec![live(), watched(Some(""), None)], None, 4),
            (vec![refused()], None, 5),
        ] {
            assert_eq!(exit_code(&all, goal), code, "{all:?}");
        }
    }
}
