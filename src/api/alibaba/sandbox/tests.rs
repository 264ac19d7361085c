//! The actions over their signed requests.

use serde_json::Value;

use super::*;
use crate::api::alibaba::sandbox::signature::tests::signed;
use crate::sandbox::simulator::SandboxRequest;
use crate::sandbox::stream_state::{Ban, StreamKey};
use crate::sandbox::tests::support::{NOON, at, handle};
use crate::time::Timestamp;

/// A signed request of this action with a new nonce.
pub(crate) fn request(action: &str, query: &str, now: Timestamp) -> SandboxRequest {
    signed(action, query, ACCESS_KEY, &format!("{:032x}", fastrand::u128(..)), now)
}

const CAM1: &str = "DomainName=push.example.com&AppName=live&StreamName=cam1";
const PUBLISHED: &str =
    "DomainName=push.example.com&AppName=live&StreamName=cam1&LiveStreamType=publisher";
const PLAYED: &str = "DomainName=play.example.com";

/// The reply to an action at a second, without its request id.
fn send(state: &mut VendorState, action: &str, query: &str, second: i64) -> (u16, Value) {
    let request = request(action, query, at(second));
    let (status, mut document) = handle(act, state, &request, at(second));
    let id = document.as_object_mut().unwrap().shift_remove("RequestId").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 36);
    (status.as_u16(), document)
}

fn refusal(action: &str, query: &str) -> (u16, Value) {
    let (status, mut document) = send(&mut VendorState::default(), action, query, NOON);
    assert_eq!(document["HostId"], "live.aliyuncs.com");
    (status, document["Code"].take())
}

fn state_of(state: &mut VendorState, second: i64) -> Value {
    send(state, "DescribeLiveStreamState", CAM1, second).1["StreamState"].take()
}

#[test]
fn list_shows_a_ban_and_state_does_not() {
    let mut state = VendorState::default();
    assert_eq!(state_of(&mut state, NOON), "online");
    let until = format!("{PUBLISHED}&ResumeTime=2026-11-21T13%3A00%3A00Z");
    assert_eq!(send(&mut state, "ForbidLiveStream", &until, NOON), (200, json!({})));
    assert_eq!(state_of(&mut state, NOON), "offline");
    let list = |state: &mut VendorState, second| {
        send(state, "DescribeLiveStreamsBlockList", PLAYED, second).1
    };
    assert_eq!(
        list(&mut state, NOON),
        json!({
            "DomainName": "play.example.com", "PageNum": 1, "PageSize": 2000, "TotalNum": 1, "TotalPage": 1,
            "StreamUrls": { "StreamUrl": ["play.example.com/live/cam1"] },
        })
    );
    assert_eq!(list(&mut state, NOON + 3600)["TotalNum"], 0);
    assert_eq!(state_of(&mut state, NOON + 3600), "offline");
    assert_eq!(send(&mut state, "ResumeLiveStream", PUBLISHED, NOON), (200, json!({})));
    assert_eq!(state_of(&mut state, NOON), "online");
}

#[test]
fn ban_without_an_end_lasts_six_months() {
    let mut state = VendorState::default();
    send(&mut state, "ForbidLiveStream", PUBLISHED, NOON);
    let until = state.streams.active_bans(at(NOON)).next().unwrap().1.until.unwrap();
    assert_eq!(until, "2027-05-21T12:00:00Z".parse::<Timestamp>().unwrap());
}

#[test]
fn oneshot_cuts_and_bans_nothing() {
    let mut state = VendorState::default();
    let once = format!("{PUBLISHED}&Oneshot=yes");
    assert_eq!(send(&mut state, "ForbidLiveStream", &once, NOON), (200, json!({})));
    assert_eq!(state_of(&mut state, NOON), "offline");
    assert_eq!(state_of(&mut state, NOON + 5), "online");
    assert_eq!(state.streams.active_bans(at(NOON)).count(), 0);
}

#[test]
fn account_bans_10000_streams_at_most() {
    let mut state = VendorState::default();
    let ban = Ban::permanent(at(NOON));
    for number in 0..streams::MOST_BANS {
        state.streams.forbid(StreamKey::new("push.example.com", "live", &number.to_string()), ban);
    }
    let (status, document) = send(&mut state, "ForbidLiveStream", PUBLISHED, NOON);
    assert_eq!((status, &document["Code"]), (400, &json!("QuotaExceeded.Blacklist")));
    let banned = PUBLISHED.replace("cam1", "7");
    assert_eq!(send(&mut state, "ForbidLiveStream", &banned, NOON).0, 200);
    let once = format!("{PUBLISHED}&Oneshot=yes");
    assert_eq!(send(&mut state, "ForbidLiveStream", &once, NOON).0, 200);
    let page = format!("{PLAYED}&PageNum=4&PageSize=3000");
    let list = send(&mut state, "DescribeLiveStreamsBlockList", &page, NOON).1;
    assert_eq!((&list["TotalNum"], &list["TotalPage"]), (&json!(10_000), &json!(4)));
    assert_eq!(list["StreamUrls"]["StreamUrl"].as_array().unwrap().len(), 1000);
}

