//! `TC3-HMAC-SHA256`, as the documents of Tencent's API 3.0 compute it.

use chrono::{DateTime, TimeDelta};

use super::v3::Refusal;
use crate::api::signing::{hex, hmac_sha256, sha256_hex};
use crate::sandbox::Call;
use crate::sandbox::authorization::{Authorization, header};
use crate::time::Timestamp;

const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// How far the sender's clock may be off.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Whose signature is accepted, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct DemoAccount {
    pub(super) secret_id: &'static str,
    pub(super) secret_key: &'static str,
    pub(super) service: &'static str,
}

/// Whether the request was signed by this account, a moment ago.
pub(super) fn verify(call: &Call, account: DemoAccount, now: Timestamp) -> Result<(), Refusal> {
    let invalid = "Authorization is missing or malformed";
    let invalid = || Refusal::new("AuthFailure.InvalidAuthorization", invalid);
    let authorization = Authorization::read(call, ALGORITHM).ok_or_else(invalid)?;
    let timestamp = header(call, "x-tc-timestamp").unwrap_or_default();
    let expired = "X-TC-Timestamp is not a Unix second within 5 minutes";
    let signed_at = moment(timestamp).filter(|at| (now - at).abs() <= SKEW);
    let signed_at =
        signed_at.ok_or_else(|| Refusal::new("AuthFailure.SignatureExpire", expired))?;
    if authorization.id != account.secret_id {
        return Err(Refusal::new("AuthFailure.SecretIdNotFound", "the secret id does not exist"));
    }
    let signature =
        signature(call, &authorization, account, timestamp, signed_at).map_err(mismatch)?;
    if authorization.signature == signature {
        Ok(())
    } else {
        Err(mismatch("the signature does not match"))
    }
}

fn mismatch(message: &str) -> Refusal {
    Refusal::new("AuthFailure.SignatureFailure", message)
}

/// The moment of a Unix second in decimal digits.
fn moment(digits: &str) -> Option<Timestamp> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| digits.parse().ok())
        .flatten()
        .and_then(|second| DateTime::from_timestamp(second, 0))
}

/// What the signature of this request has to be.
fn signature(
    call: &Call,
    authorization: &Authorization,
    account: DemoAccount,
    timestamp: &str,
    signed_at: Timestamp,
) -> Result<String, &'static str> {
    let date = signed_at.format("%Y-%m-%d").to_string();
    let credential_scope = account.scope(&date);
    if authorization.scope != credential_scope {
        return Err("the scope of Credential is not date/service/tc3_request");
    }
    let hashed_request = sha256_hex(canonical_request(call, authorization)?.as_bytes());
    let string_to_sign = format!("{ALGORITHM}\n{timestamp}\n{credential_scope}\n{hashed_request}");
    Ok(hex(&hmac_sha256(&secret_signing(account, &date), &string_to_sign)))
}

fn canonical_request(call: &Call, authorization: &Authorization) -> Result<String, &'static str> {
    if !authorization.signs("content-type") || !authorization.signs("host") {
        return Err("SignedHeaders leaves out content-type or host");
    }
    let method = call.method();
    let query = call.uri().query().unwrap_or_default();
    let headers = authorization.canonical_headers(call);
    let headers = headers
        .ok_or("SignedHeaders is not a sorted list of headers of this request in lower case")?;
    let signed_headers = authorization.signed_headers;
    let body = sha256_hex(call.body());
    Ok(format!("{method}\n/\n{query}\n{}\n{signed_headers}\n{body}", headers.to_lowercase()))
}

fn secret_signing(account: DemoAccount, date: &str) -> [u8; 32] {
    let secret_date = hmac_sha256(format!("TC3{}", account.secret_key).as_bytes(), date);
    let secret_service = hmac_sha256(&secret_date, account.service);
    hmac_sha256(&secret_service, "tc3_request")
}

impl DemoAccount {
    fn scope(self, date: &str) -> String {
        format!("{date}/{}/tc3_request", self.service)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sandbox::tests::at;
    use bytes::Bytes;
    use hyper::Request;

    /// The documents' worked example, whose masked key is literally the key.
    const EXAMPLE: DemoAccount = DemoAccount {
        secret_id: "AKID********************************",
        secret_key: STARS,
        service: "cvm",
    };
    const STARS: &str = "********************************";

    /// 2019-02-25T16:44:25Z, which is the next day in Beijing.
    const THEN: i64 = 1_551_113_065;

    const BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    const SIGNATURE: &str = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f";

    /// A request whose signature is the one that it has to be.
    pub(in crate::sandbox::tencent) fn signed(
        mut call: Call,
        account: DemoAccount,
        now: Timestamp,
    ) -> Call {
        let timestamp = now.timestamp().to_string();
        for (name, value) in [
            ("content-type", "application/json; charset=utf-8"),
            ("host", "live.tencentcloudapi.com"),
            ("x-tc-timestamp", &timestamp),
        ] {
            call.headers_mut().insert(name, value.parse().unwrap());
        }
        let scope = account.scope(&now.format("%Y-%m-%d").to_string());
        let text = |signature: &str| {
            authorization(account.secret_id, &scope, "content-type;host;x-tc-action", signature)
        };
        set(&mut call, "authorization", &text(""));
        let authorization = Authorization::read(&call, ALGORITHM).unwrap();
        let signature = signature(&call, &authorization, account, &timestamp, now).unwrap();
        set(&mut call, "authorization", &text(&signature));
        call
    }

    fn authorization(id: &str, scope: &str, signed_headers: &str, signature: &str) -> String {
        format!(
            "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"
        )
    }

    fn set(call: &mut Call, name: &'static str, value: &str) {
        call.headers_mut().insert(name, value.parse().unwrap());
    }

    fn example(signed_headers: &str, signature: &str) -> Call {
        Request::post("/")
            .header("host", "cvm.tencentcloudapi.com")
            .header("content-type", "application/json; charset=utf-8")
            .header("x-tc-action", "DescribeInstances")
            .header("x-tc-timestamp", THEN.to_string())
            .header(
                "authorization",
                authorization(
                    EXAMPLE.secret_id,
                    "2019-02-25/cvm/tc3_request",
                    signed_headers,
                    signature,
                ),
            )
            .body(Bytes::from_static(BODY.as_bytes()))
            .unwrap()
    }

    fn of_the_current_page() -> Call {
        example("content-type;host;x-tc-action", SIGNATURE)
    }

    fn code(call: &Call, account: DemoAccount, now: i64) -> &'static str {
        verify(call, account, at(now)).map_or_else(|refusal| refusal.code, |()| "")
    }

