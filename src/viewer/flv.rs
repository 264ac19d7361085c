//! [`FlvView`]: what the bytes of an HTTP-FLV response prove.

use std::time::Duration;

use tokio::time::Instant;

use super::hints;
use super::record::ViewerRecord;
use super::status::NoStream;

/// What happened on the way to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlvEvent<'a> {
    /// A new connection is asked for the stream.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// An answer without the stream, or the end of it.
    NoStream(NoStream),
    /// Time has passed.
    Silence,
}

/// What the bytes of an HTTP-FLV response have proved so far.
#[derive(Clone, Debug)]
pub struct FlvView {
    /// What has been seen.
    pub record: ViewerRecord,
    /// Bytes of this connection.
    received: usize,
    /// The last byte, or the beginning of the connection.
    heard_at: Instant,
}

/// The start of every FLV file.
pub const SIGNATURE: &[u8] = b"FLV";

impl FlvView {
    /// The bytes before any picture: the file header and the first size of a tag.
    pub const HEADER: usize = 13;

    /// A stream without a byte for so long has ended.
    pub const SILENCE: Duration = Duration::from_secs(5);

    /// Nothing seen yet.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { record: ViewerRecord::new(now), received: 0, heard_at: now }
    }

    /// Whether this connection has brought nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.received == 0
    }

    /// When silence counts as the end.
    #[must_use]
    pub fn silent_at(&self) -> Instant {
        self.heard_at + Self::SILENCE
    }

    /// Adds an event of this moment; returns whether the connection is of use.
    pub fn observe(&mut self, at: Instant, event: FlvEvent<'_>) -> bool {
        match event {
            FlvEvent::Opened => {
                (self.received, self.heard_at) = (0, at);
                return true;
            }
            FlvEvent::Bytes(bytes) => return self.bytes(at, bytes),
            FlvEvent::Silence if at < self.silent_at() => return true,
            FlvEvent::Silence => self.record.ended(at),
            FlvEvent::NoStream(what) => self.record.no_stream(at, what),
        }
        false
    }

    fn bytes(&mut self, at: Instant, bytes: &[u8]) -> bool {
        let expected = SIGNATURE.get(self.received..).unwrap_or_default();
        if !expected.iter().zip(bytes).all(|(expected, byte)| expected == byte) {
            self.record.no_stream(at, NoStream::Failed(hints::PAGE));
            return false;
        }
        self.received = self.received.saturating_add(bytes.len());
        if !bytes.is_empty() {
            self.heard_at = at;
        }
        if self.received > Self::HEADER {
            self.record.on(at);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::viewer::ViewerState;

    const HEADER: &[u8] = b"FLV\x01\x05\0\0\0\x09\0\0\0\0";

    /// What is seen after each event, as in the tests of HLS; a blank before the number of seconds.
    fn seen(events: &[(f64, FlvEvent<'_>)]) -> String {
        let start = Instant::now();
        let mut view = FlvView::new(start);
        let mut shown = String::new();
        for (seconds, event) in events {
            view.observe(start + Duration::from_secs_f64(*seconds), *event);
            shown.push(match view.record.seen.state {
                Some(ViewerState::On) => '+',
                Some(ViewerState::Off) => '-',
                None => '?',
            });
        }
        shown
    }

    use FlvEvent::{Bytes, Opened, Silence};

    const ENDED: FlvEvent<'_> = FlvEvent::NoStream(NoStream::Ended);
    const FAILED: FlvEvent<'_> = FlvEvent::NoStream(NoStream::Failed(""));
    const UNPROVEN: FlvEvent<'_> = FlvEvent::NoStream(NoStream::Unproven(""));

    #[test]
    fn header_alone_is_not_on() {
        let (first, second) = HEADER.split_at(5);
        assert_eq!(seen(&[(0.0, Opened), (0.1, Bytes(first)), (0.2, Bytes(second))]), "???");
        assert_eq!(seen(&[(0.0, Opened), (0.1, Bytes(HEADER)), (5.2, Silence)]), "???");
        assert_eq!(seen(&[(0.0, Opened), (0.1, Bytes(HEADER)), (0.2, Bytes(b"\x09"))]), "??+");
    }

    #[test]
    fn stream_ends_in_each_way() {
        let on = [(0.0, Opened), (0.1, Bytes(HEADER)), (0.2, Bytes(b"\x09"))];
        let with = |events: &[(f64, FlvEvent<'_>)]| {
            let all = [&on[..], events].concat();
            seen(&all)[on.len()..].to_owned()
        };
        assert_eq!(with(&[(1.0, ENDED)]), "-");
        assert_eq!(with(&[(5.1, Silence), (5.2, Silence)]), "+-");
        assert_eq!(with(&[(5.1, Bytes(b"x")), (5.3, Silence), (10.1, Silence)]), "++-");
        assert_eq!(with(&[(1.0, FAILED), (2.0, FAILED), (9.0, FAILED)]), "+??");
        assert_eq!(with(&[(1.0, UNPROVEN)]), "?");
        let returned = [(1.0, ENDED), (2.0, Opened), (2.1, Bytes(HEADER)), (2.2, Bytes(b"x"))];
        assert_eq!(with(&returned), "---+");
        let silent = [(2.0, Opened), (2.1, Bytes(HEADER)), (7.0, Silence), (7.1, Silence)];
        assert_eq!(with(&silent), "+++-");
    }

    #[test]
    fn ended_stream_was_never_seen() {
        assert_eq!(seen(&[(0.0, Opened), (0.1, ENDED), (1.0, Opened), (9.0, Silence)]), "????");
    }

    #[test]
    fn pages_are_no_streams() {
        let mut view = FlvView::new(Instant::now());
        let now = Instant::now();
        for _ in 0..2 {
            assert!(!view.observe(now, Bytes(b"<html>a page that is long enough</html>")));
        }
        assert_eq!(view.record.seen.hint, Some(hints::PAGE));
        let mut view = FlvView::new(now);
        assert!(view.observe(now, Bytes(b"FL")));
        assert!(!view.observe(now, Bytes(b"X")));
    }
}
