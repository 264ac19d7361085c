//! JD's signatures: `JDCLOUD2-HMAC-SHA256` of most of its clients, and `JDCLOUD3-HMAC-SHA256` of its newer Python ones.
//!
//! JD's gateway accepts the dialects of all its clients, so the simulator does: any region in the scope, any header beside
//! the required ones among the signed headers. The two schemes also canonicalize path and query differently.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;

use crate::api::jd::sandbox::canonical::{
    escaped_path, reencoded_path, reencoded_query, sorted_query,
};
use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme};
use crate::sandbox::request::{header, parse_moment};
use crate::sandbox::simulator::SandboxRequest;
use crate::time::Timestamp;

const JDCLOUD2: SignatureScheme =
    SignatureScheme::chained("JDCLOUD2-HMAC-SHA256", "JDCLOUD2", "jdcloud2_request");

const JDCLOUD3: SignatureScheme =
    SignatureScheme::chained("JDCLOUD3-HMAC-SHA256", "JDCLOUD3", "jdcloud3_request");

/// The header of a temporary key's security token, in base64.
const TOKEN: &str = "x-jdcloud-security-token";

/// The format of `x-jdcloud-date`.
const DATE_TIME: &str = "%Y%m%dT%H%M%SZ";

/// How far the client's clock may be off; JD publishes no limit.
const MAX_SKEW: TimeDelta = TimeDelta::minutes(15);

/// Checks that one of these keys signed the request a moment ago for this service. The error is JD's reason, with the
/// simulator's detail in parentheses.
pub(super) fn verify(
    request: &SandboxRequest,
    keys: &[AccessKey],
    service: &str,
    now: Timestamp,
) -> Result<(), Cow<'static, str>> {
    let text = header(request, "authorization").ok_or("lack of header authorization")?;
    let date_time = header(request, "x-jdcloud-date").ok_or("lack of header x-jdcloud-date")?;
    let scheme = [JDCLOUD2, JDCLOUD3].into_iter().find(|known| text.starts_with(known.algorithm));
    let scheme = scheme.ok_or_else(|| {
        not_same(
            "Authorization",
            "the algorithm is neither JDCLOUD2-HMAC-SHA256 nor JDCLOUD3-HMAC-SHA256",
        )
    })?;
    let not_same = |detail| not_same(scheme.algorithm, detail);
    let authorization = Authorization::read(request, scheme)
        .ok_or_else(|| not_same("Authorization is malformed"))?;
    check_date(date_time, now).map_err(not_same)?;
    check_signed_headers(request, &authorization, scheme).map_err(not_same)?;
    let key = AccessKey::find(keys, authorization.id).ok_or("Invalid accessKey")?;
    check_scope(authorization.scope, date(date_time), service, scheme).map_err(not_same)?;
    check_token(request, &authorization, key).map_err(not_same)?;
    let canonical_request = canonical_request(request, &authorization, scheme).map_err(not_same)?;
    let signature =
        scheme.signature(key.secret, date_time, authorization.scope, &canonical_request);
    if authorization.signature != signature {
        return Err(not_same("the signature does not match"));
    }
    Ok(())
}

fn not_same(scheme: &str, detail: &str) -> Cow<'static, str> {
    format!("sign result is not same [gw] ({scheme}: {detail})").into()
}

fn check_date(date_time: &str, now: Timestamp) -> Result<(), &'static str> {
    let signed_at = parse_moment(date_time, DATE_TIME).ok_or("x-jdcloud-date is malformed")?;
    let is_near = (now - signed_at).abs() <= MAX_SKEW;
    is_near.then_some(()).ok_or("x-jdcloud-date is more than 15 minutes off")
}

/// Checks that the nonce is there and that the signature covers what its scheme covers.
fn check_signed_headers(
    request: &SandboxRequest,
    authorization: &Authorization,
    scheme: SignatureScheme,
) -> Result<(), &'static str> {
    if header(request, "x-jdcloud-nonce").is_none_or(str::is_empty) {
        return Err("x-jdcloud-nonce is missing");
    }
    let required = ["x-jdcloud-date", "x-jdcloud-nonce"];
    let are_signed = required.iter().all(|name| authorization.signs(name));
    // JD's clients of `JDCLOUD3` send date and nonce without signing them.
    if scheme.algorithm == JDCLOUD2.algorithm && !are_signed {
        return Err("SignedHeaders leaves out x-jdcloud-date or x-jdcloud-nonce");
    }
    Ok(())
}

/// Checks date, service and end of a scope.
fn check_scope(
    scope: &str,
    date: &str,
    service: &str,
    scheme: SignatureScheme,
) -> Result<(), &'static str> {
    let parts: Vec<&str> = scope.split('/').collect();
    match *parts {
        // Any region: JD's clients use `jdcloud-api`, `jdcloud` and `cn-north-1`, and its gateway
        // takes them all.
        [day, region, name, end]
            if day == date && !region.is_empty() && name == service && end == scheme.terminator =>
        {
            Ok(())
        }
        _ => Err("the scope of Credential is not date/region/service/request"),
    }
}

fn check_token(
    request: &SandboxRequest,
    authorization: &Authorization,
    key: AccessKey,
) -> Result<(), &'static str> {
    match (key.token, header(request, TOKEN)) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err("x-jdcloud-security-token belongs to another key"),
        (Some(_), None) => Err("x-jdcloud-security-token is missing"),
        (Some(_), Some(_)) if !authorization.signs(TOKEN) => {
            Err("SignedHeaders leaves out x-jdcloud-security-token")
        }
        (Some(token), Some(sent)) if sent == STANDARD.encode(token) => Ok(()),
        (Some(_), Some(_)) => Err("x-jdcloud-security-token is not the key's token in base64"),
    }
}

fn canonical_request(
    request: &SandboxRequest,
    authorization: &Authorization,
    scheme: SignatureScheme,
) -> Result<String, &'static str> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let (path, query) = if scheme.algorithm == JDCLOUD3.algorithm {
        (reencoded_path(path), reencoded_query(query))
    } else {
        (escaped_path(path), sorted_query(query))
    };
    let headers = authorization.canonical_headers(request)?;
    Ok(authorization.canonical_request(request.method(), (&path, &query), &headers, request.body()))
}

/// The day of an `x-jdcloud-date`.
fn date(date_time: &str) -> &str {
    date_time.split('T').next().unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests;
