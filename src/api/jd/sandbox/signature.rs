//! JD's signature `JDCLOUD2-HMAC-SHA256`, as JD's own signers compute it.

use chrono::TimeDelta;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::sandbox::authorization::{Authorization, SignatureScheme, SigningAccount};
use crate::sandbox::request::{header, parse_moment, query};
use crate::sandbox::simulator::SandboxRequest;
use crate::time::Timestamp;

const JDCLOUD2: SignatureScheme =
    SignatureScheme { algorithm: "JDCLOUD2-HMAC-SHA256", key_prefix: "JDCLOUD2" };

/// The format of `x-jdcloud-date`.
const DATE_TIME: &str = "%Y%m%dT%H%M%SZ";

/// How far the client's clock may be off; JD publishes no limit.
const MAX_SKEW: TimeDelta = TimeDelta::minutes(15);

/// Everything but the unreserved characters of RFC 3986.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same in a path, whose dividers and escapes stay as they came.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/').remove(b'%');

/// Checks that this account signed the request a moment ago; the error is the reason.
pub(super) fn verify(
    request: &SandboxRequest,
    account: SigningAccount,
    now: Timestamp,
) -> Result<(), &'static str> {
    let authorization = Authorization::read(request, JDCLOUD2.algorithm)
        .ok_or("Authorization is missing or malformed")?;
    let date_time = header(request, "x-jdcloud-date").unwrap_or_default();
    let signed_at =
        parse_moment(date_time, DATE_TIME).ok_or("x-jdcloud-date is missing or malformed")?;
    if (now - signed_at).abs() > MAX_SKEW {
        return Err("x-jdcloud-date is more than 15 minutes off");
    }
    if header(request, "x-jdcloud-nonce").is_none_or(str::is_empty) {
        return Err("x-jdcloud-nonce is missing");
    }
    for name in ["host", "x-jdcloud-date", "x-jdcloud-nonce"] {
        if request.headers().contains_key(name) && !authorization.signs(name) {
            return Err("SignedHeaders leaves out host, x-jdcloud-date or x-jdcloud-nonce");
        }
    }
    if authorization.id != account.id {
        return Err("the access key id does not exist");
    }
    let scope = account.scope_on(date(date_time));
    if authorization.scope != scope {
        return Err("the scope of Credential is not date/region/service/jdcloud2_request");
    }
    let canonical_request = canonical_request(request, &authorization)?;
    let signature = JDCLOUD2.signature(account.secret, date_time, &scope, &canonical_request);
    if authorization.signature != signature {
        return Err("the signature does not match");
    }
    Ok(())
}

fn canonical_request(
    request: &SandboxRequest,
    authorization: &Authorization,
) -> Result<String, &'static str> {
    let path: String = utf8_percent_encode(request.uri().path(), IN_PATH).collect();
    let query = canonical_query(request)?;
    let headers = authorization.canonical_headers(request)?;
    Ok(authorization.canonical_request(request, &path, &query, &headers))
}

fn canonical_query(request: &SandboxRequest) -> Result<String, &'static str> {
    let mut pairs = query(request)?;
    pairs.sort();
    let pairs = pairs.iter().map(|(name, value)| {
        format!("{}={}", utf8_percent_encode(name, IN_QUERY), utf8_percent_encode(value, IN_QUERY))
    });
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

/// The day of an `x-jdcloud-date`.
fn date(date_time: &str) -> &str {
    date_time.split('T').next().unwrap_or_default()
}

#[cfg(test)]
pub(in crate::api::jd::sandbox) mod tests {
    use super::*;
    use crate::api::signing::hex;
    use crate::sandbox::testing::{self, at, set};
    use bytes::Bytes;
    use hyper::Request;

    /// JD's Rust signer, `src/signer.rs`.
    const RUST_SIGNER: SigningAccount = SigningAccount {
        id: "ak",
        secret: "sk",
        scope: "cn-north-1/service_name/jdcloud2_request",
    };

