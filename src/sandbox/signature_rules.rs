//! [`SignatureRules`]: what a vendor requires of a signed request, and the check of it.
//!
//! Owns the steps that the vendors have in common. Their rules and the codes of their refusals are in their folders.

use chrono::TimeDelta;

use crate::api::signing::sha256_hex;
use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme};
use crate::sandbox::request::{header, parse_moment};
use crate::sandbox::simulator::{Refusal, SandboxRequest};
use crate::time::Timestamp;

/// How a vendor's requests are signed.
#[derive(Clone, Copy)]
pub(crate) struct SignatureRules {
    pub(crate) scheme: SignatureScheme,
    /// The headers that every signature covers.
    pub(crate) required: &'static [&'static str],
    /// The header with the moment of the signature, and the format of that moment.
    pub(crate) date: (&'static str, &'static str),
    /// How far the client's clock may be off.
    pub(crate) max_skew: TimeDelta,
    /// The credential scope as a format of the moment, with `*` for any text; empty where the scheme has none.
    pub(crate) scope: &'static str,
    /// Whether the string to sign has the moment.
    pub(crate) signs_date: bool,
    /// The header with the hash of the body, where there is one.
    pub(crate) content_hash: Option<&'static str>,
    /// The header with the security token of a temporary key.
    pub(crate) token: &'static str,
    /// The token as that header has it.
    pub(crate) encode_token: fn(&str) -> String,
    /// Whether the signature has to cover the token.
    pub(crate) signs_token: bool,
    pub(crate) canonical_request:
        fn(&SandboxRequest, &Authorization) -> Result<String, &'static str>,
}

/// The part of a signed request that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    NoAuthorization,
    /// The `Authorization` header cannot be read.
    Malformed,
    /// A header is not signed that has to be.
    HeaderNotSigned,
    /// The moment of the signature is no such moment, or too far off.
    Date,
    UnknownKey,
    /// The key is temporary, and the request has no token.
    TokenMissing,
    /// The token is not that of this key, which may have none.
    WrongToken,
    /// The signature is not that of this request with this key.
    Mismatch,
}

impl SignatureRules {
    /// Rules with a clock that may be 15 minutes off, and a signature of the whole request that covers its date and its token.
    pub(crate) const fn new(
        scheme: SignatureScheme,
        date: (&'static str, &'static str),
        token: &'static str,
    ) -> Self {
        Self {
            scheme,
            required: &[],
            date,
            // Alibaba documents 15 minutes; JD, Volcengine and Huawei document no limit.
            max_skew: TimeDelta::minutes(15),
            scope: "",
            signs_date: true,
            content_hash: None,
            token,
            encode_token: str::to_owned,
            signs_token: true,
            canonical_request: |request, authorization| authorization.sorted_request(request, "/"),
        }
    }

    /// Checks that one of these keys signed the request a moment ago.
    pub(crate) fn verify(
        &self,
        request: &SandboxRequest,
        keys: &[AccessKey],
        now: Timestamp,
    ) -> Result<(), Refusal<SignatureFault>> {
        let authorization = self.authorization(request)?;
        let (name, format) = self.date;
        let date = header(request, name).unwrap_or_default();
        let signed_at = parse_moment(date, format).filter(|at| (now - at).abs() <= self.max_skew);
        let signed_at = signed_at.ok_or_else(|| {
            let minutes = self.max_skew.num_minutes();
            let message = format!("{name} is not a time in UTC within {minutes} minutes");
            Refusal::new(SignatureFault::Date, message)
        })?;
        let key = AccessKey::find(keys, authorization.id)
            .ok_or_else(|| Refusal::new(SignatureFault::UnknownKey, "no such access key"))?;
        self.check_token(request, &authorization, key)?;
        let signature = self.signature(request, &authorization, key, signed_at, date);
        match signature.map_err(|message| Refusal::new(SignatureFault::Mismatch, message))? {
            signature if signature == authorization.signature => Ok(()),
            _ => Err(Refusal::new(SignatureFault::Mismatch, "the signature does not match")),
        }
    }

