//! [`HmacScheme`]: how an API signs by HMAC-SHA256, as a table, and the steps from the canonical request to the signature.
//!
//! Owns what the manuals of five vendors share, which is version 4 of AWS's signature. The table of each API is in its file.

use crate::api::signing::hmac_sha256;
use crate::text::hex;

/// How the requests of an API are signed, in the order of the steps.
// No shared code with the sandbox, which checks these signatures: a mistake of one shows in the other.
pub struct HmacScheme {
    /// The keys of the profile for the id and the secret of an access key.
    pub keys: [&'static str; 2],
    /// The format of the time, which both chrono and `date` read.
    // One format for both, so that the curl line cannot differ from the program.
    pub time: &'static str,
    /// The format of the date in the scope.
    pub date: &'static str,
    /// How the nonce is written, where there is one.
    // Alibaba refuses a nonce that it has seen, so a repeated attempt is signed afresh.
    pub nonce: Option<fn(u128) -> String>,
    /// The security token is sent in base64.
    pub has_base64_token: bool,
    /// The path in the canonical request.
    pub path: SignedPath,
    /// The signed headers, in the order of their names.
    // `host` is among them at every vendor: a captured request is good for this host alone.
    pub signed: &'static [(&'static str, Part)],
    /// The canonical request has the values of headers in lower case.
    pub signs_lower_case: bool,
    /// The headers that are sent beside.
    pub unsigned: &'static [(&'static str, Part)],
    /// The first line of the string to sign and the first word of the `Authorization` header.
    pub algorithm: &'static str,
    /// The string to sign has the time.
    pub signs_time: bool,
    /// The credential scope behind its date, whose parts derive the key; empty where the secret itself signs.
    pub scope: &'static str,
    /// The text before the secret in the first link of the chain of keys.
    pub key_prefix: &'static str,
    /// The name of the key's id in the `Authorization` header.
    pub id: &'static str,
    /// The text between the parts of that header.
    pub separator: &'static str,
}

/// The path that is signed.
pub enum SignedPath {
    /// The API's own, without the prefix of an endpoint.
    // The prefix is a gateway's, which takes it off.
    Own,
    /// The API's own, with a slash at its end.
    OwnWithSlash,
    /// The whole path that is sent.
    Sent,
}

/// A part of a request or of its signature, as the value of a header.
pub enum Part {
    /// The host of the endpoint.
    Host,
    /// This text.
    Fixed(&'static str),
    /// The name of the action.
    Action,
    /// The hash of the body.
    BodyHash,
    /// The account's project.
    Project,
    /// The time of the signature.
    Time,
    /// The nonce.
    Nonce,
    /// The security token; without one, the header is left out.
    Token,
}

// The fields of a signature.
pub(super) const TIME: &str = "time";
pub(super) const DATE: &str = "date";
pub(super) const NONCE: &str = "nonce";
pub(super) const TOKEN: &str = "token";
pub(super) const SIGNATURE: &str = "Signature";

impl HmacScheme {
    /// A scheme in the manner of AWS, of this algorithm, with an `X-Date` in the basic format of ISO 8601.
    #[must_use]
    pub const fn new(algorithm: &'static str) -> Self {
        Self {
            keys: ["access_key_id", "secret_access_key"],
            time: "%Y%m%dT%H%M%SZ",
            date: "%Y%m%d",
            nonce: None,
            has_base64_token: false,
            path: SignedPath::Own,
            signed: &[],
            signs_lower_case: false,
            unsigned: &[],
            algorithm,
            signs_time: true,
            scope: "",
            key_prefix: "",
            id: "Credential",
            separator: ", ",
        }
    }

    /// The credential scope of a day.
    #[must_use]
    pub fn credential_scope(&self, date: &str) -> String {
        if self.scope.is_empty() { String::new() } else { format!("{date}/{}", self.scope) }
    }

    /// The string to sign, from the hash of the canonical request.
    #[must_use]
    pub fn string_to_sign(&self, time: &str, date: &str, hash: &str) -> String {
        let time = if self.signs_time { time } else { "" };
        let lines = [self.algorithm, time, &self.credential_scope(date), hash];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The key that signs on a day, derived from the secret by one link for each part of the scope.
    #[must_use]
    pub fn signing_key(&self, secret: &str, date: &str) -> [u8; 32] {
        let first = hmac_sha256(format!("{}{secret}", self.key_prefix).as_bytes(), date);
        self.scope.split('/').fold(first, |key, part| hmac_sha256(&key, part))
    }

    /// The signature of a string to sign.
    #[must_use]
    pub fn signature(&self, secret: &str, date: &str, string_to_sign: &str) -> String {
        hex(&if self.scope.is_empty() {
            hmac_sha256(secret.as_bytes(), string_to_sign)
        } else {
            hmac_sha256(&self.signing_key(secret, date), string_to_sign)
        })
    }
}
