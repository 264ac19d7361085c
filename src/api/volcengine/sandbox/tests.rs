//! The actions over their signed requests.

use serde_json::Value;

use super::*;
use crate::api::volcengine::sandbox::signature::tests::signed;
use crate::sandbox::authorization::AccessKey;
use crate::sandbox::tests::support::{NOON, at, handle};
use crate::time::Timestamp;

/// A signed request of this action; one with a body is a POST.
fn request(action: &str, query: &str, body: &str, now: Timestamp) -> SandboxRequest {
    let target = format!("/?Action={action}&Version=2023-01-01{query}");
    signed(&target, body, ACCESS_KEY, now)
}

const CAM1: &str = r#"{"Domain":"push.example.com","App":"live","Stream":"cam1"}"#;
const SPACE: &str = r#"{"Vhost":"push.example.com","App":"live","Stream":"cam1"}"#;
const LOOK: &str = "&Domain=push.example.com&App=live&Stream=cam1";
const PAGE: &str = "&PageNum=1&PageSize=1000";

/// The status, the result and the code of the reply to a request at a second.
fn send(state: &mut VendorState, request: &SandboxRequest, second: i64) -> (u16, Value, Value) {
    let (status, mut document) = handle(act, state, request, at(second));
    let metadata = document["ResponseMetadata"].take();
    assert_eq!(metadata["RequestId"].as_str().unwrap().len(), 34);
    assert_eq!(metadata["Service"], "live");
    (status.as_u16(), document["Result"].take(), metadata["Error"]["Code"].clone())
}

fn acted(state: &mut VendorState, action: &str, body: &str, second: i64) {
    let reply = send(state, &request(action, "", body, at(second)), second);
    assert_eq!(reply, (200, Value::Null, Value::Null), "{action} {body}");
}

fn seen(state: &mut VendorState, action: &str, query: &str, second: i64) -> Value {
    let (status, result, code) = send(state, &request(action, query, "", at(second)), second);
    assert_eq!((status, code), (200, Value::Null), "{action} {query}");
    result
}

fn state_of(state: &mut VendorState, second: i64) -> Value {
    seen(state, "DescribeLiveStreamState", LOOK, second)["stream_state"].take()
}

