//! Signatures against the manual and the vendor's SDK, the format of responses, and the shell's signature.

use super::*;
use crate::api::credentials::tests::credentials;
use crate::api::request::Request;
use crate::api::signature::{Signature, SigningContext};
use crate::api::signing::sha256_hex;
use crate::api::spec::Api;
use crate::outcome::answer::Code;
use serde_json::json;

const KEY_ID: &str = "HWAKEXAMPLE000000001";
const SECRET: &str = "HWSKEXAMPLE0000000000000000000000000001";
const PROJECT: &str = "77b6a44cba5143ab91d13ab9a8ff44fd";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn account() -> HmacApi {
    account_at("https://live.cn-north-4.myhuaweicloud.com", None)
}

fn account_at(endpoint: &str, token: Option<&str>) -> HmacApi {
    HmacApi {
        credentials: credentials(KEY_ID, SECRET, token),
        ..opened(&[("region", "cn-north-4"), ("endpoint", endpoint)]).unwrap()
    }
}

/// The account of a profile with these keys beside those of the access key and of the project.
fn opened(keys: &[(&'static str, &str)]) -> Result<HmacApi> {
    let own = [("access_key_id", KEY_ID), ("secret_access_key", SECRET), ("project_id", PROJECT)];
    open(&Account::made_up(&profile::SECTION, "prod", &[&own, keys].concat()))
}

/// The fields of a signature that is made at this time.
fn at(time: &str) -> Signature {
    Signature(vec![("time", time.to_owned())])
}

fn at_noon() -> SigningContext {
    SigningContext { at: "2026-11-21T12:00:00.900Z".parse().unwrap(), nonce: 7 }
}

fn query(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn stream(end: Option<&str>) -> Vec<(&'static str, Value)> {
    let named = [("domain", "push.example.com"), ("app_name", "live"), ("stream_name", "cam1")];
    let end = end.map(|end| ("resume_time", end));
    named.into_iter().chain(end).map(|(name, value)| (name, value.into())).collect()
}

/// The example of the manual's page on the signature. It prints the hash of the canonical request, which no key changes.
#[test]
fn each_step_matches_the_vendors_page() {
    let huawei = account_at("https://service.region.example.com", None);
    let marker = ("marker", "13551d6b-755d-4757-b956-536f674975c0");
    let request = Request::get("/vpcs", query(&[("limit", "2"), marker]));
    let canonical = huawei.canonical_request(&request, &at("20191115T033655Z"));
    assert_eq!(
        canonical,
        format!(
            "GET\n/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/\n\
             limit=2&marker=13551d6b-755d-4757-b956-536f674975c0\n\
             content-type:application/json\n\
             host:service.region.example.com\n\
             x-sdk-date:20191115T033655Z\n\n\
             content-type;host;x-sdk-date\n{EMPTY}"
        )
    );
    let hash = "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a";
    assert_eq!(sha256_hex(canonical.as_bytes()), hash);
    assert_eq!(
        SCHEME.string_to_sign("20191115T033655Z", "", hash),
        format!("SDK-HMAC-SHA256\n20191115T033655Z\n{hash}")
    );
    let context = SigningContext { at: "2019-11-15T03:36:55Z".parse().unwrap(), nonce: 0 };
    assert_eq!(
        huawei.sign(&request, context).get("Signature"),
        "1505afe5518920e98e3b5de147721bce558d162f16eb33228011942f08eab57c"
    );
}

/// A request as it is signed and sent.
struct SignedExample {
    request: Request,
    sent: &'static str,
    body: Option<&'static str>,
    hash: &'static str,
    signature: &'static str,
}

/// The requests of the live API, as `huaweicloudsdkcore` 3.1.219 signs them.
fn examples() -> [SignedExample; 5] {
    let named = [("domain", "push.example.com"), ("app_name", "live"), ("stream_name", "cam1")];
    let banned = [("domain", "push.example.com"), ("page", "0"), ("size", "100")];
    let live = [
        ("publish_domain", "push.example.com"),
        ("app", "live"),
        ("offset", "0"),
        ("limit", "100"),
    ];
    [
        SignedExample {
            request: Request::post("/stream/blocks", stream(Some("2026-11-21T14:00:00Z"))),
            sent: "POST stream/blocks",
            body: Some(
                r#"{"domain":"push.example.com","app_name":"live","stream_name":"cam1","resume_time":"2026-11-21T14:00:00Z"}"#,
            ),
            hash: "02b1686dd19757342325a621e32100b21de25f87b83f96a00247a3b673b916dd",
            signature: "c8632d889196ac47eccced961073d181d790eb9381c8e9f431ea8b852b33cff1",
        },
        SignedExample {
            request: Request::delete("/stream/blocks", query(&named)),
            sent: "DELETE stream/blocks?app_name=live&domain=push.example.com&stream_name=cam1",
            body: None,
            hash: "90195d60890576bc0db2a268c8989cac27f612a52ba5ac275c9dc664bbec4d5f",
            signature: "a43a086b76acf779e7e556402528a0ed9b4437aab06d156e23948c2e0caf4163",
        },
        SignedExample {
            request: Request::get("/stream/blocks", query(&banned)),
            sent: "GET stream/blocks?domain=push.example.com&page=0&size=100",
            body: None,
            hash: "0cb797a4b2096471726818a75a89564c5bdad8bf78adeb66f7ebbdc416d25972",
            signature: "99c4e53aee52fe1fedeb78aadc8da3808e969fb7dbfece3c1fea781ce327438d",
        },
        SignedExample {
            request: Request::post("/stream/block-once", stream(None)),
            sent: "POST stream/block-once",
            body: Some(r#"{"domain":"push.example.com","app_name":"live","stream_name":"cam1"}"#),
            hash: "28930316d514ba5dc56d67fa54c09e22e6384f55c04152a8a2f5a458b90f4fa2",
            signature: "ba68de6ea6713e06c7415a367c2ba6e9ab67378635b8927e1c9dab578fd478a3",
        },
        SignedExample {
            request: Request::get("/realtime/streams", query(&live)),
            sent: "GET realtime/streams?app=live&limit=100&offset=0&publish_domain=push.example.com",
            body: None,
            hash: "780f5113ba0d0ca4e2c2cf097bd0aa8adff95726c9f27840e23e3bcb07ec96be",
            signature: "3e910d31c50e71ccd5182c7252b4c17ba1980956f880020389917d11e3eb27c5",
        },
    ]
}

#[test]
fn every_request_is_signed_as_by_the_sdk() {
    let huawei = account();
    for SignedExample { request, sent, body, hash, signature } in examples() {
        let canonical = huawei.canonical_request(&request, &at("20261121T120000Z"));
        assert_eq!(sha256_hex(canonical.as_bytes()), hash, "{sent}");

        let signed = huawei.authorize(&request, &huawei.sign(&request, at_noon()));

        let (method, path) = sent.split_once(' ').unwrap();
        assert_eq!(signed.method.as_str(), method);
        assert_eq!(
            signed.url.as_str(),
            format!("https://live.cn-north-4.myhuaweicloud.com/v1/{PROJECT}/{path}")
        );
        assert_eq!(signed.body.as_deref(), body.map(str::as_bytes), "{sent}");
        let authorization = format!(
            "SDK-HMAC-SHA256 Access=HWAKEXAMPLE000000001, \
             SignedHeaders=content-type;host;x-sdk-date, Signature={signature}"
        );
        // The client adds the type of a body.
        let mut headers = vec![("content-type", "application/json")];
        headers.retain(|_| body.is_none());
        headers.extend([
            ("x-sdk-date", "20261121T120000Z"),
            ("x-project-id", PROJECT),
            ("authorization", &authorization),
        ]);
        let headers: Vec<_> =
            headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        assert_eq!(signed.headers, headers, "{sent}");
    }
}

#[test]
fn query_is_encoded_as_it_is_signed() {
    let huawei = account();
    let named = [("stream_name", "晚会 主机位~1*"), ("app_name", "a/b+c")];
    let request = Request::delete("/stream/blocks", query(&named));
    let encoded =
        "app_name=a%2Fb%2Bc&stream_name=%E6%99%9A%E4%BC%9A%20%E4%B8%BB%E6%9C%BA%E4%BD%8D~1%2A";
    let signed = huawei.authorize(&request, &huawei.sign(&request, at_noon()));
    assert_eq!(signed.url.query(), Some(encoded));
    assert_eq!(huawei.canonical_request(&request, &at("")).lines().nth(2), Some(encoded));
}

#[test]
fn security_token_is_signed() {
    let token = "security-token-1234567890";
    let huawei = account_at("https://live.cn-north-4.myhuaweicloud.com", Some(token));
    let request = Request::get("/stream/blocks", query(&[("domain", "push.example.com")]));
    let signature = huawei.sign(&request, at_noon());
    let signed = huawei.authorize(&request, &signature);
    let header = |name| &signed.headers.iter().find(|(header, _)| *header == name).unwrap().1;
    assert_eq!(header("x-security-token"), "security-token-1234567890");
    assert!(
        header("authorization")
            .contains("SignedHeaders=content-type;host;x-sdk-date;x-security-token, Signature=")
    );
    assert_ne!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    assert_eq!(huawei.secret_fields(), ["Signature", "token"]);
}

#[test]
fn endpoint_prefix_is_sent_and_not_signed() {
    let relay = account_at("https://live.cn-north-4.myhuaweicloud.com/relay", None);
    let request = Request::post("/stream/blocks", stream(None));
    let signature = relay.sign(&request, at_noon());
    assert_eq!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    let signed = relay.authorize(&request, &signature);
    assert_eq!(signed.url.path(), format!("/relay/v1/{PROJECT}/stream/blocks"));
    assert!(!relay.uses_default_endpoint() && account().uses_default_endpoint());
}

#[test]
fn account_needs_a_region_or_an_endpoint() {
    let open = |keys: &[(&'static str, &str)]| {
        opened(keys)
            .map(|huawei| (huawei.endpoint.as_str().to_owned(), huawei.uses_default_endpoint()))
    };
    let home = "https://live.cn-east-3.myhuaweicloud.com";
    let region = ("region", "cn-east-3");
    assert_eq!(open(&[region]).unwrap(), (home.to_owned(), true));
    assert_eq!(open(&[region, ("endpoint", home)]).unwrap(), (home.to_owned(), true));
    let relay = "https://relay.example.com";
    assert_eq!(open(&[region, ("endpoint", relay)]).unwrap(), (relay.to_owned(), false));
    assert_eq!(open(&[("endpoint", relay)]).unwrap(), (relay.to_owned(), false));
    assert!(open(&[]).unwrap_err().to_string().contains("huawei.region"));
}

#[test]
fn success_is_a_list_without_an_error_code() {
    let read =
        |reply: Value| status(reply.as_object().unwrap()).map(|said| (said.is_success, said.code));
    let banned = json!({"total": 1, "blocks": [{"app_name": "live", "stream_name": "a"}]});
    assert_eq!(read(banned), Some((true, None)));
    let live = json!({"total_page": 0, "total_num": 0, "offset": 0, "limit": 10, "streams": []});
    assert_eq!(read(live), Some((true, None)));
    for code in ["LIVE.100011001", "APIGW.0301"] {
        let refused = json!({"error_code": code, "error_msg": "Request Illegal"});
        assert_eq!(read(refused), Some((false, Some(Code::Word(code.into())))));
    }
    for other in [
        json!({}),
        json!({"request_id": "r"}),
        json!({"total": 0}),
        json!({"blocks": []}),
        json!({"total": "0", "blocks": []}),
        json!({"total": 0, "streams": []}),
        json!({"total_num": 0, "blocks": []}),
        json!({"total": 0, "blocks": [], "code": "Throttling"}),
        json!({"total": 0, "blocks": [], "error_code": null}),
        json!({"total": 0, "blocks": [], "error_code": 0}),
        json!({"total": 0, "blocks": [], "error": {"code": "X.1"}}),
        json!({"error_code": "0"}),
        json!({"error_code": 400}),
        json!({"error_msg": "404 Route Not Found"}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[cfg(unix)]
#[test]
fn shell_signs_like_the_program() {
    let named = [("stream_name", "it's 100% \\n~1*")];
    let body = [("stream_name", Value::from("it's 100% \\n~1* 直播"))];
    let requests =
        [Request::delete("/stream/blocks", query(&named)), Request::post("/stream/blocks", body)];
    // Longer than a line of base64.
    let token = "t0ken/+ ".repeat(20);
    let temporary = || account_at("https://live.cn-north-4.myhuaweicloud.com", Some(&token));
    for request in requests {
        for huawei in [account(), temporary()] {
            let secrets = [
                ("LIVECTL_HUAWEI_SECRET_ACCESS_KEY", SECRET),
                ("LIVECTL_HUAWEI_SECURITY_TOKEN", &token),
            ];
            let shell = huawei.shell(&request);
            let computed = crate::api::tests::computed(&shell, &secrets);
            let fields = shell.fields.iter().map(|(field, _)| *field).zip(computed.clone());
            let canonical = huawei.canonical_request(&request, &Signature(fields.collect()));
            let hash = sha256_hex(canonical.as_bytes());
            let [date, rest @ .., signed] = &computed[..] else { panic!("{computed:?}") };
            assert_eq!(rest.first().map(String::as_str), huawei.credentials.token());
            let signature = SCHEME.signature(SECRET, "", &SCHEME.string_to_sign(date, "", &hash));
            assert_eq!((date.len(), signed), (16, &signature));
        }
    }
}

#[test]
fn unreachable_unknown_region_is_named() {
    let at = |keys: &[(&'static str, &str)]| opened(keys).unwrap().when_unreachable();
    assert_eq!(at(&[("region", "cn-north-4")]), None);
    assert!(at(&[("region", "cn-nroth-4")]).unwrap().contains("check `region`"));
    let relay = ("endpoint", "https://relay.example.com");
    assert_eq!(at(&[("region", "cn-nroth-4"), relay]), None);
    assert!(profile::is_documented("cn-north-4") && !profile::is_documented("cn-nroth-4"));
}
