//! Requests of JD's documents and clients, and what is wrong with others.

use super::*;
use crate::sandbox::tests::support::{self, at, set};
use crate::text::hex;
use bytes::Bytes;
use hyper::Request;

/// The key of JD's Rust and Node.js signers.
const SIGNERS: AccessKey = AccessKey { id: "ak", secret: "sk", token: None };

/// The key of a client that was aligned with JD's Go signer.
const GO_SIGNER: AccessKey =
    AccessKey { id: "AKID-TEST-1234567890", secret: "SECRET-abcdefghijklmnop", token: None };

const TEMPORARY: AccessKey = AccessKey { token: Some("a token"), ..SIGNERS };

const CERTIFICATE: &str = r#"{"certName":"clouddeploy-1","certFile":"CERT","keyFile":"KEY"}"#;
const BAN: &str = r#"{"publishDomain":"push.yourdomain.com","appName":"yourapp","streamName":"yourstream","forbidTime":3600}"#;

/// A request to the live API with the signature of these rules and this region, beside the headers that it has.
fn signed_by(
    rules: &SignatureRules,
    region: &str,
    signed_headers: &str,
    key: AccessKey,
    mut request: SandboxRequest,
    now: Timestamp,
) -> SandboxRequest {
    let date_time = now.format(rules.date.1).to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("host", "live.jdcloud-api.com"),
        ("x-jdcloud-date", &date_time),
        ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
    ] {
        set(&mut request, name, value);
    }
    let scope = rules.scope.replace('*', region).leak();
    let rules = SignatureRules { scope, ..*rules };
    support::signed_by(&rules, request, key, now, signed_headers)
}

/// The check of a request to a service, of which the simulator itself has `live` alone.
fn verify(
    request: &SandboxRequest,
    keys: &[AccessKey],
    service: &str,
    now: Timestamp,
) -> Result<(), Cow<'static, str>> {
    let of_service = |rules: SignatureRules| {
        let scope = rules.scope.replace("live", service).leak();
        SignatureRules { scope, ..rules }
    };
    verify_by(&[JDCLOUD2, JDCLOUD3].map(of_service), request, keys, now)
}

/// A request that is signed as livectl does it.
pub(in crate::api::jd::sandbox) fn signed(
    request: SandboxRequest,
    key: AccessKey,
    now: Timestamp,
) -> SandboxRequest {
    let names = match header(&request, JDCLOUD2.token) {
        Some(_) => "content-type;host;x-jdcloud-date;x-jdcloud-nonce;x-jdcloud-security-token",
        None => "content-type;host;x-jdcloud-date;x-jdcloud-nonce",
    };
    signed_by(&JDCLOUD2, "jdcloud-api", names, key, request, now)
}

/// A request with these headers, the last of which is `Authorization`.
fn published(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &'static str,
) -> SandboxRequest {
    let request = Request::builder().method(method).uri(target);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Bytes::from_static(body.as_bytes())).unwrap()
}

/// 2018-04-05T01:02:03Z, with no `Host`.
fn of_the_rust_signer(query: &str) -> SandboxRequest {
    published(
        "GET",
        &format!("/v1/regions/cn-north-1/instances?{query}"),
        &[
            ("content-type", "application/json"),
            ("x-jdcloud-date", "20180405T010203Z"),
            ("x-jdcloud-nonce", "55f3919e-3a7d-4174-b117-f150ff25e274"),
            (
                "authorization",
                "JDCLOUD2-HMAC-SHA256 \
                 Credential=ak/20180405/cn-north-1/service_name/jdcloud2_request, \
                 SignedHeaders=content-type;x-jdcloud-date;x-jdcloud-nonce, Signature=\
                 cea138630c57ba3de51933926e3b1657c34b4d1b6f86d360511bf40a09f63729",
            ),
        ],
        "",
    )
}

/// 2026-06-28T10:20:30Z.
fn of_the_go_signer(
    service: &str,
    (method, path): (&str, &str),
    body: &'static str,
    signature: &str,
) -> SandboxRequest {
    let authorization = format!(
        "JDCLOUD2-HMAC-SHA256 \
         Credential=AKID-TEST-1234567890/20260628/jdcloud-api/{service}/jdcloud2_request, \
         SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, Signature={signature}"
    );
    let headers = [
        ("host", &*format!("{service}.jdcloud-api.com")),
        ("content-type", "application/json"),
        ("x-jdcloud-date", "20260628T102030Z"),
        ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
        ("authorization", &authorization),
    ];
    published(method, path, &headers, body)
}

