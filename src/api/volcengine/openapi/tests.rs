//! Signatures against the vendor's SDK, the format of responses, and the shell's signature.

use super::*;
use crate::api::credentials::tests::credentials;
use crate::api::signature::{Signature, SigningContext};
use crate::api::signing::{canonical_query, canonical_request, sha256_hex};
use crate::api::spec::Api;
use crate::outcome::answer::Code;
use crate::text::hex;
use serde_json::json;

const KEY_ID: &str = "AKExample***********";
const SECRET: &str = "QwERrtyasdf*********";
const NOON: &str = "20261121T120000Z";

pub(crate) fn account() -> HmacApi {
    account_at(DEFAULT_ENDPOINT, None)
}

fn account_at(endpoint: &str, token: Option<&str>) -> HmacApi {
    let credentials = credentials(KEY_ID, SECRET, token);
    HmacApi::new(&API_VERSION, &SCHEME, credentials, endpoint.parse().unwrap())
}

fn at_noon() -> SigningContext {
    SigningContext { at: "2026-11-21T12:00:00.900Z".parse().unwrap(), nonce: 7 }
}

fn act(action: &'static str, members: &[(&'static str, &str)]) -> Request {
    let members = members.iter().map(|(name, value)| (*name, Value::from(*value)));
    call(action, Request::post("/", members))
}

fn look(action: &'static str, query: &[(&'static str, &str)]) -> Request {
    let query = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    call(action, Request::get("/", query))
}

/// The request of the vendor's demos, as `volcengine` 1.0.229 signs it.
#[test]
fn each_step_matches_the_sdk() {
    let query = canonical_query(&[
        ("Version", "2018-01-01".to_owned()),
        ("Action", "ListUsers".to_owned()),
        ("Limit", "2".to_owned()),
    ]);
    let no_body = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", "iam.volcengineapi.com"),
        ("x-content-sha256", no_body),
        ("x-date", NOON),
    ];
    let canonical = canonical_request("GET", "/", &query, &headers, b"");
    assert_eq!(
        canonical,
        "GET\n/\nAction=ListUsers&Limit=2&Version=2018-01-01\n\
         content-type:application/x-www-form-urlencoded\n\
         host:iam.volcengineapi.com\n\
         x-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
         x-date:20261121T120000Z\n\n\
         content-type;host;x-content-sha256;x-date\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let hash = "bc2ccdff2c6a77052dfed7e431c8fe44498e9e9aa0be1c6ae052267dc9056bf8";
    assert_eq!(sha256_hex(canonical.as_bytes()), hash);
    let iam = HmacScheme { scope: "cn-north-1/iam/request", ..HmacScheme::new("HMAC-SHA256") };
    let string_to_sign = iam.string_to_sign(NOON, "20261121", hash);
    assert_eq!(
        string_to_sign,
        format!("HMAC-SHA256\n20261121T120000Z\n20261121/cn-north-1/iam/request\n{hash}")
    );
    let key = iam.signing_key(SECRET, "20261121");
    assert_eq!(hex(&key), "eae2b748165a5a813622167940325d825cf5a35889b59226458157114a5ef0d2");
    assert_eq!(
        iam.signature(SECRET, "20261121", &string_to_sign),
        "c111a25b08c6f388ca881b1245a7d05640d70a1d352545a0c593c6e26ef2c9bb"
    );
}

/// The requests of the live API, as `volcengine` 1.0.229 signs them.
#[test]
fn every_action_is_signed_as_by_the_sdk() {
    let stream = [("App", "live"), ("Stream", "stream001")];
    let by_domain = [&[("Domain", "push.example.com")][..], &stream].concat();
    let until = [("EndTime", "2026-11-21T14:00:00.000Z")];
    for (request, query, body, hash, signature) in [
        (
            act("ForbidStream", &[&by_domain[..], &until].concat()),
            "Action=ForbidStream&Version=2023-01-01",
            r#"{"Domain":"push.example.com","App":"live","Stream":"stream001","EndTime":"2026-11-21T14:00:00.000Z"}"#,
            "9ed59cdc22e29d247fb41483ded1ced43e8e60333aa2a46e356125cbc6f0d027",
            "cdb023edd6cc4eb8fab26b59a91d9feff825de1aecb8ddf405087a5c17c0088d",
        ),
        (
            act("ResumeStream", &by_domain),
            "Action=ResumeStream&Version=2023-01-01",
            r#"{"Domain":"push.example.com","App":"live","Stream":"stream001"}"#,
            "0d7e063eeac8ed94b9aff31cdf790a2077b3f61ef267e6985f2d6a9da2c1cfbf",
            "1ffc905adbca194ac080c0fc8e79359d208b6f9ec13c3d4168ca73a5fef59b65",
        ),
        (
            act("KillStream", &[&[("Vhost", "push.example.com")][..], &stream].concat()),
            "Action=KillStream&Version=2023-01-01",
            r#"{"Vhost":"push.example.com","App":"live","Stream":"stream001"}"#,
            "0556162d5a79ceb5d813763fe7a45b11df826bec0dbdd9585212058e72b05e9b",
            "fcbef9aedb7cd4a652d79b0d1bc63aed7262f886ef34a768edf2efde2b07d93a",
        ),
        (
            look("DescribeLiveStreamState", &by_domain),
            "Action=DescribeLiveStreamState&App=live&Domain=push.example.com&Stream=stream001&Version=2023-01-01",
            "",
            "88f8f64583dca753afe9468886965da35b87bc6588e58650a9045f65c1b839a0",
            "479d93a176d6a272d21322c25666851fa0725b21e0a2173a87ecf8ccda43782b",
        ),
    ] {
        let volcengine = account();
        let canonical =
            volcengine.canonical_request(&request, &Signature(vec![("time", NOON.to_owned())]));
        assert_eq!(sha256_hex(canonical.as_bytes()), hash, "{query}");

        let signed = volcengine.authorize(&request, &volcengine.sign(&request, at_noon()));

        assert_eq!(signed.url.as_str(), format!("https://live.volcengineapi.com/?{query}"));
        let sent = signed.body.as_deref().unwrap_or_default();
        assert_eq!(std::str::from_utf8(sent).unwrap(), body);
        assert_eq!(signed.method.as_str(), if body.is_empty() { "GET" } else { "POST" });
        let authorization = format!(
            "HMAC-SHA256 Credential=AKExample***********/20261121/cn-north-1/live/request, \
             SignedHeaders=content-type;host;x-content-sha256;x-date, Signature={signature}"
        );
        let mut headers = vec![
            ("x-content-sha256", sha256_hex(body.as_bytes())),
            ("x-date", NOON.to_owned()),
            ("authorization", authorization),
        ];
        // Beside a body the client writes it.
        if body.is_empty() {
            headers.insert(0, ("content-type", "application/json".to_owned()));
        }
        assert_eq!(signed.headers, headers, "{query}");
    }
    assert_eq!(
        hex(&SCHEME.signing_key(SECRET, "20261121")),
        "51604be77724b34c9593f124186bb8988ea2a19e706baf237e32d2ef04eb8777"
    );
}