#[test]
fn resume_of_any_app_lifts_the_name() {
    let mut state = VendorState::default();
    for app in ["live", "show"] {
        let query = PUBLISHED.replace("=live", &format!("={app}"));
        send(&mut state, "ForbidLiveStream", &query, NOON);
    }
    send(&mut state, "ForbidLiveStream", &PUBLISHED.replace("cam1", "cam2"), NOON);
    send(&mut state, "ResumeLiveStream", &PUBLISHED.replace("=live", "=%2A"), NOON);
    let banned: Vec<_> = state.streams.active_bans(at(NOON)).map(|(key, _)| &*key.name).collect();
    assert_eq!(banned, ["cam2"]);
}

#[test]
fn online_list_has_names_and_requested_push_urls() {
    let mut state = VendorState::new(at(NOON - 60));
    send(&mut state, "ForbidLiveStream", PUBLISHED, NOON);
    let mut list = |filter: &str| {
        let query = format!("{PLAYED}{filter}");
        send(&mut state, "DescribeLiveStreamsOnlineList", &query, NOON).1
    };
    let names = |list: &Value| {
        let rows = list["OnlineInfo"]["LiveStreamOnlineInfo"].as_array().unwrap().clone();
        rows.iter().map(|row| row["StreamName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let only = list("&OnlyStream=yes&StreamType=raw&QueryType=strict");
    assert_eq!(names(&only), ["cam2", "cam3"]);
    assert_eq!(
        only["OnlineInfo"]["LiveStreamOnlineInfo"][0],
        json!({
            "DomainName": "play.example.com", "AppName": "live", "StreamName": "cam2",
            "PublishTime": "2026-11-21T11:59:00Z",
        })
    );
    let whole = list("&StreamName=cam");
    assert_eq!(names(&whole), ["cam2", "cam3"]);
    assert!(whole["OnlineInfo"]["LiveStreamOnlineInfo"][0]["PublishUrl"].is_string());
    assert_eq!(names(&list("&StreamName=cam&QueryType=strict")), [""; 0]);
    assert_eq!(names(&list("&AppName=show")), [""; 0]);
    assert_eq!(names(&list("&StreamType=trans")), [""; 0]);
    assert_eq!(names(&list("&PageSize=1&PageNum=2")), ["cam3"]);
}

#[test]
fn refusals_have_a_code_and_a_status() {
    let published = |from: &str, to: &str| PUBLISHED.replace(from, to);
    for (action, query, status, code) in [
        ("ForbidLiveStream", published("&LiveStreamType=publisher", ""), 400, "MissingParameter"),
        ("ForbidLiveStream", published("publisher", "player"), 400, "InvalidParameter"),
        ("ForbidLiveStream", published("cam1", "cam_gone"), 400, "InvalidParam"),
        ("ForbidLiveStream", published("push.", "push-gone."), 404, "InvalidDomain.NotFound"),
        ("ForbidLiveStream", published("push.", "play."), 403, "IllegalOperation"),
        ("ForbidLiveStream", format!("{PUBLISHED}&Oneshot=1"), 400, "InvalidParameter"),
        ("ForbidLiveStream", format!("{PUBLISHED}&AppName=a"), 400, "InvalidParameter"),
        ("ForbidLiveStream", format!("{PUBLISHED}&Reason=a"), 400, "InvalidParameter"),
        ("ResumeLiveStream", format!("{PUBLISHED}&ResumeTime=a"), 400, "InvalidParameter"),
        ("DescribeLiveStreamState", "AppName=a&StreamName=b".into(), 400, "MissingParameter"),
        (
            "DescribeLiveStreamsBlockList",
            "DomainName=push.example.com".into(),
            404,
            "InvalidDomain.NotFound",
        ),
        (
            "DescribeLiveStreamsBlockList",
            format!("{PLAYED}&PageSize=3001"),
            400,
            "InvalidParameter",
        ),
        ("DescribeLiveStreamsOnlineList", format!("{PLAYED}&PageNum=0"), 400, "InvalidParameter"),
        ("DropLiveStream", PUBLISHED.into(), 404, "InvalidAction.NotFound"),
    ] {
        assert_eq!(refusal(action, &query), (status, json!(code)), "{action} {query}");
    }
    for time in ["2026-11-21T12%3A00%3A00Z", "2026-11-22", "2026-11-22T12%3A00%3A00%2B08%3A00"] {
        let query = format!("{PUBLISHED}&ResumeTime={time}");
        let malformed = (400, json!("InvalidResumeTime.Malformed"));
        assert_eq!(refusal("ForbidLiveStream", &query), malformed, "{time}");
    }
}

#[test]
fn unknown_stream_is_offline() {
    let gone = CAM1.replace("cam1", "cam_gone");
    let (status, reply) = send(&mut VendorState::default(), "DescribeLiveStreamState", &gone, NOON);
    assert_eq!((status, &reply["StreamState"]), (200, &json!("offline")));
    let played = CAM1.replace("push.", "play.");
    let reply = send(&mut VendorState::default(), "DescribeLiveStreamState", &played, NOON).1;
    assert_eq!(reply["StreamState"], "online");
}
