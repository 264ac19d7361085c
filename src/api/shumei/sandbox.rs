//! Shumei in the simulator: its two close operations, by its documents.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::names::is_unknown;
use crate::sandbox::request::JsonBody;
use crate::sandbox::simulator::{
    DemoCredentials, SandboxCall, SandboxReply, SandboxRequest, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;
use crate::time::{Timestamp, seconds};

/// Shumei's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "shumei",
    routes: &[
        SandboxRoute::new(&["POST"], "/finish_videostream/v4", |call| finish(call, CLOSED)),
        SandboxRoute::new(&["POST"], "/finish_audiostream/v4", |call| finish(call, CLOSED_AUDIO)),
    ],
    operation: |_| None,
    show,
    credentials: &[DemoCredentials { api: "", values: &[("access_key", ACCESS_KEY)] }],
};

/// The demo access key.
pub(crate) const ACCESS_KEY: &str = "livectlSandboxShumei";

/// The cluster that the simulator represents.
pub(crate) const CLUSTER: &str = "sh";

/// The records of closed video streams: the moment by request id.
const CLOSED: &str = "closed";

/// The records of closed audio streams.
const CLOSED_AUDIO: &str = "closed_audio";

/// The longest request id, in characters.
// The page for audio gives no limit; that of the page for video serves for both.
const MAX_ID: usize = 32;

fn show(state: &VendorState, _: Timestamp) -> Value {
    let list = |kind| -> Vec<Value> {
        let closed = state.records(kind).iter();
        closed.map(|(id, at)| json!({ "requestId": id, "closed_at": at })).collect()
    };
    json!({ "closed": list(CLOSED), "closed_audio": list(CLOSED_AUDIO) })
}

/// Ends the moderation of one stream. Video and audio have separate ids.
fn finish(call: &mut SandboxCall, closed: &'static str) -> SandboxReply {
    let (state, now) = (&mut *call.state, call.now);
    let code = match id_to_close(call.request) {
        Ok(id) => {
            // No page documents the reply for an id that is closed already; here it is a success again.
            state.records_mut(closed).entry(id).or_insert_with(|| seconds(now).into());
            ReplyCode::Success
        }
        Err(code) => code,
    };
    let request_id = state.request_id(now);
    let document =
        json!({ "requestId": request_id, "code": code as i32, "message": code.message() });
    (StatusCode::OK, document)
}

/// The codes of the vendor's table that the simulator replies with.
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

fn id_to_close(request: &SandboxRequest) -> Result<String, ReplyCode> {
    let body = JsonBody::read(request).ok_or(ReplyCode::InvalidParameters)?;
    match body.text("accessKey") {
        "" => return Err(ReplyCode::InvalidParameters),
        ACCESS_KEY => {}
        _ => return Err(ReplyCode::Unauthorized),
    }
    let id = body.text("requestId");
    if id.trim().is_empty() || id.chars().count() > MAX_ID || is_unknown(id) {
        return Err(ReplyCode::InvalidParameters);
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::{NOON, at, handle, post};

    fn close(state: &mut VendorState, access_key: &Value, id: &Value) -> Value {
        let request =
            post("/finish_videostream/v4", &json!({ "accessKey": access_key, "requestId": id }));
        let (status, answer) = handle(SIMULATOR.routes[0].handler, state, &request, at(NOON));
        assert_eq!(status, StatusCode::OK);
        answer
    }

    #[test]
    fn access_key_has_at_most_20_characters() {
        assert!(ACCESS_KEY.len() <= 20);
    }

    fn result(access_key: &Value, id: &Value) -> (i64, String) {
        let answer = close(&mut VendorState::default(), access_key, id);
        assert_eq!(answer["requestId"].as_str().unwrap().len(), 32);
        (answer["code"].as_i64().unwrap(), answer["message"].as_str().unwrap().to_owned())
    }

    #[test]
    fn closed_stream_can_be_closed_again() {
        let mut state = VendorState::default();

        let first = close(&mut state, &json!(ACCESS_KEY), &json!("1639825145166"));
        let second = close(&mut state, &json!(ACCESS_KEY), &json!("1639825145166"));

        assert_eq!((&first["code"], &first["message"]), (&json!(1100), &json!("Success")));
        assert_eq!(second["code"], 1100);
        assert_ne!(first["requestId"], second["requestId"], "each answer has an id of its own");
        let closed = json!([{ "requestId": "1639825145166", "closed_at": "2026-11-21T12:00:00Z" }]);
        assert_eq!(show(&state, at(NOON)), json!({ "closed": closed, "closed_audio": [] }));
    }

    #[test]
    fn audio_streams_have_separate_ids() {
        let mut state = VendorState::default();
        let close = |state: &mut VendorState, access_key: &str| {
            let request = post(
                "/finish_audiostream/v4",
                &json!({ "accessKey": access_key, "requestId": "1639825145166" }),
            );
            handle(SIMULATOR.routes[1].handler, state, &request, at(NOON)).1["code"].clone()
        };

        assert_eq!(close(&mut state, "another key"), 9101);
        assert_eq!(close(&mut state, ACCESS_KEY), 1100);

        assert_eq!(state.records(CLOSED_AUDIO).keys().collect::<Vec<_>>(), ["1639825145166"]);
        assert!(state.records(CLOSED).is_empty());
    }

    #[test]
    fn wrong_key_is_unauthorized() {
        for id in ["1639825145166", "", "1639825145166_gone"] {
            assert_eq!(
                result(&json!("another key"), &json!(id)),
                (9101, "Unauthorized operation".to_owned())
            );
        }
    }

    #[test]
    fn missing_key_and_bad_ids_are_invalid() {
        let key = json!(ACCESS_KEY);
        let long = "直".repeat(33);
        for id in [json!(null), json!(""), json!("  "), json!(7), json!(long), json!("a_gone")] {
            assert_eq!(result(&key, &id), (1902, "Invalid parameters".to_owned()), "{id}");
        }
        for key in [json!(null), json!(""), json!(7)] {
            assert_eq!(result(&key, &json!("1639825145166")).0, 1902, "{key}");
        }
        assert_eq!(result(&key, &json!("直".repeat(32))).0, 1100);
    }

    #[test]
    fn body_must_be_a_json_object() {
        for body in [&b"[]"[..], b"", b"accessKey=x", b"\xff"] {
            let (_, answer) = handle(
                SIMULATOR.routes[0].handler,
                &mut VendorState::default(),
                &SandboxRequest::new(bytes::Bytes::from_static(body)),
                at(NOON),
            );
            assert_eq!(answer["code"], 1902);
        }
    }
}
