//! Tencent's `common_access` gateway, as far as its documents tell.
//!
//! They give numbers for success and for a channel that does not exist only; the other numbers are the sandbox's own.

use std::collections::BTreeMap;

use chrono::{DateTime, Months};
use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::state::State;
use super::{Answer, Call, demo, is_gone};
use crate::digest::md5_hex;
use crate::request::Timestamp;

/// How far ahead a request may expire, in seconds.
const LONGEST_VALIDITY: i64 = 86_400;

/// The longest ban; the vendor cuts a longer one to it in silence.
const LONGEST_BAN: Months = Months::new(3);

/// `channel_manager`: a channel goes off air until a moment, or back on air.
pub(super) fn common_access(state: &mut State, call: &Call, now: Timestamp) -> Answer {
    let done = Parameters::read(call.uri().query().unwrap_or_default()).and_then(|parameters| {
        identify(&parameters, now)?;
        set_status(state, &parameters, now)
    });
    let Refusal { ret, message } = done.err().unwrap_or(Refusal { ret: 0, message: "success" });
    (StatusCode::OK, json!({ "ret": ret, "message": message }))
}

/// What Tencent says instead of doing it.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    ret: i32,
    message: &'static str,
}

impl Refusal {
    const fn app_id() -> Self {
        Self { ret: 1, message: "appid is invalid" }
    }

    const fn interface() -> Self {
        Self { ret: 2, message: "cmd is invalid" }
    }

    const fn validity(message: &'static str) -> Self {
        Self { ret: 3, message }
    }

    const fn signature() -> Self {
        Self { ret: 4, message: "sign is invalid" }
    }

    const fn parameter(message: &'static str) -> Self {
        Self { ret: 5, message }
    }

    const fn unknown_channel() -> Self {
        Self { ret: 20601, message: "channel does not exist" }
    }
}

/// The query's parameters, decoded; each is there once.
#[derive(Debug)]
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn read(query: &str) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if parameters.insert(decoded(name)?, decoded(value)?).is_some() {
                return Err(Refusal::parameter("a parameter is given twice"));
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter's value; the empty text where it is absent.
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A parameter that is a Unix second in decimal digits.
    fn second(&self, name: &str) -> Option<i64> {
        let text = self.text(name);
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    }
}

/// The text behind its percent escapes, with `+` for a space, as forms are written.
fn decoded(text: &str) -> Result<String, Refusal> {
    let escapes = text.split('%').skip(1);
    if !escapes.map(str::as_bytes).all(|escape| matches!(escape, [a, b, ..] if is_hex(*a) && is_hex(*b))) {
        return Err(Refusal::parameter("a percent escape is malformed"));
    }
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Refusal::parameter("a parameter is not UTF-8")),
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Whether the request is for this account and still valid, and signed: `MD5(key + t)`.
fn identify(parameters: &Parameters, now: Timestamp) -> Result<(), Refusal> {
    if parameters.text("appid") != demo::TENCENT_APP_ID {
        return Err(Refusal::app_id());
    }
    if !matches!(parameters.text("interface"), "channel_manager" | "Live_Channel_SetStatus") {
        return Err(Refusal::interface());
    }
    let t = parameters.second("t").ok_or(Refusal::validity("t is not a Unix second"))?;
    if parameters.text("sign") != md5_hex(&[demo::TENCENT_API_KEY, parameters.text("t")]) {
        return Err(Refusal::signature());
    }
    if t < now.timestamp() {
        Err(Refusal::validity("t has passed"))
    } else if t - now.timestamp() > LONGEST_VALIDITY {
        Err(Refusal::validity("t lies more than a day ahead"))
    } else {
        Ok(())
    }
}

fn set_status(state: &mut State, parameters: &Parameters, now: Timestamp) -> Result<(), Refusal> {
    let channel = match parameters.text("Param.s.channel_id") {
        "" => return Err(Refusal::parameter("Param.s.channel_id is empty")),
        channel => channel.to_owned(),
    };
    let end = parameters.second("Param.n.abstime_end");
    let end = end.ok_or(Refusal::parameter("Param.n.abstime_end is not a Unix second"))?;
    match parameters.text("Param.s.action") {
        "forbid" => {
            let until = ban_end(end, now)?;
            known(&channel)?;
            state.tencent_channels.forbid(channel, until);
        }
        // The end is required here too and has no meaning: the documents' own samples give long gone ones.
        "resume" => {
            known(&channel)?;
            state.tencent_channels.lift(&channel);
        }
        _ => return Err(Refusal::parameter("Param.s.action is neither forbid nor resume")),
    }
    Ok(())
}

