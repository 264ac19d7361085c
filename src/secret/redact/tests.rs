//! Secrets in every encoding, and URLs.

use super::*;
use serde_json::json;

fn redactor() -> Redactor {
    Redactor::new([
        &Secret::new("s3cr\"et/Key+é".into()),
        &Secret::new("914a3f412fd9bc1eec14bb5eb104d253".into()),
    ])
}

#[test]
fn secret_is_found_in_every_encoding() {
    for encoding in [
        "s3cr\"et/Key+é",
        "S3CR\"ET/KEY+é",
        "s3cr%22et%2FKey%2B%C3%A9",
        "s3cr%22et%2fKey%2b%c3%a9",
        "s3cr%22et/Key%2B%C3%A9",
        "s3cr%22et/Key+%C3%A9",
        "s3cr&quot;et/Key+é",
        "s3cr\\\"et/Key+é",
        "s3cr\\\"et\\/Key+é",
        "czNjciJldC9LZXkrw6k",
        "914A3F412FD9BC1EEC14BB5EB104D253",
        "OTE0YTNmNDEyZmQ5YmMxZWVjMTRiYjVlYjEwNGQyNTM",
    ] {
        let text = format!("before {encoding} after");
        assert_eq!(redactor().text(&text), "before *** after", "{encoding}");
    }
}

#[test]
fn forms_and_go_encodings_are_found() {
    let redactor = Redactor::new([&Secret::new("a b&c<d>/e".into())]);
    for encoding in
        ["a+b%26c%3Cd%3E%2Fe", r"a b\u0026c\u003cd\u003e/e", r"a b\u0026c\u003Cd\u003E/e"]
    {
        assert_eq!(redactor.text(encoding), BLANK, "{encoding}");
    }
}

#[test]
fn json_is_searched_in_depth() {
    let value = json!({"a": [{"914a3f412fd9bc1eec14bb5eb104d253": "x s3cr\"et/Key+é"}], "n": 7});
    assert_eq!(redactor().json(value), json!({"a": [{"***": "x ***"}], "n": 7}));
}

#[test]
fn secret_of_digits_is_found_in_a_number() {
    let redactor = Redactor::new([&Secret::new("4711".into())]);
    assert_eq!(
        redactor.json(json!({"echo": 47_114_711, "n": 12})),
        json!({"echo": "******", "n": 12})
    );
}

#[test]
fn each_signature_is_redacted_in_turn() {
    let (latest, secret) = (RedactorCache::default(), Secret::new("s3cret-key".into()));
    for signature in ["aaaaaaaaaaaa", "aaaaaaaaaaaa", "bbbbbbbbbbbb"] {
        let redactor = latest.hiding([&secret], [signature].into_iter());
        assert_eq!(redactor.text(&format!("s3cret-key {signature}")), "*** ***");
    }
    assert_eq!(latest.hiding([&secret], std::iter::empty()).text("s3cret-key"), BLANK);
}

#[test]
fn other_text_is_unchanged() {
    assert!(matches!(redactor().text("channel does not exist"), Cow::Borrowed(_)));
    assert_eq!(Redactor::new([&Secret::new(String::new())]).text("abc"), "abc");
}

#[test]
fn secret_is_found_inside_encoded_requests() {
    let key = "C0nary/Key+7890";
    let redactor = Redactor::new([&Secret::new(key.into())]);
    let body = format!(r#"{{"accessKey":"{key}","data":{{"requestId":"r"}}}}"#);
    for prefix in ["", "a", "ab", "me:"] {
        for suffix in ["", "x", "xy"] {
            for whole in [format!("{prefix}{key}{suffix}"), format!("{prefix}{body}{suffix}")] {
                for encoded in [STANDARD_NO_PAD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                    let clean = redactor.text(&encoded);
                    assert!(clean.contains(BLANK), "{whole}: {clean}");
                    assert!(clean.len() + key.len() < encoded.len() + BLANK.len() + 4);
                }
                let encoded = hex(whole.as_bytes()).to_uppercase();
                assert!(redactor.text(&encoded).contains(BLANK), "{whole}");
            }
        }
    }
    let query = format!("accessKey={}", utf8_percent_encode(key, COMPONENT));
    assert!(redactor.text(&STANDARD_NO_PAD.encode(query)).contains(BLANK));
}

#[test]
fn short_secret_has_no_partial_encodings() {
    let redactor = Redactor::new([&Secret::new("4711".into())]);
    let patterns = redactor.patterns();
    assert!(
        patterns.iter().all(|p| p.len() >= LEAST_PART || ["4711", "ndcxmq"].contains(&p.as_str()))
    );
}

#[test]
fn urls_lose_user_info_and_query() {
    for (text, clean) in [
        ("rtmp://a.test/live/cam1?txSecret=abc&txTime=5C", "rtmp://a.test/live/cam1?***"),
        (
            "forbid 'rtmp://me:pw@a.test/live?x=1' --domain d",
            "forbid 'rtmp://a.test/live?***' --domain d",
        ),
        (
            "http://me:p/w@a.test/x and http://b.test:80/y@z",
            "http://a.test/x and http://b.test:80/y@z",
        ),
        ("target \"rtmp://a.test/x?***\": a URL", "target \"rtmp://a.test/x?***\": a URL"),
        ("(see https://a.test/#token=abc)", "(see https://a.test/#***)"),
        ("8888_a?txSecret=dead 8888_b", "8888_a?*** 8888_b"),
        ("why? because, a?b", "why? because, a?b"),
        ("HTTP://t0ken@a.test", "HTTP://a.test"),
        ("http://me@you:pw@a.test/", "http://a.test/"),
        ("\"https://a.test/x?y=1\",", "\"https://a.test/x?***\","),
        ("x\thttp://a.test?q\n", "x\thttp://a.test?***\n"),
    ] {
        assert_eq!(urls(text), clean);
    }
    assert!(matches!(urls("nothing here"), Cow::Borrowed(_)));
}