#[test]
fn security_token_is_signed() {
    let token = "STS-TOKEN-1234567890";
    let volcengine = account_at(DEFAULT_ENDPOINT, Some(token));
    let request = act("ResumeStream", &[("Stream", "cam1")]);
    let signature = volcengine.sign(&request, at_noon());
    let signed = volcengine.authorize(&request, &signature);
    let header = |name| &signed.headers.iter().find(|(header, _)| *header == name).unwrap().1;
    assert_eq!(header("x-security-token"), "STS-TOKEN-1234567890");
    assert!(header("authorization").contains(";x-date;x-security-token, Signature="));
    assert_ne!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    assert_eq!(volcengine.secret_fields(), ["Signature", "token"]);
}

#[test]
fn endpoint_prefix_is_sent_and_not_signed() {
    let relay = account_at("https://live.volcengineapi.com/relay", None);
    let request = look("DescribeLiveStreamState", &[("Stream", "a b*~")]);
    let signature = relay.sign(&request, at_noon());
    assert_eq!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    let signed = relay.authorize(&request, &signature);
    assert_eq!(
        signed.url.as_str(),
        "https://live.volcengineapi.com/relay/?Action=DescribeLiveStreamState&Stream=a%20b%2A~&Version=2023-01-01"
    );
    assert!(!relay.uses_default_endpoint() && account().uses_default_endpoint());
}

#[test]
fn success_is_metadata_without_an_error() {
    let read =
        |reply: Value| status(reply.as_object().unwrap()).map(|said| (said.is_success, said.code));
    let metadata = json!({
        "RequestId": "r", "Action": "ForbidStream", "Version": "2023-01-01", "Service": "live",
        "Region": "cn-north-1",
    });
    assert_eq!(read(json!({"ResponseMetadata": metadata})), Some((true, None)));
    let result = json!({"ResponseMetadata": metadata, "Result": {"stream_state": "online"}});
    assert_eq!(read(result), Some((true, None)));
    let failed = json!({"RequestId": "r", "Error": {"Code": "CommonErr", "CodeN": 0}});
    let failed = json!({"ResponseMetadata": failed, "Result": null});
    assert_eq!(read(failed), Some((false, Some(Code::Word("CommonErr".into())))));
    for other in [
        json!({}),
        json!({"RequestId": "r"}),
        json!({"ResponseMetadata": null}),
        json!({"ResponseMetadata": {}}),
        json!({"ResponseMetadata": {"RequestId": " "}}),
        json!({"ResponseMetadata": {"RequestId": 7}}),
        json!({"ResponseMetadata": {"RequestId": "r", "Error": null}}),
        json!({"ResponseMetadata": {"RequestId": "r", "Error": "CommonErr"}}),
        json!({"ResponseMetadata": {"RequestId": "r", "Error": {"CodeN": 100_013}}}),
        json!({"ResponseMetadata": {"Error": {"Code": "CommonErr"}}}),
        json!({"ResponseMetadata": {"RequestId": "r"}, "Error": {"Code": "CommonErr"}}),
        json!({"ResponseMetadata": {"RequestId": "r"}, "code": 0}),
        json!({"Response": {"RequestId": "r"}}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[cfg(unix)]
#[test]
fn shell_signs_like_the_program() {
    let name = "it's 100% \\n~1*";
    let requests = [act("KillStream", &[("Stream", name)]), look("State", &[("Stream", name)])];
    // Longer than a line of base64.
    let token = "t0ken/+ ".repeat(20);
    for request in requests {
        for sent in [None, Some(token.as_str())] {
            let volcengine = account_at(DEFAULT_ENDPOINT, sent);
            let secrets = [
                ("LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY", SECRET),
                ("LIVECTL_VOLCENGINE_SECURITY_TOKEN", &token),
            ];
            let computed = crate::api::tests::computed(&volcengine.shell(&request), &secrets);
            let at = chrono::NaiveDateTime::parse_from_str(&computed[0], "%Y%m%dT%H%M%SZ");
            let context = SigningContext { at: at.unwrap().and_utc(), nonce: 0 };
            let signed = volcengine.sign(&request, context).0;
            assert_eq!(computed, signed.into_iter().map(|(_, value)| value).collect::<Vec<_>>());
        }
    }
}
