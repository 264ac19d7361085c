//! Request signatures in the manner of AWS, which JD, Tencent, Alibaba, Volcengine and Huawei took over: the
//! `Authorization` header, the canonical request, the security token, the signing key and the signature. Each vendor's
//! rules are in its folder.
//!
//! The client's signers in `src/api` compute the same values. The two share the digests and the encoding of a query, so
//! that a mistake of one in anything else shows in the other.

use hyper::Method;

use crate::api::signing::{canonical_query, hmac_sha256, sha256_hex};
use crate::sandbox::request::{header, query};
use crate::sandbox::simulator::SandboxRequest;
use crate::text::hex;

/// A signature scheme.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignatureScheme {
    /// Its word in the `Authorization` header.
    pub(crate) algorithm: &'static str,
    /// The name of the key's id in that header.
    pub(crate) id: &'static str,
    /// The text before the secret in the first link of the key's chain.
    pub(crate) key_prefix: &'static str,
    /// Whether the key's id is followed by a credential scope; without one the secret itself signs.
    pub(crate) has_scope: bool,
}

/// An access key that the simulator accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessKey {
    pub(crate) id: &'static str,
    pub(crate) secret: &'static str,
    /// The security token, where the credentials are temporary.
    pub(crate) token: Option<&'static str>,
}

impl AccessKey {
    /// A key of the account.
    pub(crate) const fn permanent(id: &'static str, secret: &'static str) -> Self {
        Self { id, secret, token: None }
    }

    /// A key that a security token goes with, the same at every vendor.
    pub(crate) const fn temporary(id: &'static str, secret: &'static str) -> Self {
        Self { id, secret, token: Some("livectl-sandbox-security-token") }
    }

    /// The key of this id.
    pub(crate) fn find(keys: &[Self], id: &str) -> Option<Self> {
        keys.iter().find(|key| key.id == id).copied()
    }
}

impl SignatureScheme {
    /// A scheme with a chain of keys, in the manner of AWS.
    pub(crate) const fn chained(algorithm: &'static str, key_prefix: &'static str) -> Self {
        Self { algorithm, id: "Credential", key_prefix, has_scope: true }
    }

    /// A scheme whose secret signs.
    pub(crate) const fn direct(algorithm: &'static str, id: &'static str) -> Self {
        Self { algorithm, id, key_prefix: "", has_scope: false }
    }

    /// The signature of a canonical request that was signed at this time for this scope.
    pub(crate) fn signature(
        self,
        secret: &str,
        time: &str,
        scope: &str,
        canonical_request: &str,
    ) -> String {
        let hashed_request = sha256_hex(canonical_request.as_bytes());
        // A scheme without a scope, or without a time, leaves out that line.
        let lines = [self.algorithm, time, scope, &hashed_request];
        let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        let string_to_sign = lines.join("\n");
        hex(&hmac_sha256(&self.signing_key(secret, scope), &string_to_sign))
    }

    /// The key that signs: one link of HMAC for each part of the scope.
    pub(crate) fn signing_key(self, secret: &str, scope: &str) -> Vec<u8> {
        // Where the scheme has no scope, the secret itself signs.
        let first = format!("{}{secret}", self.key_prefix).into_bytes();
        scope
            .split('/')
            .filter(|part| !part.is_empty())
            .fold(first, |key, part| hmac_sha256(&key, part).to_vec())
    }
}

