//! The response that a result keeps.

use super::*;
use crate::api::alibaba;
use crate::engine::classify::kept::KEPT;
use crate::secret::redact::BLANK;

#[test]
fn response_json_is_kept() {
    let body =
        r#"{"status":-5,"data":{"a":[null,true,-1.5,18446744073709551615,"x",[],{}]},"msg":null}"#;
    let kept = result_of(&jd::tests::account("u", "k3y-of-jd"), 200, body.as_bytes()).answer;
    assert_eq!(kept.response.unwrap().as_str(), body);
    assert_eq!(
        (kept.http_status, kept.code, kept.message),
        (Some(200), Some(Code::Number(-5)), None)
    );
}

#[test]
fn response_keeps_its_numbers_as_they_came() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let body = "{ \"status\": 0,\n \"a\": [1.50, 1e3, -0, 123456789012345678901234567890] }\n";
    let kept = result_of(&jd, 200, body.as_bytes()).answer.response.unwrap();
    let numbers = "[1.50,1e3,-0,123456789012345678901234567890]";
    assert_eq!(kept.as_str(), format!("{{\"status\":0,\"a\":{numbers}}}"));
    let escaped = r#"{"status":0,"msg":"\u0041","a":1.50}"#;
    let kept = result_of(&jd, 200, escaped.as_bytes()).answer.response.unwrap();
    assert_eq!(kept.as_str(), escaped);
}

#[test]
fn secret_members_are_blanked_in_each_item() {
    let body = |url: &str| {
        let items = [url, url].map(|url| format!(r#"{{"a":[1.5,null],"PublishUrl":"{url}"}}"#));
        format!(r#"{{"RequestId":"r","List":[{}]}}"#, items.join(","))
    };
    let alibaba = alibaba::acs3::tests::account();
    let kept = result_of(&alibaba, 200, body("rtmp://push/a?auth_key=k").as_bytes()).answer;
    assert_eq!(kept.response.unwrap().as_str(), body(BLANK));
}

#[test]
fn secret_in_response_is_blanked_in_any_encoding() {
    let secret = "12345678901234567890123456";
    let jd = jd::tests::account("u", secret);
    let escaped: String = secret.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    for echo in [
        secret.to_owned(),
        format!("\"{secret}\""),
        format!("\"{escaped}\""),
        format!("{{\"{escaped}\":1}}"),
    ] {
        let body = format!("{{\"status\":12,\"echo\":{echo}}}");
        let response = result_of(&jd, 200, body.as_bytes()).answer.response;
        let text = response.map(|response| response.as_str().to_owned()).unwrap_or_default();
        assert!(!text.contains(secret) && !text.contains(&escaped), "{text}");
    }
}

#[test]
fn large_response_is_left_out_and_reported() {
    let jd = jd::tests::account("u", "k");
    for (padding, message) in [
        (KEPT - 25, Some("done")),
        (KEPT - 24, Some("done; the response of 64 KiB is left out")),
        (500 << 10, Some("done; the response of 500 KiB is left out")),
    ] {
        let body = format!("{{\"status\":0,\"msg\":\"done\"{}}}", " ".repeat(padding));
        let answer = result_of(&jd, 200, body.as_bytes()).answer;
        assert_eq!(answer.message.as_deref(), message);
        assert_eq!(answer.response.is_some(), body.len() <= KEPT, "{padding}");
    }
}
