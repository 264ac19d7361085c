//! `JDCLOUD2-HMAC-SHA256`, as JD's own signers compute it.

use chrono::TimeDelta;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::api::signing::{hex, hmac_sha256, sha256_hex};
use crate::sandbox::authorization::{Authorization, header};
use crate::sandbox::{Call, moment, query};
use crate::time::Timestamp;

const ALGORITHM: &str = "JDCLOUD2-HMAC-SHA256";

/// How `x-jdcloud-date` is written.
const DATE_TIME: &str = "%Y%m%dT%H%M%SZ";

/// How far the sender's clock may be off; JD does not say.
const SKEW: TimeDelta = TimeDelta::minutes(15);

/// Everything but the unreserved characters of RFC 3986.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same in a path, whose dividers and escapes stay as they came.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/').remove(b'%');

/// Whose signature is accepted, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct DemoAccount {
    pub(super) access_key_id: &'static str,
    pub(super) secret_access_key: &'static str,
    pub(super) region: &'static str,
    pub(super) service: &'static str,
}

/// Whether the request was signed by this account, a moment ago; or why not.
pub(super) fn verify(
    call: &Call,
    account: DemoAccount,
    now: Timestamp,
) -> Result<(), &'static str> {
    let authorization =
        Authorization::read(call, ALGORITHM).ok_or("Authorization is missing or malformed")?;
    let date_time = header(call, "x-jdcloud-date").unwrap_or_default();
    let signed_at = moment(date_time, DATE_TIME).ok_or("x-jdcloud-date is missing or malformed")?;
    if (now - signed_at).abs() > SKEW {
        return Err("x-jdcloud-date is more than 15 minutes off");
    }
    if header(call, "x-jdcloud-nonce").is_none_or(str::is_empty) {
        return Err("x-jdcloud-nonce is missing");
    }
    for name in ["host", "x-jdcloud-date", "x-jdcloud-nonce"] {
        if call.headers().contains_key(name) && !authorization.signs(name) {
            return Err("SignedHeaders leaves out host, x-jdcloud-date or x-jdcloud-nonce");
        }
    }
    if authorization.id != account.access_key_id {
        return Err("the access key id does not exist");
    }
    if authorization.scope != account.scope(date_time) {
        return Err("the scope of Credential is not date/region/service/jdcloud2_request");
    }
    if authorization.signature != signature(call, &authorization, account, date_time)? {
        return Err("the signature does not match");
    }
    Ok(())
}

impl DemoAccount {
    fn scope(self, date_time: &str) -> String {
        let Self { region, service, .. } = self;
        format!("{}/{region}/{service}/jdcloud2_request", date(date_time))
    }
}

/// What the signature of this request has to be.
fn signature(
    call: &Call,
    authorization: &Authorization,
    account: DemoAccount,
    date_time: &str,
) -> Result<String, &'static str> {
    let canonical_request = canonical_request(call, authorization)?;
    let scope = account.scope(date_time);
    let string_to_sign =
        format!("{ALGORITHM}\n{date_time}\n{scope}\n{}", sha256_hex(canonical_request.as_bytes()));
    Ok(hex(&hmac_sha256(&signing_key(account, date(date_time)), &string_to_sign)))
}

fn canonical_request(call: &Call, authorization: &Authorization) -> Result<String, &'static str> {
    let method = call.method();
    let path: String = utf8_percent_encode(call.uri().path(), IN_PATH).collect();
    let query = canonical_query(call.uri().query().unwrap_or_default())?;
    let headers = authorization.canonical_headers(call);
    let headers = headers
        .ok_or("SignedHeaders is not a sorted list of headers of this request in lower case")?;
    let signed_headers = authorization.signed_headers;
    let body = sha256_hex(call.body());
    Ok(format!("{method}\n{path}\n{query}\n{headers}\n{signed_headers}\n{body}"))
}

fn canonical_query(query: &str) -> Result<String, &'static str> {
    let mut pairs = query::pairs(query)?;
    pairs.sort();
    let pairs = pairs.iter().map(|(name, value)| {
        format!("{}={}", utf8_percent_encode(name, IN_QUERY), utf8_percent_encode(value, IN_QUERY))
    });
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

