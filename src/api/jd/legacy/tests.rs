//! Signatures against the manual, codes, and the echoes of requests.

use super::*;
use crate::api::jd::profile::BEIJING;
use serde_json::json;

pub(crate) fn account(username: &str, secret_key: &str) -> JdLegacy {
    JdLegacy {
        username: username.into(),
        secret_key: Secret::new(secret_key.into()),
        endpoint: LEGACY_ENDPOINT.parse().unwrap(),
        zone: BEIJING.parse().unwrap(),
    }
}

fn signature(username: &str, secret_key: &str, at: &str) -> String {
    account(username, secret_key)
        .sign(&Request::get("/", vec![]), SigningContext::fresh(at.parse().unwrap()))
        .get("signature")
        .to_owned()
}

#[test]
fn signatures_match_the_vendors_pages() {
    assert_eq!(
        signature("jd_cdntest", "", "2017-12-05T04:00:00Z"),
        "914a3f412fd9bc1eec14bb5eb104d253"
    );
    assert_eq!(
        signature("jd_cdntest", "", "2017-12-08T04:00:00Z"),
        "d00f58f89e8cd55dc080aec0d8051845"
    );
    assert_eq!(
        signature("jd_cdntest", "", "2017-12-11T04:00:00Z"),
        "b036e6094db32b5a5abc47e6be426c50"
    );
    assert_eq!(
        signature("jd_cdntest", "", "2018-07-30T04:00:00Z"),
        "7a9beb5119e1cb439208e444193d39ec"
    );
    let secret_key = "e7a31b1c5ea0efa9aa2f29c6559f7d61";
    assert_eq!(
        signature("jcloud_00", secret_key, "2016-10-23T04:00:00Z"),
        "a35685491fd80a80b40a718c3a5c5c56"
    );
}

#[test]
fn signature_date_is_beijings() {
    let jd = account("u", "k");
    assert_eq!(jd.date("2026-11-21T15:59:59Z".parse().unwrap()), "20261121");
    assert_eq!(jd.date("2026-11-21T16:00:00Z".parse().unwrap()), "20261122");
    let context = SigningContext::fresh("2026-11-21T15:59:59Z".parse().unwrap());
    assert!(jd.is_stale(&Code::Number(7), context, "2026-11-21T16:00:00Z".parse().unwrap()));
    assert!(!jd.is_stale(&Code::Number(7), context, context.at));
    assert!(!jd.is_stale(&Code::Number(4), context, "2026-11-21T16:00:00Z".parse().unwrap()));
}

#[test]
fn request_starts_with_the_account() {
    let request = Request::post(
        "/api/live/permitStream",
        [("domain", "a.com".into()), ("deleteStreams", json!([]))],
    );
    let signed =
        account("u", "k").authorize(&request, &Signature(vec![("signature", "914a".into())]));
    assert_eq!(signed.url.as_str(), "https://opencdn.jcloud.com/api/live/permitStream");
    let body = r#"{"username":"u","signature":"914a","domain":"a.com","deleteStreams":[]}"#;
    assert_eq!(signed.body.as_deref(), Some(body.as_bytes()));
}

#[test]
fn default_endpoint_unless_the_profile_names_one() {
    let jd = account("u", "k");
    assert!(jd.uses_default_endpoint());
    assert!(
        !JdLegacy { endpoint: "https://proxy.example.com".parse().unwrap(), ..jd }
            .uses_default_endpoint()
    );
}

#[test]
fn only_codes_of_the_table_are_explained() {
    let (jd, request) = (account("u", "k"), Request::post("/", []));
    let explain = |code| jd.explain(&request, &Code::Number(code));
    for (code, meaning) in [
        (-1, "the call raised an exception"),
        (1, "the call failed"),
        (2, "a parameter is empty"),
        (3, "the user name is empty; check username and secret_key"),
        (4, "the signature is empty; check username and secret_key"),
        (7, "the signature is incorrect; check username and secret_key"),
        (8, "calling the interface failed"),
        (12, "the domain is empty"),
        (15, "a domain is not this account's"),
        (18, "a domain is not this account's"),
        (20, "the user name does not exist; check username and secret_key"),
        (21, "the time asked about is too long or too long ago"),
        (45, "the time asked about is too long or too long ago"),
    ] {
        let explained = explain(code).unwrap();
        assert!(
            explained.starts_with(&format!("JD's CDN status table on {code}: {meaning}")),
            "{explained}"
        );
    }
    assert!(explain(7).unwrap().contains("(signed in UTC+08:00)"));
    assert_eq!([0, 5, 19, 999].map(explain), [None, None, None, None]);
    assert_eq!(jd.explain(&request, &Code::Word("7".into())), None);
}

#[test]
fn codes_have_error_classes() {
    let jd = account("u", "k");
    for (code, class) in [
        (3, ErrorClass::Credentials),
        (4, ErrorClass::Credentials),
        (7, ErrorClass::Credentials),
        (20, ErrorClass::Credentials),
        (-1, ErrorClass::Unclear),
        (8, ErrorClass::Unclear),
        (1, ErrorClass::Refused),
        (12, ErrorClass::Refused),
        (999, ErrorClass::Refused),
    ] {
        assert_eq!(jd.classify_code(&Code::Number(code)), class, "{code}");
    }
}

#[test]
fn differing_echo_contradicts() {
    let jd = account("u", "k");
    let request = |echo| Request { echo: Some(echo), ..Request::get("/", vec![]) };
    let differs =
        |echo, reply: Value| jd.check_echo(&request(echo), reply.as_object().unwrap()).is_some();

    for reply in [
        json!({}),
        json!({"data": null}),
        json!({"data": {}}),
        json!({"data": {"PublishNormalTimeout": 10}}),
        json!({"data": {"PublishNormalTimeout": " 10 "}}),
        json!({"data": {"publishNormalTimeout": "10"}}),
        json!({"data": {"PublishNormalTimeout": null}}),
        json!({"data": ""}),
    ] {
        assert!(!differs(Echo::Seconds(10), reply.clone()), "{reply}");
    }
    for reply in [
        json!({"data": {"PublishNormalTimeout": 60}}),
        json!({"data": {"PublishNormalTimeout": [10]}}),
        json!({"data": {"PublishNormalTimeout": 10, "publishNormalTimeout": 60}}),
        json!({"data": 60}),
    ] {
        assert!(differs(Echo::Seconds(10), reply.clone()), "{reply}");
    }
    for reply in [json!({}), json!({"data": null}), json!({"data": "A.Live.com "})] {
        assert!(!differs(Echo::Domain("a.live.com".into()), reply.clone()), "{reply}");
    }
    for reply in
        [json!({"data": "b.live.com"}), json!({"data": ""}), json!({"data": ["a.live.com"]})]
    {
        assert!(differs(Echo::Domain("a.live.com".into()), reply.clone()), "{reply}");
    }
}

#[test]
fn shell_zone_has_the_opposite_sign() {
    assert_eq!(posix_zone("+08:00".parse().unwrap()), "UTC-08:00");
    assert_eq!(posix_zone("-03:30".parse().unwrap()), "UTC+03:30");
    assert_eq!(posix_zone("+00:00".parse().unwrap()), "UTC-00:00");
}
