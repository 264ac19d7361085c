//! Signatures against the manual and the vendor's signers, the format of responses, and the shell's signature.

use super::*;
use crate::api::credentials::tests::credentials;
use crate::api::signature::{Signature, SigningContext};
use crate::api::signing::{canonical_query, canonical_request, hmac_sha256, sha256_hex};
use crate::api::spec::Api;
use crate::text::hex;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::json;

pub(crate) fn account(access_key_id: &str, secret_access_key: &str, endpoint: &str) -> HmacApi {
    let credentials = credentials(access_key_id, secret_access_key, None);
    HmacApi::new(&API_VERSION, &SCHEME, credentials, endpoint.parse().unwrap())
}

fn temporary(secret_access_key: &str, security_token: &str) -> HmacApi {
    let id = "AKID-TEST-1234567890";
    HmacApi {
        credentials: credentials(id, secret_access_key, Some(security_token)),
        ..account(id, secret_access_key, OPENAPI_ENDPOINT)
    }
}

/// The scheme for another service and region.
const fn scheme(scope: &'static str) -> HmacScheme {
    HmacScheme { scope, key_prefix: "JDCLOUD2", ..HmacScheme::new("JDCLOUD2-HMAC-SHA256") }
}

fn signature(
    scheme: &HmacScheme,
    secret_access_key: &str,
    date_time: &str,
    canonical_request: &str,
) -> String {
    let (date, hash) = (&date_time[..8], sha256_hex(canonical_request.as_bytes()));
    scheme.signature(secret_access_key, date, &scheme.string_to_sign(date_time, date, &hash))
}

/// `test_sign_request_2`, `test_make_signing_key` and `test_make_string_to_sign` of JD's signer for Rust.
#[test]
fn signature_matches_the_rust_signer() {
    let scheme = scheme("cn-north-1/service_name/jdcloud2_request");
    let headers = [
        ("content-type", "application/json"),
        ("x-jdcloud-date", "20180405T010203Z"),
        ("x-jdcloud-nonce", "55f3919e-3a7d-4174-b117-f150ff25e274"),
    ];
    let query = canonical_query(&[("pageSize", "10".into()), ("pageNumber", "2".into())]);
    let canonical =
        canonical_request("GET", "/v1/regions/cn-north-1/instances", &query, &headers, b"");
    assert_eq!(
        canonical,
        "GET\n/v1/regions/cn-north-1/instances\npageNumber=2&pageSize=10\ncontent-type:application/json\n\
         x-jdcloud-date:20180405T010203Z\nx-jdcloud-nonce:55f3919e-3a7d-4174-b117-f150ff25e274\n\n\
         content-type;x-jdcloud-date;x-jdcloud-nonce\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        scheme.credential_scope("20180405"),
        "20180405/cn-north-1/service_name/jdcloud2_request"
    );
    let signing_key = "b302aa05734bcaf60be65a4be7c971669ac55444769681c19113d80460e31a33";
    assert_eq!(hex(&scheme.signing_key("sk", "20180405")), signing_key);
    assert_eq!(
        signature(&scheme, "sk", "20180405T010203Z", &canonical),
        "cea138630c57ba3de51933926e3b1657c34b4d1b6f86d360511bf40a09f63729"
    );
}