fn certificate() -> SandboxRequest {
    let signature = "03ac43aa03cf75273d6e7c470fec0cf24e0a3034fbc78e410c422a123fcf739e";
    of_the_go_signer("ssl", ("POST", "/v1/sslCert%3Aupload"), CERTIFICATE, signature)
}

const THEN: i64 = 1_782_642_030; // 2026-06-28T10:20:30Z

/// The error of the certificate's request, or of another one to the same service.
fn error(request: &SandboxRequest) -> String {
    verify(request, &[GO_SIGNER], "ssl", at(THEN)).unwrap_err().into_owned()
}

fn not_same(detail: &str) -> String {
    super::not_same("JDCLOUD2-HMAC-SHA256", detail).into_owned()
}

/// The certificate's request with another text in its `Authorization`.
fn certificate_with(from: &str, to: &str) -> SandboxRequest {
    let mut request = certificate();
    let text = header(&request, "authorization").unwrap().replace(from, to);
    set(&mut request, "authorization", &text);
    request
}

#[test]
fn rust_signers_request_is_accepted() {
    for query in
        ["pageNumber=2&pageSize=10", "pageSize=10&pageNumber=2", "&pageSize=%31%30&page%4Eumber=2"]
    {
        let request = of_the_rust_signer(query);
        let verified = verify(&request, &[SIGNERS], "service_name", at(1_522_890_123));
        assert_eq!(verified, Ok(()), "{query}");
    }
    assert_eq!(
        hex(&JDCLOUD2
            .scheme
            .signing_key("sk", "20180405/cn-north-1/service_name/jdcloud2_request")),
        "b302aa05734bcaf60be65a4be7c971669ac55444769681c19113d80460e31a33"
    );
}

#[test]
fn go_signers_request_is_accepted() {
    assert_eq!(verify(&certificate(), &[GO_SIGNER], "ssl", at(THEN)), Ok(()));

    let mut raw = certificate();
    *raw.uri_mut() = "/v1/sslCert:upload".parse().unwrap();
    assert_eq!(verify(&raw, &[GO_SIGNER], "ssl", at(THEN)), Ok(()));
}

#[test]
fn forbid_signed_elsewhere_is_accepted() {
    let signature = "1ae97116a8c26594ddb5e309002c7093707ec2cc38398a6b4b3f4d334798fc58";
    let request = of_the_go_signer("live", ("PUT", "/v1/streams%3Aforbid"), BAN, signature);
    assert_eq!(verify(&request, &[GO_SIGNER], "live", at(THEN)), Ok(()));
}

/// The worked example of JD's page *Authorization-Rules*.
#[test]
fn authorization_pages_example_is_accepted() {
    let key = AccessKey { id: "TESTAK", secret: "TESTSK", token: None };
    let request = published(
        "POST",
        "/v1/resource:action?p1=p1&p0=p0&o=%&u=u",
        &[
            ("host", "test.jdcloud-api.com"),
            ("x-jdcloud-date", "20190214T104514Z"),
            ("x-jdcloud-nonce", "testnonce"),
            ("x-my-header", "test"),
            ("x-my-header_blank", " blank"),
            (
                "authorization",
                "JDCLOUD2-HMAC-SHA256 \
                 Credential=TESTAK/20190214/cn-north-1/test/jdcloud2_request, SignedHeaders=\
                 x-jdcloud-date;x-jdcloud-nonce;x-my-header;x-my-header_blank, Signature=\
                 2a98f83c074e7bee260bfc8ef64f009c07595bd93f7f0c3f4e156bf6479ed9bf",
            ),
        ],
        "body data",
    );
    assert_eq!(verify(&request, &[key], "test", at(1_550_141_114)), Ok(()));
}

