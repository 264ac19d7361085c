//! Shumei's close operations, as its documents tell.

use hyper::StatusCode;
use serde_json::json;

use super::state::{Closed, State};
use super::{Call, SandboxReply, demo, is_gone, object, text};
use crate::time::Timestamp;

/// The longest request id, in characters; the audio page gives none, and the same one is taken here.
const LONGEST_ID: usize = 32;

/// `finish_videostream/v4`: moderation of a stream ends.
pub(super) fn finish_videostream(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    finish(state, |state| &mut state.shumei_closed, call, now)
}

/// `finish_audiostream/v4`: the same for a stream of sound alone; the two know nothing of each other's ids.
pub(super) fn finish_audiostream(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    finish(state, |state| &mut state.shumei_closed_audio, call, now)
}

/// What the vendor says about an id that is closed already is not documented; here closing it again succeeds.
fn finish(
    state: &mut State,
    closed: fn(&mut State) -> &mut Closed,
    call: &Call,
    now: Timestamp,
) -> SandboxReply {
    let code = match stream_to_close(call) {
        Ok(id) => {
            closed(state).entry(id).or_insert(now);
            ReplyCode::Success
        }
        Err(code) => code,
    };
    let document = json!({ "requestId": state.answer_id(now), "code": code as i32, "message": code.message() });
    (StatusCode::OK, document)
}

/// The codes of the vendor's table that the sandbox has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReplyCode {
    Success = 1100,
    InvalidParameters = 1902,
    Unauthorized = 9101,
}

impl ReplyCode {
    fn message(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::InvalidParameters => "Invalid parameters",
            Self::Unauthorized => "Unauthorized operation",
        }
    }
}

fn stream_to_close(call: &Call) -> Result<String, ReplyCode> {
    let body = object(call).ok_or(ReplyCode::InvalidParameters)?;
    match text(&body, "accessKey") {
        "" => return Err(ReplyCode::InvalidParameters),
        demo::SHUMEI_ACCESS_KEY => {}
        _ => return Err(ReplyCode::Unauthorized),
    }
    let id = text(&body, "requestId");
    if id.trim().is_empty() || id.chars().count() > LONGEST_ID || is_gone(id) {
        return Err(ReplyCode::InvalidParameters);
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at, post};
    use serde_json::Value;

    fn close(state: &mut State, access_key: &Value, id: &Value) -> Value {
        let call =
            post("/finish_videostream/v4", &json!({ "accessKey": access_key, "requestId": id }));
        let (status, answer) = finish_videostream(state, &call, at(NOON));
        assert_eq!(status, StatusCode::OK);
        answer
    }

    fn verdict(access_key: &Value, id: &Value) -> (i64, String) {
        let answer = close(&mut State::default(), access_key, id);
        assert_eq!(answer["requestId"].as_str().unwrap().len(), 32);
        (answer["code"].as_i64().unwrap(), answer["message"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_closed_stream_is_kept_and_may_be_closed_again() {
        let mut state = State::default();

        let first = close(&mut state, &json!(demo::SHUMEI_ACCESS_KEY), &json!("1639825145166"));
        let second = close(&mut state, &json!(demo::SHUMEI_ACCESS_KEY), &json!("1639825145166"));

        assert_eq!((&first["code"], &first["message"]), (&json!(1100), &json!("Success")));
        assert_eq!(second["code"], 1100);
        assert_ne!(first["requestId"], second["requestId"], "each answer has an id of its own");
        assert_eq!(
            state.shumei_closed.into_iter().collect::<Vec<_>>(),
            [("1639825145166".to_owned(), at(NOON))]
        );
    }

    #[test]
    fn a_stream_of_sound_is_closed_alike_and_kept_apart() {
        let mut state = State::default();
        let close = |state: &mut State, access_key: &str| {
            let call = post(
                "/finish_audiostream/v4",
                &json!({ "accessKey": access_key, "requestId": "1639825145166" }),
            );
            finish_audiostream(state, &call, at(NOON)).1["code"].clone()
        };

        assert_eq!(close(&mut state, "another key"), 9101);
        assert_eq!(close(&mut state, demo::SHUMEI_ACCESS_KEY), 1100);

        assert_eq!(state.shumei_closed_audio.keys().collect::<Vec<_>>(), ["1639825145166"]);
        assert!(state.shumei_closed.is_empty());
    }

    #[test]
    fn a_wrong_key_is_unauthorized_whatever_the_id() {
        for id in ["1639825145166", "", "1639825145166_gone"] {
            assert_eq!(
                verdict(&json!("another key"), &json!(id)),
                (9101, "Unauthorized operation".to_owned())
            );
        }
    }

    #[test]
    fn a_missing_key_or_a_missing_blank_or_long_id_is_invalid() {
        let key = json!(demo::SHUMEI_ACCESS_KEY);
        let long = "直".repeat(33);
        for id in [json!(null), json!(""), json!("  "), json!(7), json!(long), json!("a_gone")] {
            assert_eq!(verdict(&key, &id), (1902, "Invalid parameters".to_owned()), "{id}");
        }
        for key in [json!(null), json!(""), json!(7)] {
            assert_eq!(verdict(&key, &json!("1639825145166")).0, 1902, "{key}");
        }
        assert_eq!(verdict(&key, &json!("直".repeat(32))).0, 1100);
    }

    #[test]
    fn a_body_that_is_no_json_object_is_invalid() {
        for body in [&b"[]"[..], b"", b"accessKey=x", b"\xff"] {
            let (_, answer) = finish_videostream(
                &mut State::default(),
                &Call::new(bytes::Bytes::from_static(body)),
                at(NOON),
            );
            assert_eq!(answer["code"], 1902);
        }
    }
}
