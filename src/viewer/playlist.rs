//! [`Playlist`]: the parts of an HLS playlist (RFC 8216) that show whether a stream goes on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// A playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Playlist {
    /// A list of segments.
    Media(MediaPlaylist),
    /// A list of lists; the reference of its first variant.
    Master(String),
}

/// A list of segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaPlaylist {
    /// Where in the stream it is.
    pub position: ListPosition,
    /// The longest that a segment lasts.
    pub target: Duration,
    /// Whether it has `ENDLIST`: no segment follows.
    pub is_ended: bool,
}

/// The place of a list in its stream. While the stream goes on, it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListPosition {
    /// The number of the first segment.
    pub sequence: u64,
    /// How many segments are listed.
    pub segments: usize,
    /// The name of the last one, as a hash.
    // Many positions are kept, and names may be long.
    last: u64,
}

impl ListPosition {
    /// The number of the segment after the last one.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.sequence.saturating_add(self.segments as u64)
    }
}

/// The target duration of a list that names none.
const USUAL_TARGET: Duration = Duration::from_secs(4);

/// The longest target duration that is believed.
const LONGEST_TARGET: f64 = 60.0;

/// Reads a body; `None` where it is no playlist.
#[must_use]
pub fn parse(body: &[u8]) -> Option<Playlist> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if !lines.next()?.starts_with("#EXTM3U") {
        return None;
    }
    let mut list = MediaPlaylist {
        position: ListPosition { sequence: 0, segments: 0, last: 0 },
        target: USUAL_TARGET,
        is_ended: false,
    };
    let mut end = None;
    let mut is_master = false;
    for line in lines {
        if !line.starts_with('#') {
            if is_master {
                return Some(Playlist::Master(line.to_owned()));
            }
            list.position.segments += 1;
            end = Some(line);
        } else if line.starts_with("#EXT-X-STREAM-INF:") {
            is_master = true;
        } else if let Some(number) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            list.position.sequence = number.trim().parse().unwrap_or_default();
        } else if let Some(seconds) = line.strip_prefix("#EXT-X-TARGETDURATION:") {
            list.target = target(seconds);
        } else if line == "#EXT-X-ENDLIST" {
            list.is_ended = true;
        }
    }
    list.position.last = end.map(name).unwrap_or_default();
    Some(Playlist::Media(list))
}

fn target(seconds: &str) -> Duration {
    // Some packagers print a fraction.
    let seconds = seconds.trim().parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    seconds.map_or(USUAL_TARGET, |seconds| Duration::from_secs_f64(seconds.min(LONGEST_TARGET)))
}

/// The name of a segment.
fn name(segment: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    // Without its query: a server may sign the same segment anew in each list.
    segment.split(['?', '#']).next().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(body: &str) -> MediaPlaylist {
        match parse(body.as_bytes()) {
            Some(Playlist::Media(list)) => list,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parts_of_a_list_are_read() {
        let list = media(
            "\u{feff}#EXTM3U\r\n#EXT-X-VERSION:3\r\n#EXT-X-TARGETDURATION:5\r\n#EXT-X-MEDIA-SEQUENCE:7\r\n\
             #EXTINF:4.0,\r\ncam1-7.ts\r\n\r\n#EXTINF:4.0,\r\ncam1-8.ts?auth=1\r\n",
        );
        assert_eq!((list.position.sequence, list.position.segments), (7, 2));
        assert_eq!((list.position.end(), list.is_ended), (9, false));
        assert_eq!(list.target, Duration::from_secs(5));
        let signed_anew = media("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\ncam1-7.ts\ncam1-8.ts?auth=2\n");
        assert_eq!(signed_anew.position, list.position);
        let moved = media("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\ncam1-7.ts\ncam1-9.ts\n");
        assert_ne!(moved.position, list.position);
        assert!(media("#EXTM3U\n#EXT-X-ENDLIST").is_ended);
    }

    #[test]
    fn odd_target_durations_have_bounds() {
        let of = |text: &str| media(&format!("#EXTM3U\n#EXT-X-TARGETDURATION:{text}\n")).target;
        assert_eq!(of("2.5"), Duration::from_millis(2500));
        assert_eq!(of("99999999999"), Duration::from_mins(1));
        for text in ["0", "-1", "", "NaN", "x"] {
            assert_eq!(of(text), USUAL_TARGET, "{text}");
        }
    }

    #[test]
    fn master_names_its_first_variant() {
        let body = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n# note\n720/index.m3u8?k=1\n\
                    #EXT-X-STREAM-INF:BANDWIDTH=2\nother.m3u8\n";
        assert_eq!(parse(body.as_bytes()), Some(Playlist::Master("720/index.m3u8?k=1".into())));
    }

    #[test]
    fn pages_are_no_playlists() {
        for body in ["", "\n\n", "<html>#EXTM3U</html>", "{\"code\":404}", "FLV\u{1}"] {
            assert_eq!(parse(body.as_bytes()), None, "{body}");
        }
    }
}
