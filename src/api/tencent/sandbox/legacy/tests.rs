//! The legacy gateway.

use super::*;
use crate::api::tencent::sandbox::v3;
use crate::sandbox::tests::support::{NOON, at, get, handle};

/// A signed query at noon; a parameter given here replaces the usual one, and `None` leaves it out.
fn query(changes: &[(&str, Option<&str>)]) -> String {
    let t = (NOON + 60).to_string();
    let end = (NOON + 7200).to_string();
    let sign = md5_hex(&[demo::API_KEY, &t]);
    let mut parameters: Vec<(&str, &str)> = vec![
        ("appid", demo::APP_ID),
        ("interface", "channel_manager"),
        ("Param.s.channel_id", "8888_test123"),
        ("Param.n.abstime_end", &end),
        ("Param.s.action", "forbid"),
        ("t", &t),
        ("sign", &sign),
    ];
    for (name, value) in changes {
        parameters.retain(|(usual, _)| usual != name);
        parameters.extend(value.map(|value| (*name, value)));
    }
    parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn send(state: &mut VendorState, query: &str) -> Value {
    let (status, answer) =
        handle(common_access, state, &get(&format!("/common_access?{query}")), at(NOON));
    assert_eq!(status, StatusCode::OK);
    answer
}

fn answer(changes: &[(&str, Option<&str>)]) -> Value {
    send(&mut VendorState::default(), &query(changes))
}

fn signed(t: i64, key: &str) -> Value {
    let t = t.to_string();
    answer(&[("t", Some(&t)), ("sign", Some(&md5_hex(&[key, &t])))])
}

fn off_air(state: &mut VendorState) -> Vec<(String, i64)> {
    let bans = state.streams.active_bans(at(NOON));
    bans.map(|(key, ban)| (key.name.clone(), ban.until.unwrap().timestamp())).collect()
}

#[test]
fn channel_is_off_air_until_resumed() {
    let mut state = VendorState::default();

    assert_eq!(send(&mut state, &query(&[])), success());
    assert_eq!(off_air(&mut state), [("8888_test123".to_owned(), NOON + 7200)]);

    assert_eq!(send(&mut state, &query(&[("Param.s.action", Some("resume"))])), success());
    assert_eq!(off_air(&mut state), []);
}

#[test]
fn english_pages_interface_is_accepted() {
    assert_eq!(answer(&[("interface", Some("Live_Channel_SetStatus"))]), success());
}

#[test]
fn other_accounts_and_interfaces_are_refused() {
    for app_id in [None, Some(""), Some("1234")] {
        assert_eq!(
            answer(&[("appid", app_id)]),
            json!({ "ret": 1, "message": "appid is invalid" })
        );
    }
    for interface in [None, Some("Get_LivePushStat"), Some("Channel_Manager")] {
        assert_eq!(
            answer(&[("interface", interface)]),
            json!({ "ret": 2, "message": "cmd is invalid" })
        );
    }
}

#[test]
fn each_action_refuses_a_wrong_sign() {
    let invalid = json!({ "ret": 4, "message": "sign is invalid" });
    let t = (NOON + 60).to_string();
    let wrong = md5_hex(&["another key", &t]);
    let upper_case = md5_hex(&[demo::API_KEY, &t]).to_uppercase();
    for action in ["forbid", "resume"] {
        for sign in [None, Some(""), Some(&*wrong), Some(&*upper_case)] {
            assert_eq!(answer(&[("Param.s.action", Some(action)), ("sign", sign)]), invalid);
        }
    }
}

#[test]
fn published_signs_are_reproduced() {
    let key = "5d41402abc4b2a76b9719d911017c592";
    assert_eq!(md5_hex(&[key, "1471850187"]), "b17971b51ba0fe5916ddcd96692e9fb3");
    assert_eq!(md5_hex(&[key, "1626839220"]), "5ee8ca6c28cbe415b40352969cdf8249");
}

#[test]
fn t_is_at_most_a_day_ahead() {
    for (t, expected) in [
        (NOON, success()),
        (NOON + 86_400, success()),
        (NOON - 1, json!({ "ret": 3, "message": "t has passed" })),
        (NOON + 86_401, json!({ "ret": 3, "message": "t lies more than a day ahead" })),
        (NOON * 1000, json!({ "ret": 3, "message": "t lies more than a day ahead" })),
    ] {
        assert_eq!(signed(t, demo::API_KEY), expected, "{t}");
    }
    for t in [None, Some(""), Some("soon"), Some("-5"), Some("%2B5"), Some("99999999999999999999")]
    {
        assert_eq!(
            answer(&[("t", t)]),
            json!({ "ret": 3, "message": "t is not a Unix second" }),
            "{t:?}"
        );
    }
}

#[test]
fn channel_and_exact_action_are_required() {
    for channel in [None, Some("")] {
        let empty = json!({ "ret": 5, "message": "Param.s.channel_id is empty" });
        assert_eq!(answer(&[("Param.s.channel_id", channel)]), empty);
    }
    for action in [None, Some("Forbid"), Some("RESUME"), Some("stop")] {
        let neither = json!({ "ret": 5, "message": "Param.s.action is neither forbid nor resume" });
        assert_eq!(answer(&[("Param.s.action", action)]), neither);
    }
}

#[test]
fn english_pages_mistyped_parameter_is_refused() {
    let mistyped = [("Param.s.action", None), ("Param.s.actio", Some("resume"))];
    assert_eq!(answer(&mistyped)["ret"], 5);
}

#[test]
fn ban_ends_after_three_months_at_most() {
    let passed = json!({ "ret": 5, "message": "Param.n.abstime_end has passed" });
    for end in [1000, NOON - 1, NOON] {
        assert_eq!(answer(&[("Param.n.abstime_end", Some(&end.to_string()))]), passed);
    }
    for end in ["1900000000", "9223372036854775807"] {
        let mut state = VendorState::default();
        assert_eq!(send(&mut state, &query(&[("Param.n.abstime_end", Some(end))])), success());
        // 2026-11-21T12:00:00Z and three months, which are 92 days here.
        assert_eq!(off_air(&mut state), [("8888_test123".to_owned(), NOON + 92 * 86_400)]);
    }
}

#[test]
fn resume_takes_any_end_but_needs_one() {
    for end in ["0", "1000", "1499756910", "1900000000"] {
        let resume = [("Param.s.action", Some("resume")), ("Param.n.abstime_end", Some(end))];
        assert_eq!(answer(&resume), success());
    }
    for end in [None, Some(""), Some("now"), Some("-1"), Some("1.5")] {
        let missing = json!({ "ret": 5, "message": "Param.n.abstime_end is not a Unix second" });
        let resume = [("Param.s.action", Some("resume")), ("Param.n.abstime_end", end)];
        assert_eq!(answer(&resume), missing);
    }
}

#[test]
fn names_are_decoded_in_any_script() {
    for (sent, means) in [
        ("%E7%9B%B4%E6%92%AD_1", "直播_1"),
        ("a%20b", "a b"),
        ("a+b", "a b"),
        ("a%2Bb", "a+b"),
        ("a%26b%3Dc%25", "a&b=c%"),
        ("a=b", "a=b"),
    ] {
        let mut state = VendorState::default();
        assert_eq!(send(&mut state, &query(&[("Param.s.channel_id", Some(sent))])), success());
        assert_eq!(off_air(&mut state), [(means.to_owned(), NOON + 7200)], "{sent}");
    }
}

#[test]
fn malformed_parameters_are_refused() {
    for channel in ["%", "%2", "%zz", "%+1", "a%2"] {
        let malformed = json!({ "ret": 5, "message": "a percent escape is malformed" });
        assert_eq!(answer(&[("Param.s.channel_id", Some(channel))]), malformed, "{channel}");
    }
    let foreign = json!({ "ret": 5, "message": "a parameter is not UTF-8" });
    assert_eq!(answer(&[("Param.s.channel_id", Some("%E7%9B"))]), foreign);
}

#[test]
fn repeated_parameters_are_refused() {
    let twice = json!({ "ret": 5, "message": "a parameter is given twice" });
    for again in ["Param.s.action=resume", "Param.s.%61ction=forbid", "t=1"] {
        assert_eq!(send(&mut VendorState::default(), &format!("{}&{again}", query(&[]))), twice);
    }
}

#[test]
fn unknown_channel_does_not_exist() {
    let unknown = json!({ "ret": 20601, "message": "channel does not exist" });
    for action in ["forbid", "resume"] {
        let gone = [("Param.s.channel_id", Some("8888_gone")), ("Param.s.action", Some(action))];
        assert_eq!(answer(&gone), unknown);
    }
}

#[test]
fn empty_query_has_no_account() {
    let (_, answer) =
        handle(common_access, &mut VendorState::default(), &get("/common_access"), at(NOON));
    assert_eq!(answer["message"], "appid is invalid");
}

/// The reply of `Live_Channel_GetStatus` at a moment.
fn status_of(state: &mut VendorState, channel: &str, now: i64) -> Value {
    let t = (now + 60).to_string();
    let sign = md5_hex(&[demo::API_KEY, &t]);
    let query = query(&[
        ("interface", Some("Live_Channel_GetStatus")),
        ("Param.s.channel_id", Some(channel)),
        ("Param.s.action", None),
        ("Param.n.abstime_end", None),
        ("t", Some(&t)),
        ("sign", Some(&sign)),
    ]);
    handle(common_access, state, &get(&format!("/common_access?{query}")), at(now)).1
}

fn set_status_to(state: &mut VendorState, status: &str) -> Value {
    let set = [
        ("interface", Some("Live_Channel_SetStatus")),
        ("Param.n.status", Some(status)),
        ("Param.s.action", None),
        ("Param.n.abstime_end", None),
    ];
    send(state, &query(&set))
}

#[test]
fn set_status_forbids_resumes_and_interrupts() {
    let mut state = VendorState::default();

    assert_eq!(set_status_to(&mut state, "0"), success());
    assert_eq!(off_air(&mut state), [("8888_test123".to_owned(), NOON + 92 * 86_400)]);

    assert_eq!(set_status_to(&mut state, "1"), success());
    assert_eq!(status_of(&mut state, "8888_test123", NOON)["output"][0]["status"], 1);

    assert_eq!(set_status_to(&mut state, "2"), success());
    assert_eq!(status_of(&mut state, "8888_test123", NOON)["output"][0]["status"], 0);
    assert_eq!(status_of(&mut state, "8888_test123", NOON + 5)["output"][0]["status"], 1);
}

#[test]
fn status_is_0_1_or_2() {
    for status in ["", "3", "00", "-1", "forbid"] {
        let none = json!({ "ret": 5, "message": "Param.n.status is none of 0, 1 and 2" });
        assert_eq!(set_status_to(&mut VendorState::default(), status), none, "{status}");
    }
}

#[test]
fn set_status_needs_a_status_or_action() {
    let neither = [("interface", Some("Live_Channel_SetStatus")), ("Param.s.action", None)];
    assert_eq!(answer(&neither)["ret"], 5);
}

#[test]
fn get_status_follows_a_ban() {
    let mut state = VendorState::default();
    let output = |status, width, height| {
        let output = json!({ "rate_type": 0, "recv_type": 1, "status": status, "width": width, "height": height });
        json!({ "ret": 0, "message": "success", "output": [output] })
    };

    assert_eq!(status_of(&mut state, "8888_test123", NOON), output(1, 1280, 720));
    assert_eq!(send(&mut state, &query(&[])), success());
    assert_eq!(status_of(&mut state, "8888_test123", NOON + 7199), output(3, 0, 0));
    assert_eq!(status_of(&mut state, "8888_test123", NOON + 7200), output(0, 0, 0));
}

#[test]
fn unknown_channel_has_no_status() {
    let unknown = json!({ "ret": 20601, "message": "channel does not exist" });
    assert_eq!(status_of(&mut VendorState::default(), "8888_gone", NOON), unknown);
    for status in ["0", "1", "2"] {
        let set = [
            ("interface", Some("Live_Channel_SetStatus")),
            ("Param.n.status", Some(status)),
            ("Param.s.channel_id", Some("8888_gone")),
        ];
        assert_eq!(answer(&set), unknown);
    }
}

/// The state of `8888_test123` at noon, by the gateway, after an action of API 3.0.
fn status_after(state: &mut VendorState, action: &str) -> Value {
    let body = json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "8888_test123" });
    let (_, reply) = handle(v3::act, state, &v3::tests::request(action, &body, at(NOON)), at(NOON));
    assert!(reply["Response"]["Error"].is_null(), "{reply}");
    status_of(state, "8888_test123", NOON)["output"][0]["status"].take()
}

#[test]
fn both_apis_act_on_the_same_channels() {
    let mut state = VendorState::new(at(NOON));
    assert_eq!(status_after(&mut state, "DescribeLiveStreamState"), 1);
    assert_eq!(status_after(&mut state, "ForbidLiveStream"), 3);
    assert_eq!(status_after(&mut state, "ResumeLiveStream"), 1);
    assert_eq!(status_after(&mut state, "DropLiveStream"), 0);
}
