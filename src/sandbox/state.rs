//! What the sandbox was told: who is on air and who is not, time-outs, closed moderations.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::jd::Stream;
use super::stream_state::StreamStates;
use super::{Call, SandboxReply};
use crate::api::signing::md5_hex;
use crate::time::Timestamp;
use crate::time::seconds;

/// All that is kept while the sandbox serves.
#[derive(Debug, Default)]
pub(super) struct State {
    /// JD's streams.
    pub(super) jd_streams: StreamStates<Stream>,
    /// JD's push time-outs in seconds, by domain.
    pub(super) jd_timeouts: BTreeMap<String, u8>,
    /// Tencent's channels, which its API 3.0 calls streams.
    pub(super) tencent_channels: StreamStates<String>,
    /// Shumei's request ids whose moderation has ended, and when.
    pub(super) shumei_closed: Closed,
    /// The same for sound without pictures.
    pub(super) shumei_closed_audio: Closed,
    /// How many answers got an id of their own.
    answers: u64,
}

/// Request ids whose moderation has ended, and when.
pub(super) type Closed = BTreeMap<String, Timestamp>;

impl State {
    /// What there is before anyone has asked for anything.
    pub(super) fn starting(now: Timestamp) -> Self {
        Self {
            jd_streams: StreamStates::live_since(now),
            tencent_channels: StreamStates::live_since(now),
            ..Self::default()
        }
    }

    /// An id for one answer, 32 hex digits.
    pub(super) fn answer_id(&mut self, now: Timestamp) -> String {
        self.answers += 1;
        md5_hex(&["answer", &self.answers.to_string(), &now.to_rfc3339()])
    }
}

/// `GET /sandbox/state`: what is held now, for people who want to see what their requests did.
pub(super) fn show(state: &mut State, _: &Call, now: Timestamp) -> SandboxReply {
    let document =
        json!({ "jd": jd(state, now), "tencent": tencent(state, now), "shumei": shumei(state) });
    (StatusCode::OK, document)
}

fn jd(state: &State, now: Timestamp) -> Value {
    let forbidden =
        state.jd_streams.standing(now).map(|(stream, ban)| stream.json("until", &until(ban.until)));
    let streams =
        state.jd_streams.named(now).map(|(stream, air)| stream.json("status", &json!(air.word())));
    json!({
        "forbidden": forbidden.collect::<Vec<_>>(),
        "timeouts": state.jd_timeouts,
        "streams": streams.collect::<Vec<_>>(),
    })
}

fn tencent(state: &State, now: Timestamp) -> Value {
    let channels = &state.tencent_channels;
    let forbidden = channels
        .standing(now)
        .map(|(name, ban)| json!({ "channel": name, "until": until(ban.until) }));
    let named =
        channels.named(now).map(|(name, air)| json!({ "channel": name, "status": air.word() }));
    json!({ "forbidden": forbidden.collect::<Vec<_>>(), "channels": named.collect::<Vec<_>>() })
}

fn shumei(state: &State) -> Value {
    let list = |closed: &Closed| -> Vec<Value> {
        closed
            .iter()
            .map(|(id, at)| json!({ "requestId": id, "closed_at": seconds(*at) }))
            .collect()
    };
    json!({ "closed": list(&state.shumei_closed), "closed_audio": list(&state.shumei_closed_audio) })
}

/// The end of a ban, `null` for one that is for good.
fn until(end: Option<Timestamp>) -> Value {
    end.map(seconds).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::stream_state::Ban;
    use crate::sandbox::tests::{NOON, at, get};

    #[test]
    fn everything_held_is_shown_and_a_ban_for_good_has_no_end() {
        let mut state = State::starting(at(NOON));
        let stream = |name: &str| Stream::new("a.live.com", "live", name);
        state.jd_streams.forbid(stream("cam1"), Ban::for_good(at(NOON)));
        state.jd_streams.interrupt(stream("cam2"), at(NOON));
        state.jd_timeouts.insert("a.live.com".into(), 10);
        state.tencent_channels.forbid("8888_a".into(), Ban::until(at(NOON), at(NOON + 60)));
        state.tencent_channels.lift("8888_b".into(), at(NOON));
        state.shumei_closed.insert("1".into(), at(NOON));
        state.shumei_closed_audio.insert("2".into(), at(NOON + 1));

        let (_, document) = show(&mut state, &get("/sandbox/state"), at(NOON + 1));

        let expected = json!({
            "jd": {
                "forbidden": [{ "domain": "a.live.com", "app": "live", "stream": "cam1", "until": null }],
                "timeouts": { "a.live.com": 10 },
                "streams": [
                    { "domain": "a.live.com", "app": "live", "stream": "cam1", "status": "forbidden" },
                    { "domain": "a.live.com", "app": "live", "stream": "cam2", "status": "idle" },
                ],
            },
            "tencent": {
                "forbidden": [{ "channel": "8888_a", "until": "2026-11-21T12:01:00Z" }],
                "channels": [{ "channel": "8888_a", "status": "forbidden" }, { "channel": "8888_b", "status": "live" }],
            },
            "shumei": {
                "closed": [{ "requestId": "1", "closed_at": "2026-11-21T12:00:00Z" }],
                "closed_audio": [{ "requestId": "2", "closed_at": "2026-11-21T12:00:01Z" }],
            },
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn each_answer_has_an_id_of_its_own() {
        let mut state = State::default();
        let ids = [state.answer_id(at(NOON)), state.answer_id(at(NOON))];
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[0].len(), 32);
    }
}
