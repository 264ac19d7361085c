//! [`HlsView`]: what looks at an HLS playlist prove.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::playlist::{ListPosition, MediaPlaylist};
use super::record::ViewerRecord;
use super::status::NoStream;
use crate::outcome::viewer::ViewerState;

/// What looks at an HLS playlist have proved so far.
#[derive(Clone, Debug)]
pub struct HlsView {
    /// What has been seen.
    pub record: ViewerRecord,
    /// The place of the last list.
    position: Option<ListPosition>,
    /// When the look left that found the last move.
    moved_at: Instant,
    /// The places of earlier lists, the latest last.
    earlier: VecDeque<ListPosition>,
    /// After the end, a list has moved to a place where it had been before.
    is_returning: bool,
}

impl HlsView {
    /// How many earlier places are kept.
    const MOST_EARLIER: usize = 64;

    /// A list that has not moved for so many target durations has ended.
    const STILL_TARGETS: u32 = 3;

    /// The least time that a list which has not moved counts as live.
    // Caches of a delivery network serve a live list unchanged for some seconds.
    const LEAST_STILL: Duration = Duration::from_secs(12);

    /// Nothing seen yet.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            record: ViewerRecord::new(now),
            position: None,
            moved_at: now,
            earlier: VecDeque::new(),
            is_returning: false,
        }
    }

    /// Adds a look that left at this moment.
    pub fn observe(&mut self, at: Instant, look: Result<MediaPlaylist, NoStream>) {
        match look {
            Ok(list) if list.is_ended => {
                self.position = Some(list.position);
                self.record.ended(at);
            }
            Ok(list) => self.list(at, &list),
            Err(what) => self.record.no_stream(at, what),
        }
        if self.record.known != Some(ViewerState::Off) {
            self.is_returning = false;
        }
    }

    fn list(&mut self, at: Instant, list: &MediaPlaylist) {
        // A list without segments shows nothing, wherever it is.
        let has_moved = list.position.segments > 0 && self.position != Some(list.position);
        let is_on = has_moved && self.is_live_at(list.position);
        if has_moved {
            self.remember(list.position);
        }
        if is_on {
            self.moved_at = at;
            self.record.on(at);
        } else if at.duration_since(self.moved_at)
            >= Self::LEAST_STILL.max(list.target * Self::STILL_TARGETS)
        {
            self.record.ended(at);
        } else if list.position.segments > 0 || self.record.known != Some(ViewerState::On) {
            self.record.unchanged(at);
        }
    }

    /// Whether a list that has moved to this place shows that the stream is on.
    fn is_live_at(&mut self, position: ListPosition) -> bool {
        if self.record.known != Some(ViewerState::Off) || !self.earlier.contains(&position) {
            return true;
        }
        // After the end another edge may still have an older copy. An encoder that begins again, with the
        // same numbers, soon moves on from there.
        let goes_on = self.position.is_some_and(|last| position.end() > last.end());
        let is_proven = self.is_returning && goes_on;
        self.is_returning = true;
        is_proven
    }

    fn remember(&mut self, position: ListPosition) {
        self.position = Some(position);
        if !self.earlier.contains(&position) {
            self.earlier.push_back(position);
        }
        if self.earlier.len() > Self::MOST_EARLIER {
            self.earlier.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hints;
    use super::super::playlist::{Playlist, parse};
    use super::*;

    /// Looks, each `SECONDS WHAT`: `5+3` a list of three segments from number 5, `5+3!` one with `ENDLIST`, `gone`, `signed`,
    /// `fails`. Returns what was seen after each: `+` on, `-` off, `?` not known.
    fn seen(looks: &str) -> String {
        let start = Instant::now();
        let mut view = HlsView::new(start);
        let mut shown = String::new();
        for look in looks.split(", ") {
            let (seconds, what) = look.split_once(' ').unwrap();
            let at = start + Duration::from_secs_f64(seconds.parse().unwrap());
            view.observe(at, self::look(what));
            shown.push(match view.record.seen.state {
                Some(ViewerState::On) => '+',
                Some(ViewerState::Off) => '-',
                None => '?',
            });
        }
        shown
    }

    fn look(what: &str) -> Result<MediaPlaylist, NoStream> {
        match what {
            "gone" => Err(NoStream::Ended),
            "signed" => Err(NoStream::Unproven(hints::SIGNATURE)),
            "fails" => Err(NoStream::Failed(hints::UNREACHABLE)),
            list => Ok(self::list(list, 2)),
        }
    }

    fn list(text: &str, target: u32) -> MediaPlaylist {
        let (sequence, segments) = text.trim_end_matches('!').split_once('+').unwrap();
        let first: u64 = sequence.parse().unwrap();
        let mut body =
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:{sequence}\n");
        for number in first..first + segments.parse::<u64>().unwrap() {
            body += &format!("#EXTINF:{target}.0,\n{number}.ts\n");
        }
        if text.ends_with('!') {
            body += "#EXT-X-ENDLIST\n";
        }
        match parse(body.as_bytes()) {
            Some(Playlist::Media(list)) => list,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn live_list_ends_in_each_way() {
        assert_eq!(seen("0 1+3, 2 2+3, 4 3+3, 5 gone"), "+++-");
        assert_eq!(seen("0 1+3, 2 2+3, 4 3+3!"), "++-");
        assert_eq!(seen("0 1+3, 2 2+3, 8 2+3, 13.9 2+3, 14 2+3, 15 2+3"), "++++--");
    }

    #[test]
    fn ended_stream_was_never_seen() {
        assert_eq!(seen("0 gone, 1 gone, 9 gone"), "???");
        assert_eq!(seen("0 1+3!, 1 1+3!"), "??");
        assert_eq!(seen("0 0+0, 30 0+0"), "??");
        assert_eq!(seen("0 fails, 1 fails, 2 gone"), "???");
        assert_eq!(seen("0 gone, 1 1+3, 2 gone"), "?+-");
    }

    #[test]
    fn failed_looks_prove_nothing() {
        assert_eq!(seen("0 1+3, 1 fails, 2 2+3, 3 gone"), "+++-");
        assert_eq!(seen("0 1+3, 1 fails, 2 fails, 3 fails, 60 fails"), "++???");
        assert_eq!(seen("0 1+3, 1 fails, 2 fails, 3 2+3"), "++?+");
        assert_eq!(seen("0 1+3, 1 gone, 2 fails, 3 fails, 4 gone"), "+--?-");
        // The list did not change while no one could look.
        assert_eq!(seen("0 1+3, 1 fails, 2 fails, 13 1+3"), "++?-");
        assert_eq!(seen("0 1+3, 1 fails, 2 fails, 3 1+3"), "++?+");
        // Nor does a list without a segment.
        assert_eq!(seen("0 1+3, 1 fails, 2 fails, 3 0+0, 12 0+0"), "++??-");
    }

    #[test]
    fn refused_signature_is_not_known() {
        assert_eq!(seen("0 signed, 1 signed"), "??");
        assert_eq!(seen("0 1+3, 1 signed, 2 gone"), "+?-");
    }

    #[test]
    fn stream_comes_back() {
        assert_eq!(seen("0 1+3, 1 gone, 4 gone, 5 7+1, 6 7+1"), "+--++");
        assert_eq!(seen("0 1+3, 2 1+3!, 5 2+3"), "+-+");
        assert_eq!(seen("0 1+3, 12 1+3, 14 2+3"), "+-+");
        // The encoder begins again with the same numbers.
        assert_eq!(seen("0 1+1, 1 2+1, 2 3+1, 3 gone, 5 1+1, 7 2+1, 9 3+1"), "+++--++");
    }

    #[test]
    fn stale_copy_is_no_return() {
        assert_eq!(seen("0 1+3, 1 2+3, 2 gone, 3 2+3, 4 2+3, 5 gone"), "++----");
        assert_eq!(seen("0 1+3, 1 2+3, 2 gone, 3 1+3, 4 gone, 5 1+3"), "++----");
    }

    #[test]
    fn still_list_waits_for_long_targets() {
        let start = Instant::now();
        let mut view = HlsView::new(start);
        for (seconds, is_on) in [(0, true), (29, true), (30, false)] {
            let at = start + Duration::from_secs(seconds);
            view.observe(at, Ok(list("1+3", 10)));
            let state = view.record.seen.state.unwrap();
            assert_eq!(state == ViewerState::On, is_on, "{seconds}");
        }
        assert_eq!(view.record.seen.at, start + Duration::from_secs(30));
    }

    #[test]
    fn growing_list_is_live() {
        assert_eq!(seen("0 0+3, 10 0+4, 20 0+5, 32 0+5"), "+++-");
    }
}