    /// A client that was aligned with JD's Go signer.
    const GO_SIGNER: SigningAccount = SigningAccount {
        id: "AKID-TEST-1234567890",
        secret: "SECRET-abcdefghijklmnop",
        scope: "jdcloud-api/ssl/jdcloud2_request",
    };

    const LIVE: SigningAccount =
        SigningAccount { scope: "jdcloud-api/live/jdcloud2_request", ..GO_SIGNER };

    const CERTIFICATE: &str = r#"{"certName":"clouddeploy-1","certFile":"CERT","keyFile":"KEY"}"#;
    const BAN: &str = r#"{"publishDomain":"push.yourdomain.com","appName":"yourapp","streamName":"yourstream","forbidTime":3600}"#;

    /// A request with the signature that is expected.
    pub(in crate::api::jd::sandbox) fn signed(
        mut request: SandboxRequest,
        account: SigningAccount,
        now: Timestamp,
    ) -> SandboxRequest {
        let date_time = now.format(DATE_TIME).to_string();
        for (name, value) in [
            ("content-type", "application/json"),
            ("host", "live.jdcloud-api.com"),
            ("x-jdcloud-date", &date_time),
            ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
        ] {
            set(&mut request, name, value);
        }
        let names = "content-type;host;x-jdcloud-date;x-jdcloud-nonce";
        let time = (&*date_time, date(&date_time));
        testing::signed(request, JDCLOUD2, account, time, names, canonical_request)
    }

    /// 2018-04-05T01:02:03Z, with no `Host`.
    fn of_the_rust_signer(query: &str, signature: &str) -> SandboxRequest {
        Request::get(format!("/v1/regions/cn-north-1/instances?{query}"))
            .header("content-type", "application/json")
            .header("x-jdcloud-date", "20180405T010203Z")
            .header("x-jdcloud-nonce", "55f3919e-3a7d-4174-b117-f150ff25e274")
            .header(
                "authorization",
                format!(
                    "JDCLOUD2-HMAC-SHA256 Credential=ak/20180405/cn-north-1/service_name/jdcloud2_request, \
                     SignedHeaders=content-type;x-jdcloud-date;x-jdcloud-nonce, Signature={signature}"
                ),
            )
            .body(Bytes::new())
            .unwrap()
    }

    /// 2026-06-28T10:20:30Z.
    fn of_the_go_signer(
        method: &str,
        host: &str,
        path: &str,
        body: &'static str,
        signature: &str,
    ) -> SandboxRequest {
        let service = if host.starts_with("ssl") { "ssl" } else { "live" };
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("content-type", "application/json")
            .header("x-jdcloud-date", "20260628T102030Z")
            .header("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555")
            .header(
                "authorization",
                format!(
                    "JDCLOUD2-HMAC-SHA256 Credential=AKID-TEST-1234567890/20260628/jdcloud-api/{service}/jdcloud2_request, \
                     SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, Signature={signature}"
                ),
            )
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap()
    }

    fn certificate() -> SandboxRequest {
        let signature = "03ac43aa03cf75273d6e7c470fec0cf24e0a3034fbc78e410c422a123fcf739e";
        of_the_go_signer(
            "POST",
            "ssl.jdcloud-api.com",
            "/v1/sslCert%3Aupload",
            CERTIFICATE,
            signature,
        )
    }

    const THEN: i64 = 1_782_642_030; // 2026-06-28T10:20:30Z

    #[test]
    fn rust_signers_request_is_accepted() {
        let signature = "cea138630c57ba3de51933926e3b1657c34b4d1b6f86d360511bf40a09f63729";
        for query in [
            "pageNumber=2&pageSize=10",
            "pageSize=10&pageNumber=2",
            "&pageSize=%31%30&page%4Eumber=2",
        ] {
            let request = of_the_rust_signer(query, signature);
            assert_eq!(verify(&request, RUST_SIGNER, at(1_522_890_123)), Ok(()), "{query}");
        }
        assert_eq!(
            hex(&JDCLOUD2.signing_key("sk", &RUST_SIGNER.scope_on("20180405"))),
            "b302aa05734bcaf60be65a4be7c971669ac55444769681c19113d80460e31a33"
        );
    }