/// Cases of JD's Node.js signer, `test/v3Test/utIlist.json`.
#[test]
fn jdcloud3_cases_are_accepted() {
    for (target, signature) in [
        ("/v1", "ad76602f91e3ce4fabb0b7f925417d132efe411356ff0df3d85e70ab1ae11048"),
        ("/v1/", "caa8ed3df3aee0b59425221afd4f51b6662f89c641d84a0c91bf53a7fd2eeca0"),
        (
            "/v1%2Fregions/cn-north-1%2F%2F%2Finstances",
            "90bfaca51f15e5b9d990ccee5989ab6affcd8992352d11f803b741dcff1ccfcd",
        ),
        ("/v1/%2/%2f/%2b%f", "efe55e0208bcbf1a4ff9155452e775c3e48fbc96c11d3037575065b0e3d4d170"),
        (
            "/v1/regions/cn-north-1/instances?=a&a=a",
            "3141b1c7eff3e6d56488df5d924bbbe5d1d0ffeeaf405c573eddaafdaf6b2083",
        ),
        (
            "/v1/regions/cn-north-1/instances?aa=aa&aa%3Daa=&aa=aa%3D&aa=&aa=aaa&aaa=aaa\
             &aaa=aa&aaa=a&ab=aa&ab=aa&cc=&cc=&bb=aa&bb=",
            "42e653f006eee24cca60b7037735a82f8f4562345f836c03ae8b531892a001a4",
        ),
        (
            "/v1/regions/cn-north-1/instances?%20=blank&%20=blank&+=%202&%2b=%201&blank=%20\
             &blank=+&blank=%20",
            "6519682d495adb688c133b1de31a0d23eaebc01af67fef4f800d61f570e95869",
        ),
        (
            "/v1/regions/cn-north-1/instances?%E4%B8%AD%E6%96%87%E5%8F%82%E6%95%B0=\
             %E4%B8%AD%E6%96%87%E5%8F%82%E6%95%B0%E5%80%BC",
            "4ec1e4dbc27c515141dd1fb148f6a314e4a82ef80554206d2b5099087c5b0ecc",
        ),
    ] {
        let authorization = format!(
            "JDCLOUD3-HMAC-SHA256 \
             Credential=ak/20190917/cn-north-1/apigatewaytestproductline/jdcloud3_request, \
             SignedHeaders=x-jdcloud-algorithm;x-jdcloud-date;x-jdcloud-nonce, \
             Signature={signature}"
        );
        let headers = [
            ("x-jdcloud-date", "20190917T064708Z"),
            ("x-jdcloud-nonce", "X-Jdcloud-Nonce"),
            ("x-jdcloud-algorithm", "JDCLOUD3-HMAC-SHA256"),
            ("authorization", &authorization),
        ];
        let request = published("GET", target, &headers, "");
        let service = "apigatewaytestproductline";
        let verified = verify(&request, &[SIGNERS], service, at(1_568_702_828));
        assert_eq!(verified, Ok(()), "{target}");
    }
}

/// The regions and signed headers of the Go, Node.js, PHP and Python clients, in this order.
#[test]
fn every_clients_dialect_is_accepted() {
    let php = "content-type;host;x-jdcloud-algorithm;x-jdcloud-date;x-jdcloud-nonce";
    for (rules, region, names) in [
        (JDCLOUD2, "jdcloud-api", "content-type;host;x-jdcloud-date;x-jdcloud-nonce"),
        (JDCLOUD2, "jdcloud", "accept;content-type;host;x-jdcloud-date;x-jdcloud-nonce"),
        (JDCLOUD2, "cn-north-1", php),
        (JDCLOUD3, "jdcloud-api", "content-type;host"),
    ] {
        let mut request = support::get("/v1/streams/a.com/onlineList?pageNum=1");
        set(&mut request, "accept", "application/json");
        set(&mut request, "x-jdcloud-algorithm", rules.scheme.algorithm);
        let mut request = signed_by(&rules, region, names, SIGNERS, request, at(THEN));
        assert_eq!(verify(&request, &[SIGNERS], "live", at(THEN)), Ok(()), "{region} {names}");

        *request.uri_mut() = "/v1/streams/a.com/onlineList?pageNum=2".parse().unwrap();
        let refusal = verify(&request, &[SIGNERS], "live", at(THEN)).unwrap_err();
        assert_eq!(
            refusal,
            super::not_same(rules.scheme.algorithm, "the signature does not match")
        );
    }
}

#[test]
fn changes_after_signing_are_refused() {
    let changes: [fn(&mut SandboxRequest); 6] = [
        |request| *request.method_mut() = "PUT".parse().unwrap(),
        |request| *request.uri_mut() = "/v1/sslCert%3Aupdate".parse().unwrap(),
        |request| *request.uri_mut() = "/v1/sslCert%3Aupload?a=b".parse().unwrap(),
        |request| *request.body_mut() = Bytes::new(),
        |request| set(request, "host", "127.0.0.1:8787"),
        |request| set(request, "x-jdcloud-nonce", "11111111-2222-4333-8444-555555555556"),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut request = certificate();
        change(&mut request);
        assert_eq!(error(&request), not_same("the signature does not match"), "{number}");
    }
    let other_secret = [AccessKey { secret: "another", ..GO_SIGNER }];
    let refusal = verify(&certificate(), &other_secret, "ssl", at(THEN)).unwrap_err();
    assert_eq!(refusal, not_same("the signature does not match"));
}