/// The moment when a ban lifts itself: the one asked for, or the latest that there is.
fn ban_end(second: i64, now: Timestamp) -> Result<Timestamp, Refusal> {
    let latest = now.checked_add_months(LONGEST_BAN).unwrap_or(now);
    match DateTime::from_timestamp(second, 0) {
        Some(end) if end <= now => Err(Refusal::parameter("Param.n.abstime_end has passed")),
        Some(end) => Ok(end.min(latest)),
        None => Ok(latest),
    }
}

fn known(channel: &str) -> Result<(), Refusal> {
    if is_gone(channel) { Err(Refusal::unknown_channel()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at, get};
    use serde_json::Value;

    /// A signed query at noon; a parameter given here replaces the usual one, and `None` leaves it out.
    fn query(changes: &[(&str, Option<&str>)]) -> String {
        let t = (NOON + 60).to_string();
        let end = (NOON + 7200).to_string();
        let sign = md5_hex(&[demo::TENCENT_API_KEY, &t]);
        let mut parameters: Vec<(&str, &str)> = vec![
            ("appid", demo::TENCENT_APP_ID),
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

    fn send(state: &mut State, query: &str) -> Value {
        let (status, answer) = common_access(state, &get(&format!("/common_access?{query}")), at(NOON));
        assert_eq!(status, StatusCode::OK);
        answer
    }

    fn answer(changes: &[(&str, Option<&str>)]) -> Value {
        send(&mut State::default(), &query(changes))
    }

    fn signed(t: i64, key: &str) -> Value {
        let t = t.to_string();
        answer(&[("t", Some(&t)), ("sign", Some(&md5_hex(&[key, &t])))])
    }

    fn success() -> Value {
        json!({ "ret": 0, "message": "success" })
    }

    fn off_air(state: &mut State) -> Vec<(String, i64)> {
        let channels = state.tencent_channels.standing(at(NOON));
        channels.map(|(channel, until)| (channel.clone(), until.timestamp())).collect()
    }

    #[test]
    fn a_forbidden_channel_is_off_air_until_its_end_and_a_resumed_one_is_back() {
        let mut state = State::default();

        assert_eq!(send(&mut state, &query(&[])), success());
        assert_eq!(off_air(&mut state), [("8888_test123".to_owned(), NOON + 7200)]);

        assert_eq!(send(&mut state, &query(&[("Param.s.action", Some("resume"))])), success());
        assert_eq!(off_air(&mut state), []);
    }

    #[test]
    fn the_interface_of_the_english_page_is_accepted_too() {
        assert_eq!(answer(&[("interface", Some("Live_Channel_SetStatus"))]), success());
    }

    #[test]
    fn another_account_or_interface_is_refused() {
        for app_id in [None, Some(""), Some("1234")] {
            assert_eq!(answer(&[("appid", app_id)]), json!({ "ret": 1, "message": "appid is invalid" }));
        }
        for interface in [None, Some("Get_LivePushStat"), Some("Channel_Manager")] {
            assert_eq!(answer(&[("interface", interface)]), json!({ "ret": 2, "message": "cmd is invalid" }));
        }
    }

    #[test]
    fn a_wrong_missing_or_upper_case_sign_is_refused_for_each_action() {
        let invalid = json!({ "ret": 4, "message": "sign is invalid" });
        let t = (NOON + 60).to_string();
        let wrong = md5_hex(&["another key", &t]);
        let upper_case = md5_hex(&[demo::TENCENT_API_KEY, &t]).to_uppercase();
        for action in ["forbid", "resume"] {
            for sign in [None, Some(""), Some(&*wrong), Some(&*upper_case)] {
                assert_eq!(answer(&[("Param.s.action", Some(action)), ("sign", sign)]), invalid);
            }
        }
    }

    #[test]
    fn the_documents_own_signs_come_out() {
        let key = "5d41402abc4b2a76b9719d911017c592";
        assert_eq!(md5_hex(&[key, "1471850187"]), "b17971b51ba0fe5916ddcd96692e9fb3");
        assert_eq!(md5_hex(&[key, "1626839220"]), "5ee8ca6c28cbe415b40352969cdf8249");
    }

    #[test]
    fn a_request_is_valid_until_t_and_t_is_at_most_a_day_ahead() {
        for (t, expected) in [
            (NOON, success()),
            (NOON + 86_400, success()),
            (NOON - 1, json!({ "ret": 3, "message": "t has passed" })),
            (NOON + 86_401, json!({ "ret": 3, "message": "t lies more than a day ahead" })),
            (NOON * 1000, json!({ "ret": 3, "message": "t lies more than a day ahead" })),
        ] {
            assert_eq!(signed(t, demo::TENCENT_API_KEY), expected, "{t}");
        }
        for t in [None, Some(""), Some("soon"), Some("-5"), Some("%2B5"), Some("99999999999999999999")] {
            assert_eq!(answer(&[("t", t)]), json!({ "ret": 3, "message": "t is not a Unix second" }), "{t:?}");
        }
    }

    #[test]
    fn a_channel_and_an_exact_action_are_required() {
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
    fn the_mistyped_parameter_of_the_english_page_is_refused() {
        let mistyped = [("Param.s.action", None), ("Param.s.actio", Some("resume"))];
        assert_eq!(answer(&mistyped)["ret"], 5);
    }

    #[test]
    fn a_ban_ends_in_the_future_and_after_three_months_at_the_latest() {
        let passed = json!({ "ret": 5, "message": "Param.n.abstime_end has passed" });
        for end in [1000, NOON - 1, NOON] {
            assert_eq!(answer(&[("Param.n.abstime_end", Some(&end.to_string()))]), passed);
        }
        for end in ["1900000000", "9223372036854775807"] {
            let mut state = State::default();
            assert_eq!(send(&mut state, &query(&[("Param.n.abstime_end", Some(end))])), success());
            // 2026-11-21T12:00:00Z and three months, which are 92 days here.
            assert_eq!(off_air(&mut state), [("8888_test123".to_owned(), NOON + 92 * 86_400)]);
        }
    }

    #[test]
    fn a_resume_takes_any_end_but_not_none() {
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
    fn names_are_decoded_whatever_their_script() {
        for (sent, means) in [
            ("%E7%9B%B4%E6%92%AD_1", "直播_1"),
            ("a%20b", "a b"),
            ("a+b", "a b"),
            ("a%2Bb", "a+b"),
            ("a%26b%3Dc%25", "a&b=c%"),
            ("a=b", "a=b"),
        ] {
            let mut state = State::default();
            assert_eq!(send(&mut state, &query(&[("Param.s.channel_id", Some(sent))])), success());
            assert_eq!(off_air(&mut state), [(means.to_owned(), NOON + 7200)], "{sent}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for channel in ["%", "%2", "%zz", "%+1", "a%2"] {
            let malformed = json!({ "ret": 5, "message": "a percent escape is malformed" });
            assert_eq!(answer(&[("Param.s.channel_id", Some(channel))]), malformed, "{channel}");
        }
        let foreign = json!({ "ret": 5, "message": "a parameter is not UTF-8" });
        assert_eq!(answer(&[("Param.s.channel_id", Some("%E7%9B"))]), foreign);
    }

    #[test]
    fn a_parameter_given_twice_is_refused_however_it_is_written() {
        let twice = json!({ "ret": 5, "message": "a parameter is given twice" });
        for again in ["Param.s.action=resume", "Param.s.%61ction=forbid", "t=1"] {
            assert_eq!(send(&mut State::default(), &format!("{}&{again}", query(&[]))), twice);
        }
    }

    #[test]
    fn a_channel_that_is_gone_does_not_exist() {
        let unknown = json!({ "ret": 20601, "message": "channel does not exist" });
        for action in ["forbid", "resume"] {
            let gone = [("Param.s.channel_id", Some("8888_gone")), ("Param.s.action", Some(action))];
            assert_eq!(answer(&gone), unknown);
        }
    }

    #[test]
    fn a_call_without_a_query_has_no_account() {
        let (_, answer) = common_access(&mut State::default(), &get("/common_access"), at(NOON));
        assert_eq!(answer["message"], "appid is invalid");
    }
}
