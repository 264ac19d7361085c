//! Laws of the looks, whatever comes in whatever order.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use crate::outcome::viewer::ViewerState;
use crate::viewer::flv::{FlvEvent, FlvView};
use crate::viewer::hints;
use crate::viewer::hls::HlsView;
use crate::viewer::playlist::{self, MediaPlaylist, Playlist};
use crate::viewer::status::NoStream;

type Look = Result<MediaPlaylist, NoStream>;

fn list(sequence: u64, segments: u64, is_ended: bool) -> MediaPlaylist {
    let names: String = (sequence..sequence + segments).map(|n| format!("{n}.ts\n")).collect();
    let end = if is_ended { "#EXT-X-ENDLIST\n" } else { "" };
    let text = format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{sequence}\n{names}{end}");
    match playlist::parse(text.as_bytes()) {
        Some(Playlist::Media(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn looks() -> impl Strategy<Value = Vec<(u64, Look)>> {
    let look = prop_oneof![
        (0..6u64, 0..4u64, any::<bool>())
            .prop_map(|(first, count, end)| Ok(list(first, count, end))),
        Just(Err(NoStream::Ended)),
        Just(Err(NoStream::Unproven(hints::SIGNATURE))),
        Just(Err(NoStream::Failed(hints::UNREACHABLE))),
    ];
    prop::collection::vec((0..9000u64, look), 0..40)
}

fn shows_picture(look: &Look) -> bool {
    matches!(look, Ok(list) if list.position.segments > 0 && !list.is_ended)
}

proptest! {
    #[test]
    fn off_follows_on_and_failures_prove_nothing(looks in looks()) {
        let mut at = Instant::now();
        let mut view = HlsView::new(at);
        let mut was_on = false;
        for (pause, look) in looks {
            at += Duration::from_millis(pause);
            let before = view.record.seen;
            view.observe(at, look.clone());
            let seen = view.record.seen;
            prop_assert_eq!(seen.state.is_none(), seen.hint.is_some());
            if seen.state == Some(ViewerState::On) && before.state != Some(ViewerState::On) {
                prop_assert!(shows_picture(&look));
            }
            if seen.state == Some(ViewerState::Off) {
                prop_assert!(was_on);
            }
            if matches!(look, Err(NoStream::Failed(_) | NoStream::Unproven(_))) {
                prop_assert!(seen.state.is_none() || seen == before);
            }
            was_on |= seen.state == Some(ViewerState::On);
        }
    }

    #[test]
    fn list_that_moves_is_on(
        start in 0..1000u64,
        segments in 1..8u64,
        steps in prop::collection::vec((1..4u64, 100..9000u64), 1..60),
    ) {
        let mut at = Instant::now();
        let mut view = HlsView::new(at);
        let mut number = start;
        for (step, pause) in steps {
            view.observe(at, Ok(list(number, segments, false)));
            prop_assert_eq!(view.record.seen.state, Some(ViewerState::On));
            number += step;
            at += Duration::from_millis(pause);
        }
    }

    #[test]
    fn flv_off_follows_on(events in prop::collection::vec((0..6u8, 0..7000u64), 0..60)) {
        let mut at = Instant::now();
        let mut view = FlvView::new(at);
        let mut was_on = false;
        for (event, pause) in events {
            at += Duration::from_millis(pause);
            let before = view.record.seen;
            let event = match event {
                0 => FlvEvent::Opened,
                1 => FlvEvent::Bytes(b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x09"),
                2 => FlvEvent::NoStream(NoStream::Ended),
                3 => FlvEvent::Silence,
                4 => FlvEvent::NoStream(NoStream::Unproven(hints::LOGIN)),
                _ => FlvEvent::NoStream(NoStream::Failed(hints::UNREACHABLE)),
            };
            view.observe(at, event);
            let seen = view.record.seen;
            if seen.state == Some(ViewerState::Off) {
                prop_assert!(was_on);
            }
            if matches!(event, FlvEvent::NoStream(NoStream::Failed(_) | NoStream::Unproven(_))) {
                prop_assert!(seen.state.is_none() || seen == before);
            }
            was_on |= seen.state == Some(ViewerState::On);
        }
    }

    #[test]
    fn any_body_can_be_read(body in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        let _ = playlist::parse(&body);
        let _ = playlist::parse(format!("#EXTM3U\n{text}\n#EXT-X-MEDIA-SEQUENCE:{text}").as_bytes());
    }
}