#[test]
fn ban_is_seen_in_state_and_list() {
    let mut state = VendorState::default();
    assert_eq!(state_of(&mut state, NOON), "online");
    let until = CAM1.replace('}', r#","EndTime":"2026-11-21T13:00:00.000Z"}"#);
    acted(&mut state, "ForbidStream", &until, NOON);
    assert_eq!(state_of(&mut state, NOON), "forbidden");
    let list = |state: &mut VendorState, second| {
        seen(state, "DescribeForbiddenStreamInfoByPage", PAGE, second)
    };
    assert_eq!(
        list(&mut state, NOON),
        json!({
            "RoughCount": 10,
            "StreamInfoList": [{
                "Vhost": "push.example.com", "Domain": "push.example.com", "App": "live", "Stream": "cam1",
                "CreateTime": "2026-11-21T12:00:00Z", "EndTime": "2026-11-21T13:00:00Z", "Status": true,
            }],
        })
    );
    assert_eq!(list(&mut state, NOON + 3600)["StreamInfoList"], json!([]));
    assert_eq!(state_of(&mut state, NOON + 3600), "offline");
    acted(&mut state, "ResumeStream", CAM1, NOON + 3600);
    assert_eq!(state_of(&mut state, NOON + 3600), "online");
}

#[test]
fn ban_without_an_end_lasts_90_days() {
    let mut state = VendorState::default();
    acted(&mut state, "ForbidStream", SPACE, NOON);
    let until = state.streams.active_bans(at(NOON)).next().unwrap().1.until.unwrap();
    assert_eq!(until, at(NOON + 90 * 86_400));
}

#[test]
fn kill_takes_the_space_alone_and_cuts_once() {
    let mut state = VendorState::default();
    acted(&mut state, "KillStream", SPACE, NOON);
    assert_eq!(state_of(&mut state, NOON), "offline");
    assert_eq!(state_of(&mut state, NOON + 5), "online");
    assert_eq!(state.streams.active_bans(at(NOON)).count(), 0);
    let by_domain = send(&mut state, &request("KillStream", "", CAM1, at(NOON)), NOON);
    assert_eq!(by_domain, (400, Value::Null, json!("InvalidParam")));
}

#[test]
fn live_list_follows_its_filters() {
    let mut state = VendorState::new(at(NOON - 60));
    acted(&mut state, "ForbidStream", CAM1, NOON);
    let mut names = |filter: &str| {
        let list = seen(&mut state, "DescribeLiveStreamInfoByPage", filter, NOON);
        let rows = list["StreamInfoList"].as_array().unwrap().clone();
        rows.iter().map(|row| row["Stream"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(PAGE), ["cam2", "cam3"]);
    assert_eq!(names("&PageNum=2&PageSize=1"), ["cam3"]);
    assert_eq!(names(&format!("{PAGE}&App=show")), [""; 0]);
    assert_eq!(names(&format!("{PAGE}&App=live&Stream=cam")), [""; 0]);
    assert_eq!(names(&format!("{PAGE}&App=live&Stream=cam&QueryType=fuzzy")), ["cam2", "cam3"]);
    assert_eq!(names(&format!("{PAGE}&StreamType=trans")), [""; 0]);
    assert_eq!(names(&format!("{PAGE}&Domain=other.example.com")), ["cam1", "cam2", "cam3"]);
    let list = seen(&mut state, "DescribeLiveStreamInfoByPage", PAGE, NOON);
    assert_eq!(
        list["StreamInfoList"][0],
        json!({
            "Vhost": "push.example.com", "Domain": "push.example.com", "App": "live", "Stream": "cam2",
            "ID": 1, "SessionStartTime": "2026-11-21T11:59:00.000Z", "SourceType": "push",
        })
    );
}

#[test]
fn refusals_have_a_code_and_a_status() {
    let changed = |from: &str, to: &str| CAM1.replace(from, to);
    let until = |end: &str| CAM1.replace('}', &format!(r#","EndTime":"{end}"}}"#));
    for (action, query, body, status, code) in [
        ("ForbidStream", "", changed("cam1", "cam_gone"), 400, "InvalidParam"),
        ("ForbidStream", "", changed("cam1", "直播"), 400, "InvalidParam.Format"),
        ("ForbidStream", "", changed("live", &"a".repeat(31)), 400, "InvalidParam.Format"),
        (
            "ForbidStream",
            "",
            changed("push.", "push-gone."),
            403,
            "RequestForbidden.AccountIDNotAllow",
        ),
        ("ForbidStream", "", changed("\"App\"", "\"Vhost\""), 400, "InvalidParam"),
        ("ForbidStream", "", changed("\"live\"", "7"), 400, "InvalidParam.BindError"),
        (
            "ForbidStream",
            "",
            changed("\"Domain\":\"push.example.com\",", ""),
            400,
            "MissingParameter",
        ),
        ("ForbidStream", "", until("2026-11-21T12:00:00.000Z"), 400, "InvalidParam.Format"),
        ("ForbidStream", "", until("2026-11-22T12:00:00Z"), 400, "InvalidParam.Format"),
        ("ForbidStream", "", until("2027-02-19T12:00:00.001Z"), 400, "InvalidParam.Format"),
        ("ResumeStream", "", until("2026-11-22T12:00:00.000Z"), 400, "InvalidParam"),
        ("ResumeStream", "", changed("\"Stream\"", "\"Name\""), 400, "InvalidParam"),
        ("ResumeStream", "&App=a", CAM1.into(), 400, "InvalidParam"),
        ("BanStream", "", CAM1.into(), 404, "InvalidActionOrVersion"),
        ("DescribeLiveStreamState", LOOK, "{}".into(), 404, "InvalidActionOrVersion"),
        ("DescribeLiveStreamState", "&App=a&Stream=b", String::new(), 400, "MissingParameter"),
        ("DescribeLiveStreamInfoByPage", "&PageNum=1", String::new(), 400, "MissingParameter"),
        (
            "DescribeLiveStreamInfoByPage",
            "&PageNum=1&PageSize=1001",
            String::new(),
            400,
            "InvalidParam",
        ),
    ] {
        let request = request(action, query, &body, at(NOON));
        let reply = send(&mut VendorState::default(), &request, NOON);
        assert_eq!(reply, (status, Value::Null, json!(code)), "{action} {query} {body}");
    }
    let wrong = AccessKey { secret: "other", ..ACCESS_KEY };
    let target = format!("/?Action=DescribeLiveStreamState&Version=2023-01-01{LOOK}");
    let request = signed(&target, "", wrong, at(NOON));
    let reply = send(&mut VendorState::default(), &request, NOON);
    assert_eq!(reply, (401, Value::Null, json!("SignatureDoesNotMatch")));
}

#[test]
fn unknown_stream_is_offline() {
    let gone = LOOK.replace("cam1", "cam_gone");
    let reply = seen(&mut VendorState::default(), "DescribeLiveStreamState", &gone, NOON);
    assert_eq!(reply["stream_state"], "offline");
}