#[test]
fn key_scope_and_algorithm_must_match() {
    let refusal = verify(&certificate(), &[SIGNERS], "ssl", at(THEN));
    assert_eq!(refusal, Err("Invalid accessKey".into()));

    let scope = not_same("the scope of the credential is not 20260628/*/ssl/jdcloud2_request");
    let of_live = not_same("the scope of the credential is not 20260628/*/live/jdcloud2_request");
    let refusal = verify(&certificate(), &[GO_SIGNER], "live", at(THEN));
    assert_eq!(refusal, Err(of_live.into()));
    for (from, to) in [
        ("20260628/", "20260627/"),
        ("jdcloud2_request", "jdcloud3_request"),
        ("/jdcloud-api/", "//"),
        ("/jdcloud-api/", "/"),
    ] {
        assert_eq!(error(&certificate_with(from, to)), scope, "{to}");
    }
    for (from, to, detail) in [
        ("JDCLOUD2-", "JDCLOUD3-", "JDCLOUD3-HMAC-SHA256: the scope"),
        ("JDCLOUD2-", "JDCLOUD4-", "Authorization: the algorithm is neither"),
        ("Signature=", "Sign=", "JDCLOUD2-HMAC-SHA256: Authorization is malformed"),
    ] {
        let refusal = error(&certificate_with(from, to));
        assert!(
            refusal.starts_with(&format!("sign result is not same [gw] ({detail}")),
            "{refusal}"
        );
    }
}

#[test]
fn date_is_at_most_15_minutes_off() {
    let message = not_same("x-jdcloud-date is not a time in UTC within 15 minutes");
    let off = Err(message.clone().into());
    for (now, expected) in
        [(THEN - 900, Ok(())), (THEN + 900, Ok(())), (THEN - 901, off.clone()), (THEN + 901, off)]
    {
        assert_eq!(verify(&certificate(), &[GO_SIGNER], "ssl", at(now)), expected);
    }
    for date in ["", "20260628", "20260628T102030", "2026-06-28T10:20:30Z"] {
        let mut request = certificate();
        set(&mut request, "x-jdcloud-date", date);
        assert_eq!(error(&request), message, "{date}");
    }
}

#[test]
fn required_headers_must_be_there_and_signed() {
    for (name, expected) in [
        ("authorization", "lack of header authorization".to_owned()),
        ("x-jdcloud-date", "lack of header x-jdcloud-date".to_owned()),
        ("x-jdcloud-nonce", not_same("x-jdcloud-nonce is missing")),
    ] {
        let mut request = certificate();
        request.headers_mut().remove(name);
        assert_eq!(error(&request), expected);
    }
    let list = "SignedHeaders is not a sorted list of headers of this request in lower case";
    for (from, to, detail) in [
        ("x-jdcloud-date;", "", "SignedHeaders leaves out x-jdcloud-date"),
        (";x-jdcloud-nonce", "", "SignedHeaders leaves out x-jdcloud-nonce"),
        ("content-type;host", "host;content-type", list),
        ("content-type", "Content-Type", list),
        ("content-type", "content-length", list),
    ] {
        let refusal = error(&certificate_with(from, to));
        assert_eq!(refusal, not_same(detail), "{from} {to}");
    }
}

#[test]
fn temporary_key_needs_its_signed_token() {
    let names = "content-type;host;x-jdcloud-date;x-jdcloud-nonce";
    let with_token = &format!("{names};x-jdcloud-security-token");
    let request = |token: Option<&str>, names: &str| {
        let mut request = support::get("/");
        if let Some(token) = token {
            set(&mut request, JDCLOUD2.token, token);
        }
        signed_by(&JDCLOUD2, "jdcloud-api", names, TEMPORARY, request, at(THEN))
    };
    let token = Some("YSB0b2tlbg==");
    let keys = [GO_SIGNER, TEMPORARY];
    let wrong = "x-jdcloud-security-token is not the token of this access key";
    assert_eq!(verify(&request(token, with_token), &keys, "live", at(THEN)), Ok(()));
    for (request, keys, detail) in [
        (request(None, names), keys, "x-jdcloud-security-token is missing"),
        (request(token, names), keys, "SignedHeaders leaves out x-jdcloud-security-token"),
        (request(Some("a token"), with_token), keys, wrong),
        (request(token, with_token), [GO_SIGNER, SIGNERS], wrong),
    ] {
        let refusal = verify(&request, &keys, "live", at(THEN)).unwrap_err();
        assert_eq!(refusal, not_same(detail));
    }
}