/// `ALGORITHM Credential=ID/SCOPE, SignedHeaders=NAME;NAME, Signature=HEX`, taken apart.
#[derive(Debug)]
pub(crate) struct Authorization<'a> {
    /// The id of the access key.
    pub(crate) id: &'a str,
    /// The credential scope: date, service and so on, divided by `/`; empty where the scheme has none.
    pub(crate) scope: &'a str,
    /// The names of the signed headers, divided by `;`.
    pub(crate) signed_headers: &'a str,
    /// In lower-case hex.
    pub(crate) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// The request's, where it has one of this scheme.
    pub(crate) fn read(request: &'a SandboxRequest, scheme: SignatureScheme) -> Option<Self> {
        let parts = header(request, "authorization")?;
        let parts = parts.strip_prefix(scheme.algorithm)?.strip_prefix(' ')?;
        // Alibaba's clients put no blank behind a comma, the others do.
        let mut parts = parts.split(',').map(str::trim);
        let credential = parts.next()?.strip_prefix(scheme.id)?.strip_prefix('=')?;
        let (id, scope) =
            if scheme.has_scope { credential.split_once('/')? } else { (credential, "") };
        let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        parts.next().is_none().then_some(Self { id, scope, signed_headers, signature })
    }

    /// Whether a header is signed.
    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }

    /// The request in the form that is signed. The vendor canonicalizes path, query and headers, and chooses the payload.
    pub(crate) fn canonical_request(
        &self,
        method: &Method,
        (path, query): (&str, &str),
        headers: &str,
        payload: &[u8],
    ) -> String {
        let signed_headers = self.signed_headers;
        let body = sha256_hex(payload);
        format!("{method}\n{path}\n{query}\n{headers}\n{signed_headers}\n{body}")
    }

    /// The request at this path in the form that is signed, its query sorted and its body whole.
    pub(crate) fn sorted_request(
        &self,
        request: &SandboxRequest,
        path: &str,
    ) -> Result<String, &'static str> {
        let pairs = query(request)?;
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, value.clone())).collect();
        let headers = self.canonical_headers(request)?;
        let query = canonical_query(&pairs);
        Ok(self.canonical_request(request.method(), (path, &query), &headers, request.body()))
    }

    /// A line `name:value` for each signed header, whose names must be in lower case, in order and in the request, each once.
    pub(crate) fn canonical_headers(
        &self,
        request: &SandboxRequest,
    ) -> Result<String, &'static str> {
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        // Strictly, so that a name that comes twice is refused as well.
        let in_order = names.is_sorted_by(|one, next| one < next);
        let in_lower_case = !self.signed_headers.bytes().any(|byte| byte.is_ascii_uppercase());
        let line = |name: &&str| Some(format!("{name}:{}\n", header(request, name)?));
        let lines: Option<String> = names.iter().map(line).collect();
        lines
            .filter(|_| in_order && in_lower_case)
            .ok_or("SignedHeaders is not a sorted list of headers of this request in lower case")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::get;

    const A_B: SignatureScheme = SignatureScheme::chained("A-B", "AB");

    fn request(headers: &[(&'static str, &str)]) -> SandboxRequest {
        let mut request = get("/");
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        request
    }

    fn canonical(names: &str) -> Option<String> {
        let text = format!("A-B Credential=id/scope, SignedHeaders={names}, Signature=00");
        let request = request(&[
            ("Authorization", &text),
            ("Host", " a.com "),
            ("X-Nonce", "N 1"),
            ("X-Two", "1"),
            ("X-Two", "2"),
        ]);
        Authorization::read(&request, A_B).unwrap().canonical_headers(&request).ok()
    }

    #[test]
    fn header_is_taken_apart() {
        let request = request(&[(
            "Authorization",
            "A-B Credential=id/2026/live/x, SignedHeaders=host;x-nonce,Signature=0a",
        )]);
        let read = Authorization::read(&request, A_B).unwrap();
        assert_eq!((read.id, read.scope), ("id", "2026/live/x"));
        assert_eq!((read.signed_headers, read.signature), ("host;x-nonce", "0a"));
        assert!(read.signs("host") && read.signs("x-nonce"));
        assert!(!read.signs("nonce"));
    }

    #[test]
    fn other_syntax_is_not_read() {
        for text in [
            "",
            "A-B",
            "A-BCredential=id/scope, SignedHeaders=host, Signature=00",
            "A-C Credential=id/scope, SignedHeaders=host, Signature=00",
            "A-B Credential=id, SignedHeaders=host, Signature=00",
            "A-B Credential=id/scope, Signature=00, SignedHeaders=host",
            "A-B Credential=id/scope, SignedHeaders=host",
            "A-B Credential=id/scope, SignedHeaders=host, Signature=00, More=1",
        ] {
            let request = request(&[("Authorization", text)]);
            assert!(Authorization::read(&request, A_B).is_none(), "{text}");
        }
        assert!(Authorization::read(&request(&[]), A_B).is_none());
    }

    #[test]
    fn direct_scheme_has_no_scope_and_no_chain() {
        let scheme = SignatureScheme::direct("A-C", "Access");
        let request =
            request(&[("Authorization", "A-C Access=id, SignedHeaders=host, Signature=0a")]);
        let read = Authorization::read(&request, scheme).unwrap();
        assert_eq!((read.id, read.scope, read.signature), ("id", "", "0a"));
        assert!(
            Authorization::read(&request, SignatureScheme::direct("A-C", "Credential")).is_none()
        );
        assert_eq!(scheme.signing_key("secret", ""), b"secret");
        assert_eq!(A_B.signing_key("secret", "day").len(), 32);
        let hash = sha256_hex(b"c");
        let signed = |text: &str| hex(&hmac_sha256(b"secret", text));
        assert_eq!(scheme.signature("secret", "t", "", "c"), signed(&format!("A-C\nt\n{hash}")));
        assert_eq!(scheme.signature("secret", "", "", "c"), signed(&format!("A-C\n{hash}")));
    }

    #[test]
    fn signed_headers_are_sorted_lower_case_and_unique() {
        assert_eq!(canonical("host;x-nonce").as_deref(), Some("host:a.com\nx-nonce:N 1\n"));
        for names in
            ["x-nonce;host", "host;host", "Host", "host;x-other", "host;x-two", "", "host;"]
        {
            assert_eq!(canonical(names), None, "{names}");
        }
    }
}