    fn authorization<'r>(
        &self,
        request: &'r SandboxRequest,
    ) -> Result<Authorization<'r>, Refusal<SignatureFault>> {
        if header(request, "authorization").is_none() {
            return Err(Refusal::new(SignatureFault::NoAuthorization, "Authorization is missing"));
        }
        let authorization = Authorization::read(request, self.scheme).ok_or_else(|| {
            let message =
                format!("Authorization is malformed, or not of {}", self.scheme.algorithm);
            Refusal::new(SignatureFault::Malformed, message)
        })?;
        match self.required.iter().find(|name| !authorization.signs(name)) {
            Some(name) => Err(not_signed(name)),
            None => Ok(authorization),
        }
    }

    fn check_token(
        &self,
        request: &SandboxRequest,
        authorization: &Authorization,
        key: AccessKey,
    ) -> Result<(), Refusal<SignatureFault>> {
        let name = self.token;
        match (key.token.map(self.encode_token), header(request, name)) {
            (None, None) => Ok(()),
            (Some(_), None) => {
                Err(Refusal::new(SignatureFault::TokenMissing, format!("{name} is missing")))
            }
            (Some(token), Some(sent)) if token == sent => {
                let is_covered = !self.signs_token || authorization.signs(name);
                is_covered.then_some(()).ok_or_else(|| not_signed(name))
            }
            (Some(_) | None, Some(_)) => {
                let message = format!("{name} is not the token of this access key");
                Err(Refusal::new(SignatureFault::WrongToken, message))
            }
        }
    }

    /// The signature that the request should have.
    fn signature(
        &self,
        request: &SandboxRequest,
        authorization: &Authorization,
        key: AccessKey,
        signed_at: Timestamp,
        date: &str,
    ) -> Result<String, String> {
        // The canonical request has the hash of the body itself, so the header is compared too.
        if let Some(name) = self.content_hash
            && header(request, name) != Some(&sha256_hex(request.body()))
        {
            return Err(format!("{name} is not the hash of the body"));
        }
        let (scope, expected) = (authorization.scope, signed_at.format(self.scope).to_string());
        if !is_scope(scope, &expected) {
            return Err(format!("the scope of the credential is not {expected}"));
        }
        let canonical_request = (self.canonical_request)(request, authorization)?;
        let date = if self.signs_date { date } else { "" };
        Ok(self.scheme.signature(key.secret, date, scope, &canonical_request))
    }
}

/// Whether a scope has the expected parts.
fn is_scope(scope: &str, expected: &str) -> bool {
    let (parts, expected) = (scope.split('/'), expected.split('/'));
    let is_part = |(part, expected)| part == expected || expected == "*" && !str::is_empty(part);
    parts.clone().count() == expected.clone().count() && parts.zip(expected).all(is_part)
}

fn not_signed(name: &str) -> Refusal<SignatureFault> {
    Refusal::new(SignatureFault::HeaderNotSigned, format!("SignedHeaders leaves out {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::{get, set};

    #[test]
    fn token_is_that_of_the_key_and_signed() {
        use SignatureFault::{HeaderNotSigned, TokenMissing, WrongToken};
        let scheme = SignatureScheme::chained("A-B", "AB");
        let rules = SignatureRules::new(scheme, ("x-date", "%s"), "x-token");
        for (token, sent, names, expected) in [
            (None, None, "host", Ok(())),
            (Some("t"), Some("t"), "host;x-token", Ok(())),
            (Some("t"), None, "host", Err(TokenMissing)),
            (Some("t"), Some("t"), "host", Err(HeaderNotSigned)),
            (Some("t"), Some("u"), "host;x-token", Err(WrongToken)),
            (None, Some("t"), "host;x-token", Err(WrongToken)),
        ] {
            let mut request = get("/");
            let text = format!("A-B Credential=id/s, SignedHeaders={names}, Signature=00");
            set(&mut request, "authorization", &text);
            sent.into_iter().for_each(|sent| set(&mut request, "x-token", sent));
            let key = AccessKey { id: "id", secret: "", token };
            let authorization = rules.authorization(&request).unwrap();
            let checked = rules.check_token(&request, &authorization, key);
            assert_eq!(checked.map_err(|refusal| refusal.code), expected, "{token:?} {sent:?}");
        }
    }
}