    #[test]
    fn go_signers_request_is_accepted() {
        assert_eq!(verify(&certificate(), GO_SIGNER, at(THEN)), Ok(()));

        let mut raw = certificate();
        *raw.uri_mut() = "/v1/sslCert:upload".parse().unwrap();
        assert_eq!(verify(&raw, GO_SIGNER, at(THEN)), Ok(()));
    }

    #[test]
    fn forbid_signed_elsewhere_is_accepted() {
        let signature = "1ae97116a8c26594ddb5e309002c7093707ec2cc38398a6b4b3f4d334798fc58";
        let request =
            of_the_go_signer("PUT", "live.jdcloud-api.com", "/v1/streams%3Aforbid", BAN, signature);
        assert_eq!(verify(&request, LIVE, at(THEN)), Ok(()));
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
            assert_eq!(
                verify(&request, GO_SIGNER, at(THEN)),
                Err("the signature does not match"),
                "{number}"
            );
        }
        let other_secret = SigningAccount { secret: "another", ..GO_SIGNER };
        assert_eq!(
            verify(&certificate(), other_secret, at(THEN)),
            Err("the signature does not match")
        );
    }

    #[test]
    fn key_scope_and_algorithm_must_match() {
        let scope = "the scope of Credential is not date/region/service/jdcloud2_request";
        for (account, says) in [
            (SigningAccount { id: "another", ..GO_SIGNER }, "the access key id does not exist"),
            (SigningAccount { scope: "cn-north-1/ssl/jdcloud2_request", ..GO_SIGNER }, scope),
            (LIVE, scope),
        ] {
            assert_eq!(verify(&certificate(), account, at(THEN)), Err(says));
        }
        for (from, to, says) in [
            ("20260628/", "20260627/", scope),
            ("jdcloud2_request", "jdcloud3_request", scope),
            ("JDCLOUD2", "JDCLOUD3", "Authorization is missing or malformed"),
        ] {
            let mut request = certificate();
            let text = header(&request, "authorization").unwrap().replace(from, to);
            set(&mut request, "authorization", &text);
            assert_eq!(verify(&request, GO_SIGNER, at(THEN)), Err(says), "{to}");
        }
    }

    #[test]
    fn date_is_at_most_15_minutes_off() {
        for (now, verdict) in [
            (THEN - 900, Ok(())),
            (THEN + 900, Ok(())),
            (THEN - 901, Err("x-jdcloud-date is more than 15 minutes off")),
            (THEN + 901, Err("x-jdcloud-date is more than 15 minutes off")),
        ] {
            assert_eq!(verify(&certificate(), GO_SIGNER, at(now)), verdict);
        }
        for date in ["", "20260628", "20260628T102030", "2026-06-28T10:20:30Z"] {
            let mut request = certificate();
            set(&mut request, "x-jdcloud-date", date);
            let says = "x-jdcloud-date is missing or malformed";
            assert_eq!(verify(&request, GO_SIGNER, at(THEN)), Err(says), "{date}");
        }
    }

    #[test]
    fn nonce_date_and_host_must_be_signed() {
        let mut request = certificate();
        request.headers_mut().remove("x-jdcloud-nonce");
        assert_eq!(verify(&request, GO_SIGNER, at(THEN)), Err("x-jdcloud-nonce is missing"));

        let missing = "SignedHeaders leaves out host, x-jdcloud-date or x-jdcloud-nonce";
        let list = "SignedHeaders is not a sorted list of headers of this request in lower case";
        for (from, to, says) in [
            ("host;", "", missing),
            ("x-jdcloud-date;", "", missing),
            (";x-jdcloud-nonce", "", missing),
            ("content-type;host", "host;content-type", list),
            ("content-type", "Content-Type", list),
            ("content-type", "content-length", list),
        ] {
            let mut request = certificate();
            let text = header(&request, "authorization").unwrap().replace(from, to);
            set(&mut request, "authorization", &text);
            assert_eq!(verify(&request, GO_SIGNER, at(THEN)), Err(says), "{from} {to}");
        }
    }
}