    #[test]
    fn the_worked_examples_of_all_three_pages_are_accepted() {
        let older = "content-type;host";
        for (secret_key, signed_headers, canonical, signature) in [
            (
                STARS,
                "content-type;host;x-tc-action",
                "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
                SIGNATURE,
            ),
            (
                "Gu5t9xGARNpq86cd98joQYCN3*******",
                older,
                "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
                "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
            ),
            (
                "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                older,
                "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
                "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
            ),
        ] {
            let call = example(signed_headers, signature);
            let request =
                canonical_request(&call, &Authorization::read(&call, ALGORITHM).unwrap()).unwrap();
            assert_eq!(sha256_hex(request.as_bytes()), canonical);
            assert_eq!(
                code(&call, DemoAccount { secret_key, ..EXAMPLE }, THEN),
                "",
                "{secret_key}"
            );
        }
    }

    #[test]
    fn the_keys_on_the_way_are_those_of_the_documents() {
        assert_eq!(
            sha256_hex(BODY.as_bytes()),
            "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
        );
        let secret_date = hmac_sha256(format!("TC3{STARS}").as_bytes(), "2019-02-25");
        assert_eq!(
            hex(&secret_date),
            "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0"
        );
        let secret_service = hmac_sha256(&secret_date, "cvm");
        assert_eq!(
            hex(&secret_service),
            "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f"
        );
        assert_eq!(
            hex(&secret_signing(EXAMPLE, "2019-02-25")),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
        );
    }

    #[test]
    fn whatever_is_changed_after_signing_spoils_the_signature() {
        let changes: [fn(&mut Call); 6] = [
            |call| *call.method_mut() = "GET".parse().unwrap(),
            |call| *call.uri_mut() = "/?a=b".parse().unwrap(),
            |call| *call.body_mut() = Bytes::new(),
            |call| set(call, "host", "live.tencentcloudapi.com"),
            |call| set(call, "x-tc-action", "TerminateInstances"),
            |call| set(call, "x-tc-timestamp", &(THEN + 1).to_string()),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut call = of_the_current_page();
            change(&mut call);
            assert_eq!(code(&call, EXAMPLE, THEN), "AuthFailure.SignatureFailure", "{number}");
        }
        let other_key = DemoAccount { secret_key: "another", ..EXAMPLE };
        assert_eq!(code(&of_the_current_page(), other_key, THEN), "AuthFailure.SignatureFailure");
    }

    #[test]
    fn a_timestamp_is_at_most_5_minutes_off_either_way() {
        for (now, expected) in [
            (THEN - 300, ""),
            (THEN + 300, ""),
            (THEN - 301, "AuthFailure.SignatureExpire"),
            (THEN + 301, "AuthFailure.SignatureExpire"),
        ] {
            assert_eq!(code(&of_the_current_page(), EXAMPLE, now), expected);
        }
        for timestamp in
            ["", "soon", "+1551113065", "-5", "99999999999999999999", "9223372036854775807"]
        {
            let mut call = of_the_current_page();
            set(&mut call, "x-tc-timestamp", timestamp);
            assert_eq!(code(&call, EXAMPLE, THEN), "AuthFailure.SignatureExpire", "{timestamp}");
        }
    }

    #[test]
    fn another_secret_id_is_not_found() {
        let other_id = DemoAccount { secret_id: "AKIDanother", ..EXAMPLE };
        assert_eq!(code(&of_the_current_page(), other_id, THEN), "AuthFailure.SecretIdNotFound");
    }

    #[test]
    fn the_scope_and_the_signed_headers_are_those_of_the_documents() {
        let mut missing = of_the_current_page();
        missing.headers_mut().remove("authorization");
        assert_eq!(code(&missing, EXAMPLE, THEN), "AuthFailure.InvalidAuthorization");

        let leaves_out = "SignedHeaders leaves out content-type or host";
        let list = "SignedHeaders is not a sorted list of headers of this request in lower case";
        let scope = "the scope of Credential is not date/service/tc3_request";
        for (from, to, says) in [
            ("content-type;", "", leaves_out),
            ("host;", "", leaves_out),
            ("content-type;host", "host;content-type", list),
            ("x-tc-action", "x-tc-version", list),
            // The date in Beijing.
            ("2019-02-25", "2019-02-26", scope),
            ("/cvm/", "/live/", scope),
        ] {
            let mut call = of_the_current_page();
            let text = header(&call, "authorization").unwrap().replace(from, to);
            set(&mut call, "authorization", &text);
            let refusal = verify(&call, EXAMPLE, at(THEN)).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.message.as_str()),
                ("AuthFailure.SignatureFailure", says),
                "{to}"
            );
        }
    }
}