/// The worked example of JD's page *Authorization-Rules*, each intermediate string of it.
#[test]
fn each_step_matches_the_vendors_page() {
    let scheme = scheme("cn-north-1/test/jdcloud2_request");
    let query = [("p1", "p1"), ("p0", "p0"), ("o", "%"), ("u", "u")];
    let query = canonical_query(&query.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(query, "o=%25&p0=p0&p1=p1&u=u");
    let headers = [
        ("x-jdcloud-date", "20190214T104514Z"),
        ("x-jdcloud-nonce", "testnonce"),
        ("x-my-header", "test"),
        ("x-my-header_blank", "blank"),
    ];
    let path = format!("/v1/{}", uri_encode("resource:action"));
    let canonical = canonical_request("POST", &path, &query, &headers, b"body data");
    assert_eq!(
        canonical,
        "POST\n/v1/resource%3Aaction\no=%25&p0=p0&p1=p1&u=u\n\
         x-jdcloud-date:20190214T104514Z\nx-jdcloud-nonce:testnonce\nx-my-header:test\n\
         x-my-header_blank:blank\n\n\
         x-jdcloud-date;x-jdcloud-nonce;x-my-header;x-my-header_blank\n\
         e51832a118eeff7ad976d635b7d04538e362e4c21bd0f6253580b0a83a209074"
    );
    let hash = "fb2e317056269590681d091f8eb22272967c0b922b2deda887312215ea4eed4c";
    assert_eq!(sha256_hex(canonical.as_bytes()), hash);
    assert_eq!(
        scheme.string_to_sign("20190214T104514Z", "20190214", hash),
        format!(
            "JDCLOUD2-HMAC-SHA256\n20190214T104514Z\n\
             20190214/cn-north-1/test/jdcloud2_request\n{hash}"
        )
    );
    let date_key = hmac_sha256(b"JDCLOUD2TESTSK", "20190214");
    assert_eq!(hex(&date_key), "dbbdee87f18afeedd6456923587f5323b90c3a77fbc6e381b243c90c672d5daf");
    let region_key = hmac_sha256(&date_key, "cn-north-1");
    assert_eq!(
        hex(&region_key),
        "78e1da51757851329da8e31a6bad9f509c4816cacb8d5b2b9d171e49498ce4b6"
    );
    let service_key = hmac_sha256(&region_key, "test");
    assert_eq!(
        hex(&service_key),
        "44050ec21c8e839f36ff5b2d44ec4a5876f4ffd6ef9a7a692a3eba40396bdb68"
    );
    assert_eq!(
        hex(&scheme.signing_key("TESTSK", "20190214")),
        "a4e50bcb6001be0008696b173c30172b5ce22a77db00d21c6a9d69de2ba33b7d"
    );
    assert_eq!(
        signature(&scheme, "TESTSK", "20190214T104514Z", &canonical),
        "2a98f83c074e7bee260bfc8ef64f009c07595bd93f7f0c3f4e156bf6479ed9bf"
    );
}

/// Cases 4, 19 and 31 of JD's signer for Node.js, whose algorithm differs in its name alone.
#[test]
fn signatures_match_the_node_signer() {
    let scheme = HmacScheme {
        scope: "cn-north-1/apigatewaytestproductline/jdcloud3_request",
        key_prefix: "JDCLOUD3",
        ..HmacScheme::new("JDCLOUD3-HMAC-SHA256")
    };
    let headers = [
        ("x-jdcloud-algorithm", "JDCLOUD3-HMAC-SHA256"),
        ("x-jdcloud-date", "20190917T064708Z"),
        ("x-jdcloud-nonce", "X-Jdcloud-Nonce"),
    ];
    let mine = [&headers[..], &[("x-myheader", "myhead")]].concat();
    let instances = "/v1/regions/cn-north-1/instances";
    let chinese = canonical_query(&[("中文参数", "中文参数值".into())]);
    for (method, path, query, headers, body, expected) in [
        (
            "GET",
            "/v1",
            "",
            &headers[..],
            "",
            "ad76602f91e3ce4fabb0b7f925417d132efe411356ff0df3d85e70ab1ae11048",
        ),
        (
            "GET",
            instances,
            &chinese,
            &headers,
            "",
            "4ec1e4dbc27c515141dd1fb148f6a314e4a82ef80554206d2b5099087c5b0ecc",
        ),
        (
            "POST",
            instances,
            &chinese,
            &mine,
            r#"{"key":"value"}"#,
            "963c4ab8065b4ea9020152fc7ad41ef2e1d160ac411f4bfd4eb09b600e9247e9",
        ),
    ] {
        let canonical = canonical_request(method, path, query, headers, body.as_bytes());
        assert_eq!(
            signature(&scheme, "sk", "20190917T064708Z", &canonical),
            expected,
            "{method} {path}"
        );
    }
}

/// A request with a colon in its path, as another client signs it in line with JD's signer for Go.
#[test]
fn colon_is_signed_as_sent() {
    let scheme = scheme("jdcloud-api/ssl/jdcloud2_request");
    let headers = [
        ("content-type", "application/json"),
        ("host", "ssl.jdcloud-api.com"),
        ("x-jdcloud-date", "20260628T102030Z"),
        ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
    ];
    let body = br#"{"certName":"clouddeploy-1","certFile":"CERT","keyFile":"KEY"}"#;
    let canonical = canonical_request("POST", "/v1/sslCert%3Aupload", "", &headers, body);
    assert_eq!(
        signature(&scheme, "SECRET-abcdefghijklmnop", "20260628T102030Z", &canonical),
        "03ac43aa03cf75273d6e7c470fec0cf24e0a3034fbc78e410c422a123fcf739e"
    );
}

#[test]
fn ban_request_is_signed() {
    let jd = account("AKID-TEST-1234567890", "SECRET-abcdefghijklmnop", OPENAPI_ENDPOINT);
    let mut request = change("/v1/streams%3Aforbid", "push.yourdomain.com", "yourapp/yourstream");
    request.body.get_or_insert_default().push(("forbidTime", 3600.into()));
    let context = SigningContext {
        at: "2026-06-28T10:20:30.900Z".parse().unwrap(),
        nonce: 0x1111_1111_2222_4333_8444_5555_5555_5555,
    };

    let signed = jd.authorize(&request, &jd.sign(&request, context));

    assert_eq!(signed.url.as_str(), "https://live.jdcloud-api.com/v1/streams%3Aforbid");
    assert_eq!(
        signed.body.as_deref(),
        Some(
            &br#"{"publishDomain":"push.yourdomain.com","appName":"yourapp","streamName":"yourstream","forbidTime":3600}"#[..]
        )
    );
    assert_eq!(
        signed.headers,
        [
            ("x-jdcloud-date", "20260628T102030Z".to_owned()),
            ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555".to_owned()),
            (
                "authorization",
                "JDCLOUD2-HMAC-SHA256 Credential=AKID-TEST-1234567890/20260628/jdcloud-api/live/jdcloud2_request, \
                 SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, \
                 Signature=1ae97116a8c26594ddb5e309002c7093707ec2cc38398a6b4b3f4d334798fc58"
                    .to_owned()
            ),
        ]
    );
}

/// As JD's Python SDK 1.6.94 signs the same requests with the same token.
#[test]
fn security_token_is_signed_in_base64() {
    let jd = temporary("SECRET-abcdefghijklmnop", "STS-TOKEN-1234567890");
    let mut forbid = change("/v1/streams%3Aforbid", "push.yourdomain.com", "yourapp/yourstream");
    forbid.body.get_or_insert_default().push(("forbidTime", 3600.into()));
    let stream_info = "/v1/streams/push.yourdomain.com/appNames/yourapp/streamNames/\
         yourstream/streamInfo";
    let context = SigningContext {
        at: "2026-06-28T10:20:30Z".parse().unwrap(),
        nonce: 0x1111_1111_2222_4333_8444_5555_5555_5555,
    };
    for (request, expected) in [
        (forbid, "b0c035a6f829b0033abe5e7e031bf1ecbb83f67cbfee9e0a706a1d88321d5694"),
        (
            Request::get(stream_info, vec![]),
            "d3c650ca144e0cc543f3510e913a82de038e0bf110a90e255da7d1d742909049",
        ),
    ] {
        let signature = jd.sign(&request, context);
        assert_eq!(signature.get("Signature"), expected);
        let signed = jd.authorize(&request, &signature);
        let header = |name| signed.headers.iter().find(|(header, _)| *header == name).unwrap();
        assert_eq!(header("x-jdcloud-security-token").1, "U1RTLVRPS0VOLTEyMzQ1Njc4OTA=");
        assert!(header("authorization").1.contains(
            "SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce;\
             x-jdcloud-security-token, "
        ));
    }
}

#[test]
fn nonce_is_a_version_4_uuid() {
    assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
}

#[test]
fn response_needs_a_request_id() {
    let read = |reply: Value| {
        status(reply.as_object().unwrap()).map(|status| (status.is_success, status.code))
    };
    assert_eq!(read(json!({"requestId": "r", "result": {}})), Some((true, None)));
    assert_eq!(read(json!({"requestId": "r", "result": null})), Some((true, None)));
    let error =
        json!({"requestId": "r", "error": {"code": 404, "status": "NOT_FOUND", "message": "m"}});
    assert_eq!(read(error), Some((false, Some(Code::Number(404)))));
    for (word, class) in [
        ("RATE_LIMIT", Some(ErrorClass::Throttled)),
        ("HTTP_RATE_LIMIT_EXCEEDED", Some(ErrorClass::Throttled)),
        ("HTTP_FORBIDDEN", None),
        ("ACCESS_ERROR", None),
    ] {
        let error = json!({"requestId": "r", "error": {"code": 400, "status": word}});
        assert_eq!(status(error.as_object().unwrap()).unwrap().class, class, "{word}");
    }
    for other in [
        json!({}),
        json!({"result": {}}),
        json!({"requestId": 7}),
        json!({"requestId": "r", "error": {}}),
        json!({"requestId": "r"}),
        json!({"requestId": "r", "result": "failed"}),
        json!({"requestId": "", "result": {}}),
        json!({"requestId": " ", "result": {}}),
        json!({"requestId": "r", "code": 1902, "message": "m"}),
        json!({"requestId": "r", "result": {}, "code": "Throttling"}),
        json!({"requestId": "r", "result": {}, "success": false}),
        json!({"requestId": "r", "result": {}, "success": true}),
        json!({"requestId": "r", "result": {}, "Error": {}}),
        json!({"requestId": "r", "result": {}, "errors": []}),
        json!({"requestId": "r", "result": {}, "status": 0}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[test]
fn stream_info_is_of_the_stream_asked_for() {
    let request = stream_info("push.example.com", "live/a/秀");
    assert_eq!(
        request.path,
        "/v1/streams/push.example.com/appNames/live/streamNames/a%2F%E7%A7%80/streamInfo"
    );
    let read = |result: Value| {
        let reply = json!({"requestId": "r", "result": result});
        pushed(&request, reply.as_object().unwrap()).map(|seen| seen.state.unwrap())
    };
    let info = |status: &str| json!({"publishDomain": "push.example.com", "appName": "live", "streamName": "a/秀", "status": status});
    assert_eq!(read(info("on")).as_deref(), Some("live"));
    assert_eq!(read(info("off")).as_deref(), Some("idle"));
    assert_eq!(read(json!({"StreamInfo": info("off")})).as_deref(), Some("idle"));
    assert_eq!(read(json!({"status": "on"})).as_deref(), Some("live"));
    for other in [
        info("ON"),
        info(""),
        json!({}),
        json!(null),
        json!({"StreamInfo": null}),
        json!({"status": 1}),
        json!({"streamName": "b", "status": "on"}),
        json!({"appName": "show", "status": "off"}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[test]
fn get_request_is_signed_with_its_query() {
    let jd = account("AKID", "key", OPENAPI_ENDPOINT);
    let request = Request::get(
        "/v1/streams/a.com/onlineList",
        vec![("pageSize", "100".into()), ("appName", "a b".into())],
    );
    let signed = jd.authorize(
        &request,
        &jd.sign(
            &request,
            SigningContext { at: "2026-06-28T10:20:30Z".parse().unwrap(), nonce: 0 },
        ),
    );
    assert_eq!(signed.url.query(), Some("appName=a%20b&pageSize=100"));
    assert_eq!(signed.headers.first(), Some(&("content-type", "application/json".to_owned())));
    assert_eq!(signed.body, None);
    let plain = jd.authorize(&Request::get("/v1", vec![]), &Signature(vec![]));
    assert_eq!(plain.url.query(), None);
}

#[test]
fn codes_are_http_statuses() {
    let (jd, request) = (account("AKID", "key", OPENAPI_ENDPOINT), Request::get("/", vec![]));
    for (code, class, hint) in [
        (401, ErrorClass::Credentials, Some("check access_key_id, secret_access_key")),
        (403, ErrorClass::Refused, Some("the account may not do this")),
        (404, ErrorClass::Refused, None),
        (429, ErrorClass::Throttled, None),
        (499, ErrorClass::Refused, None),
        (500, ErrorClass::Unclear, None),
        (599, ErrorClass::Unclear, None),
        (600, ErrorClass::Refused, None),
    ] {
        let code = Code::Number(code);
        assert_eq!(jd.classify_code(&code), class, "{code:?}");
        let explained = jd.explain(&request, &code);
        assert_eq!(explained.is_some(), hint.is_some(), "{code:?}");
        assert!(explained.unwrap_or_default().starts_with(hint.unwrap_or_default()), "{code:?}");
    }
}

#[cfg(unix)]
#[test]
fn shell_signs_like_the_program() {
    let request = change("/v1/streams%3Aforbid", "push.example.com", "live/it's 100% \\n");
    let plain = account("AKID", "key", OPENAPI_ENDPOINT);
    // Longer than a line of base64.
    let token = "t0ken/+ ".repeat(20);
    for jd in [plain, temporary("key", &token)] {
        let secrets =
            [("LIVECTL_JD_SECRET_ACCESS_KEY", "key"), ("LIVECTL_JD_SECURITY_TOKEN", &token)];
        let shell = jd.shell(&request);
        let computed = crate::api::tests::computed(&shell, &secrets);
        let fields = shell.fields.iter().map(|(field, _)| *field).zip(computed.clone());
        let canonical = jd.canonical_request(&request, &Signature(fields.collect()));
        let [date_time, date, nonce, rest @ .., signed] = &computed[..] else {
            panic!("{computed:?}")
        };
        let encoded = jd.credentials.token().map(|token| BASE64_STANDARD.encode(token));
        assert_eq!(rest.first(), encoded.as_ref());
        assert_eq!((nonce.len(), &date_time[..8]), (32, date.as_str()));
        assert_eq!(*signed, signature(&SCHEME, "key", date_time, &canonical));
    }
}
