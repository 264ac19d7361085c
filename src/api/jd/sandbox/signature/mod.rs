//! JD's signatures: `JDCLOUD2-HMAC-SHA256` of most of its clients, and `JDCLOUD3-HMAC-SHA256` of its newer Python ones.
//!
//! JD's gateway accepts the dialects of all its clients, so the simulator does: any region in the scope, any header beside
//! the required ones among the signed headers.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::api::jd::sandbox::canonical::{
    escaped_path, reencoded_path, reencoded_query, sorted_query,
};
use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme};
use crate::sandbox::request::header;
use crate::sandbox::signature_rules::{SignatureFault, SignatureRules};
use crate::sandbox::simulator::{Refusal, SandboxRequest};
use crate::time::Timestamp;

const JDCLOUD2: SignatureRules = SignatureRules {
    required: &["x-jdcloud-date", "x-jdcloud-nonce"],
    // Any region: JD's clients use `jdcloud-api`, `jdcloud` and `cn-north-1`, and its gateway takes them all.
    scope: "%Y%m%d/*/live/jdcloud2_request",
    encode_token: |token| STANDARD.encode(token),
    canonical_request: |request, authorization| {
        canonical_request(request, authorization, escaped_path, sorted_query)
    },
    ..SignatureRules::new(
        SignatureScheme::chained("JDCLOUD2-HMAC-SHA256", "JDCLOUD2"),
        ("x-jdcloud-date", "%Y%m%dT%H%M%SZ"),
        "x-jdcloud-security-token",
    )
};

const JDCLOUD3: SignatureRules = SignatureRules {
    scheme: SignatureScheme::chained("JDCLOUD3-HMAC-SHA256", "JDCLOUD3"),
    // JD's clients of this scheme send date and nonce without signing them.
    required: &[],
    scope: "%Y%m%d/*/live/jdcloud3_request",
    // Its clients decode path and query before they sign them; those of `JDCLOUD2` keep the escapes of the path.
    canonical_request: |request, authorization| {
        canonical_request(request, authorization, reencoded_path, reencoded_query)
    },
    ..JDCLOUD2
};

/// Checks that one of these keys signed the request a moment ago. The simulator's detail follows JD's reason in parentheses.
pub(super) fn verify(
    request: &SandboxRequest,
    keys: &[AccessKey],
    now: Timestamp,
) -> Result<(), Cow<'static, str>> {
    verify_by(&[JDCLOUD2, JDCLOUD3], request, keys, now)
}

fn verify_by(
    schemes: &[SignatureRules],
    request: &SandboxRequest,
    keys: &[AccessKey],
    now: Timestamp,
) -> Result<(), Cow<'static, str>> {
    let text = header(request, "authorization").ok_or("lack of header authorization")?;
    header(request, "x-jdcloud-date").ok_or("lack of header x-jdcloud-date")?;
    let rules = schemes.iter().find(|rules| text.starts_with(rules.scheme.algorithm));
    let rules = rules.ok_or_else(|| {
        not_same(
            "Authorization",
            "the algorithm is neither JDCLOUD2-HMAC-SHA256 nor JDCLOUD3-HMAC-SHA256",
        )
    })?;
    if header(request, "x-jdcloud-nonce").is_none_or(str::is_empty) {
        return Err(not_same(rules.scheme.algorithm, "x-jdcloud-nonce is missing"));
    }
    rules.verify(request, keys, now).map_err(|Refusal { code, message }| match code {
        SignatureFault::UnknownKey => "Invalid accessKey".into(),
        _ => not_same(rules.scheme.algorithm, &message),
    })
}

fn not_same(scheme: &str, detail: &str) -> Cow<'static, str> {
    // JD's text, up to the parentheses. It does not name the part that is wrong.
    format!("sign result is not same [gw] ({scheme}: {detail})").into()
}

fn canonical_request(
    request: &SandboxRequest,
    authorization: &Authorization,
    path: fn(&str) -> String,
    query: fn(&str) -> String,
) -> Result<String, &'static str> {
    let path = path(request.uri().path());
    let query = query(request.uri().query().unwrap_or_default());
    let headers = authorization.canonical_headers(request)?;
    Ok(authorization.canonical_request(request.method(), (&path, &query), &headers, request.body()))
}

#[cfg(test)]
pub(super) mod tests;