fn signing_key(account: DemoAccount, date: &str) -> [u8; 32] {
    let date = hmac_sha256(format!("JDCLOUD2{}", account.secret_access_key).as_bytes(), date);
    let region = hmac_sha256(&date, account.region);
    let service = hmac_sha256(&region, account.service);
    hmac_sha256(&service, "jdcloud2_request")
}

/// The day of an `x-jdcloud-date`.
fn date(date_time: &str) -> &str {
    date_time.split('T').next().unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sandbox::tests::at;
    use bytes::Bytes;
    use hyper::Request;

    /// JD's Rust signer, `src/signer.rs`.
    const RUST_SIGNER: DemoAccount = DemoAccount {
        access_key_id: "ak",
        secret_access_key: "sk",
        region: "cn-north-1",
        service: "service_name",
    };

    /// A client that was aligned with JD's Go signer.
    const GO_SIGNER: DemoAccount = DemoAccount {
        access_key_id: "AKID-TEST-1234567890",
        secret_access_key: "SECRET-abcdefghijklmnop",
        region: "jdcloud-api",
        service: "ssl",
    };

    const CERTIFICATE: &str = r#"{"certName":"clouddeploy-1","certFile":"CERT","keyFile":"KEY"}"#;
    const BAN: &str = r#"{"publishDomain":"push.yourdomain.com","appName":"yourapp","streamName":"yourstream","forbidTime":3600}"#;

    /// A request whose signature is the one that it has to be.
    pub(in crate::sandbox::jd) fn signed(
        mut call: Call,
        account: DemoAccount,
        now: Timestamp,
    ) -> Call {
        let date_time = now.format(DATE_TIME).to_string();
        for (name, value) in [
            ("content-type", "application/json"),
            ("host", "live.jdcloud-api.com"),
            ("x-jdcloud-date", &date_time),
            ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
        ] {
            call.headers_mut().insert(name, value.parse().unwrap());
        }
        let text = |signature: &str| {
            let (id, scope) = (account.access_key_id, account.scope(&date_time));
            let signed_headers = "content-type;host;x-jdcloud-date;x-jdcloud-nonce";
            format!(
                "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"
            )
        };
        set(&mut call, "authorization", &text(""));
        let authorization = Authorization::read(&call, ALGORITHM).unwrap();
        let signature = signature(&call, &authorization, account, &date_time).unwrap();
        set(&mut call, "authorization", &text(&signature));
        call
    }

    fn set(call: &mut Call, name: &'static str, value: &str) {
        call.headers_mut().insert(name, value.parse().unwrap());
    }

    /// 2018-04-05T01:02:03Z, with no `Host`.
    fn of_the_rust_signer(query: &str, signature: &str) -> Call {
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
    ) -> Call {
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

    fn certificate() -> Call {
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
    fn the_published_request_of_the_rust_signer_is_accepted_in_any_order_of_its_query() {
        let signature = "cea138630c57ba3de51933926e3b1657c34b4d1b6f86d360511bf40a09f63729";
        for query in [
            "pageNumber=2&pageSize=10",
            "pageSize=10&pageNumber=2",
            "&pageSize=%31%30&page%4Eumber=2",
        ] {
            let call = of_the_rust_signer(query, signature);
            assert_eq!(verify(&call, RUST_SIGNER, at(1_522_890_123)), Ok(()), "{query}");
        }
        assert_eq!(
            hex(&signing_key(RUST_SIGNER, "20180405")),
            "b302aa05734bcaf60be65a4be7c971669ac55444769681c19113d80460e31a33"
        );
    }

    #[test]
    fn the_request_of_the_go_signer_is_accepted_with_its_colon_escaped_or_not() {
        assert_eq!(verify(&certificate(), GO_SIGNER, at(THEN)), Ok(()));

        let mut raw = certificate();
        *raw.uri_mut() = "/v1/sslCert:upload".parse().unwrap();
        assert_eq!(verify(&raw, GO_SIGNER, at(THEN)), Ok(()));
    }

    #[test]
    fn the_request_to_forbid_a_stream_is_accepted_as_it_was_computed_elsewhere() {
        let signature = "1ae97116a8c26594ddb5e309002c7093707ec2cc38398a6b4b3f4d334798fc58";
        let call =
            of_the_go_signer("PUT", "live.jdcloud-api.com", "/v1/streams%3Aforbid", BAN, signature);
        assert_eq!(verify(&call, DemoAccount { service: "live", ..GO_SIGNER }, at(THEN)), Ok(()));
    }

    #[test]
    fn whatever_is_changed_after_signing_spoils_the_signature() {
        let changes: [fn(&mut Call); 6] = [
            |call| *call.method_mut() = "PUT".parse().unwrap(),
            |call| *call.uri_mut() = "/v1/sslCert%3Aupdate".parse().unwrap(),
            |call| *call.uri_mut() = "/v1/sslCert%3Aupload?a=b".parse().unwrap(),
            |call| *call.body_mut() = Bytes::new(),
            |call| set(call, "host", "127.0.0.1:8787"),
            |call| set(call, "x-jdcloud-nonce", "11111111-2222-4333-8444-555555555556"),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut call = certificate();
            change(&mut call);
            assert_eq!(
                verify(&call, GO_SIGNER, at(THEN)),
                Err("the signature does not match"),
                "{number}"
            );
        }
        let other_secret = DemoAccount { secret_access_key: "another", ..GO_SIGNER };
        assert_eq!(
            verify(&certificate(), other_secret, at(THEN)),
            Err("the signature does not match")
        );
    }

    #[test]
    fn the_sender_the_scope_and_the_algorithm_have_to_be_right() {
        let scope = "the scope of Credential is not date/region/service/jdcloud2_request";
        for (account, says) in [
            (
                DemoAccount { access_key_id: "another", ..GO_SIGNER },
                "the access key id does not exist",
            ),
            (DemoAccount { region: "cn-north-1", ..GO_SIGNER }, scope),
            (DemoAccount { service: "live", ..GO_SIGNER }, scope),
        ] {
            assert_eq!(verify(&certificate(), account, at(THEN)), Err(says));
        }
        for (from, to, says) in [
            ("20260628/", "20260627/", scope),
            ("jdcloud2_request", "jdcloud3_request", scope),
            ("JDCLOUD2", "JDCLOUD3", "Authorization is missing or malformed"),
        ] {
            let mut call = certificate();
            let text = header(&call, "authorization").unwrap().replace(from, to);
            set(&mut call, "authorization", &text);
            assert_eq!(verify(&call, GO_SIGNER, at(THEN)), Err(says), "{to}");
        }
    }

    #[test]
    fn a_date_is_at_most_15_minutes_off_either_way() {
        for (now, verdict) in [
            (THEN - 900, Ok(())),
            (THEN + 900, Ok(())),
            (THEN - 901, Err("x-jdcloud-date is more than 15 minutes off")),
            (THEN + 901, Err("x-jdcloud-date is more than 15 minutes off")),
        ] {
            assert_eq!(verify(&certificate(), GO_SIGNER, at(now)), verdict);
        }
        for date in ["", "20260628", "20260628T102030", "2026-06-28T10:20:30Z"] {
            let mut call = certificate();
            set(&mut call, "x-jdcloud-date", date);
            let says = "x-jdcloud-date is missing or malformed";
            assert_eq!(verify(&call, GO_SIGNER, at(THEN)), Err(says), "{date}");
        }
    }

    #[test]
    fn a_nonce_is_there_and_it_the_date_and_the_host_are_signed() {
        let mut call = certificate();
        call.headers_mut().remove("x-jdcloud-nonce");
        assert_eq!(verify(&call, GO_SIGNER, at(THEN)), Err("x-jdcloud-nonce is missing"));

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
            let mut call = certificate();
            let text = header(&call, "authorization").unwrap().replace(from, to);
            set(&mut call, "authorization", &text);
            assert_eq!(verify(&call, GO_SIGNER, at(THEN)), Err(says), "{from} {to}");
        }
    }
}
