//! [`HmacApi`]: an account at an API whose requests are signed by HMAC-SHA256.
//!
//! Owns the way of a request: its parts in canonical form, its `Authorization` header, and the same as a shell computes it.
//! How the API signs is its [`HmacScheme`].

mod scheme;

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use url::Url;

use crate::api::credentials::Credentials;
use crate::api::request::Request;
use crate::api::setting::setting;
use crate::api::signature::{
    ShellSignature, Signature, SigningContext, body_of, mark, shell_hmac, shell_printf,
};
use crate::api::signing::{canonical_query, canonical_request, sha256_hex, signed_headers};
use crate::api::spec::{Api, ApiVersion};
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::secret::Secret;
use scheme::{DATE, NONCE, SIGNATURE, TIME, TOKEN};

pub use scheme::{HmacScheme, Part, SignedPath};

/// An account at such an API.
pub struct HmacApi {
    /// Which API.
    pub(super) version: &'static ApiVersion,
    /// How it signs.
    pub(super) scheme: &'static HmacScheme,
    /// The access key.
    pub(super) credentials: Credentials,
    /// Where requests go.
    pub(super) endpoint: Endpoint,
    /// Whether that is the vendor's own address.
    pub(super) uses_default_endpoint: bool,
    /// The project that the access key acts in; empty at vendors without projects.
    pub(super) project_id: String,
    /// The beginning of all paths of this account.
    pub(super) path_prefix: String,
    /// A hint for when the vendor cannot be reached.
    pub(super) unreachable_hint: Option<&'static str>,
}

impl HmacApi {
    /// An account with these credentials at this endpoint.
    #[must_use]
    pub fn new(
        version: &'static ApiVersion,
        scheme: &'static HmacScheme,
        credentials: Credentials,
        endpoint: Endpoint,
    ) -> Self {
        Self {
            version,
            scheme,
            credentials,
            uses_default_endpoint: endpoint.as_str() == version.endpoint,
            endpoint,
            project_id: String::new(),
            path_prefix: String::new(),
            unreachable_hint: None,
        }
    }

    /// The account that the profile describes. Fetches its secrets.
    pub fn open(
        version: &'static ApiVersion,
        scheme: &'static HmacScheme,
        account: &Account,
    ) -> Result<Self> {
        let credentials = Credentials::open(account, scheme.keys)?;
        Ok(Self::new(version, scheme, credentials, setting(account, "endpoint")?))
    }

    // The query and the body are built anew for the signer and for the client, by the same functions: what is signed is
    // what is sent.
    /// The request in the form that is signed.
    pub(super) fn canonical_request(&self, request: &Request, signature: &Signature) -> String {
        let body = body_of(request).unwrap_or_default();
        let mut headers = self.headers(self.scheme.signed, request, &body, signature);
        for (_, value) in headers.iter_mut().filter(|_| self.scheme.signs_lower_case) {
            if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
                value.to_mut().make_ascii_lowercase();
            }
        }
        let path = self.path(request);
        let path = match self.scheme.path {
            SignedPath::Own => path,
            SignedPath::OwnWithSlash => format!("{path}/").into(),
            SignedPath::Sent => self.endpoint.join(&path).path().to_owned().into(),
        };
        let query = canonical_query(&request.query);
        canonical_request(request.method.as_str(), &path, &query, &headers, &body)
    }

    /// The headers of a table, with their values in this request.
    fn headers<'v>(
        &'v self,
        table: &'static [(&'static str, Part)],
        request: &'v Request,
        body: &[u8],
        signature: &'v Signature,
    ) -> Vec<(&'static str, Cow<'v, str>)> {
        let value = |part: &Part| {
            Some(match part {
                Part::Host => self.endpoint.host().into(),
                Part::Fixed(text) => (*text).into(),
                Part::Action => request.name.unwrap_or_default().into(),
                Part::BodyHash => sha256_hex(body).into(),
                Part::Project => self.project_id.as_str().into(),
                Part::Time => signature.get(TIME).into(),
                Part::Nonce => signature.get(NONCE).into(),
                Part::Token => signature.find(TOKEN)?.into(),
            })
        };
        table.iter().filter_map(|(name, part)| Some((*name, value(part)?))).collect()
    }

    /// The API's own path of a request.
    fn path<'r>(&self, request: &'r Request) -> Cow<'r, str> {
        if self.path_prefix.is_empty() {
            Cow::Borrowed(&request.path)
        } else {
            Cow::Owned(format!("{}{}", self.path_prefix, request.path))
        }
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.endpoint.join(&self.path(request));
        // Sent in the very form that is signed, so that no second encoder can disagree.
        let query = canonical_query(&request.query);
        url.set_query((!query.is_empty()).then_some(&query));
        url
    }

    fn authorization(&self, names: &str, signature: &Signature) -> String {
        let HmacScheme { algorithm, id, separator, .. } = self.scheme;
        let scope = self.scheme.credential_scope(signature.get(DATE));
        let slash = if scope.is_empty() { "" } else { "/" };
        format!(
            "{algorithm} {id}={}{slash}{scope}{separator}SignedHeaders={names}{separator}Signature={}",
            self.credentials.id,
            signature.get(SIGNATURE)
        )
    }

    /// The fields that a signature has before it is computed.
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        let date = (!self.scheme.scope.is_empty()).then_some(DATE);
        let nonce = self.scheme.nonce.map(|_| NONCE);
        let token = self.credentials.has_token().then_some(TOKEN);
        [TIME].into_iter().chain(date).chain(nonce).chain(token)
    }

    /// The security token as it is sent.
    fn token(&self) -> String {
        let token = self.credentials.token().unwrap_or_default();
        if self.scheme.has_base64_token { BASE64_STANDARD.encode(token) } else { token.to_owned() }
    }

    /// Assignments of a shell to the fields, in variables of their names.
    fn shell_fields(&self) -> String {
        let HmacScheme { time, date, scope, .. } = self.scheme;
        let mut text = if scope.is_empty() {
            format!("time=$(date -u +{time}); ")
        } else {
            // Of one call, so that time and date cannot differ at midnight.
            format!("time=$(date -u '+{time} {date}'); date=${{time#* }}; time=${{time% *}}; ")
        };
        if self.scheme.nonce.is_some() {
            text.push_str("nonce=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n'); ");
        }
        if self.credentials.has_token() {
            let token = format!("\"${}\"", self.variable("security_token"));
            text.push_str(&if self.scheme.has_base64_token {
                // `base64` breaks its lines after 76 characters.
                format!("token=$(printf %s {token} | base64 | tr -d '\\n'); ")
            } else {
                format!("token={token}; ")
            });
        }
        text
    }

    /// The variable of the environment that has the value of a key.
    fn variable(&self, key: &str) -> String {
        format!("LIVECTL_{}_{key}", self.version.vendor.as_str()).to_uppercase()
    }
}

impl Api for HmacApi {
    fn version(&self) -> &'static ApiVersion {
        self.version
    }

    fn own_endpoint(&self) -> Option<&Endpoint> {
        Some(&self.endpoint)
    }

    fn uses_default_endpoint(&self) -> bool {
        self.uses_default_endpoint
    }

    fn sign(&self, request: &Request, context: SigningContext) -> Signature {
        let scheme = self.scheme;
        let value = |field| match field {
            TIME => context.at.format(scheme.time).to_string(),
            DATE => context.at.format(scheme.date).to_string(),
            NONCE => scheme.nonce.map_or_else(String::new, |write| write(context.nonce)),
            _ => self.token(),
        };
        let mut signature = Signature(Vec::with_capacity(5));
        signature.0.extend(self.fields().map(|field| (field, value(field))));
        let hash = sha256_hex(self.canonical_request(request, &signature).as_bytes());
        let date = signature.get(DATE);
        let string_to_sign = scheme.string_to_sign(signature.get(TIME), date, &hash);
        let computed = scheme.signature(self.credentials.secret.expose(), date, &string_to_sign);
        signature.0.push((SIGNATURE, computed));
        signature
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let body = body_of(request);
        let content = body.as_deref().unwrap_or_default();
        let signed = self.headers(self.scheme.signed, request, content, signature);
        let authorization = self.authorization(&signed_headers(&signed), signature);
        // HTTP has the host, and the client names the type of a body.
        let is_sent = |name: &str| name != "host" && (name != "content-type" || body.is_none());
        let headers = signed.into_iter().filter(|(name, _)| is_sent(name));
        let headers =
            headers.chain(self.headers(self.scheme.unsigned, request, content, signature));
        let headers = headers.map(|(name, value)| (name, value.into_owned()));
        let headers = headers.chain([("authorization", authorization)]).collect();
        request.signed(self.url(request), headers, body)
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        if self.credentials.has_token() { &[SIGNATURE, TOKEN] } else { &[SIGNATURE] }
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.credentials.secrets()
    }

    fn shell(&self, request: &Request) -> ShellSignature {
        let scheme = self.scheme;
        let variables: Vec<_> = self.fields().collect();
        let marked = Signature(variables.iter().map(|name| (*name, mark(name))).collect());
        let canonical_request = self.canonical_request(request, &marked);
        let mut setup = self.shell_fields();
        // What does not change with time is hashed here.
        let hash = if marked.0.iter().any(|(_, mark)| canonical_request.contains(mark)) {
            let printf = shell_printf(&canonical_request, &variables);
            setup.push_str(&format!("hash=$({printf} | sha256sum | cut -c1-64); "));
            mark("hash")
        } else {
            sha256_hex(canonical_request.as_bytes())
        };
        let string_to_sign = scheme.string_to_sign(marked.get(TIME), marked.get(DATE), &hash);
        let printf = shell_printf(&string_to_sign, &[&variables[..], &["hash"]].concat());
        let links = if scheme.scope.is_empty() {
            Vec::new()
        } else {
            ["\"$date\""].into_iter().chain(scheme.scope.split('/')).collect()
        };
        let hmac = shell_hmac(scheme.key_prefix, &self.variable(scheme.keys[1]), &links);
        setup.push_str(&format!("signature=$({printf} | {hmac});"));
        let fields = variables.into_iter().map(|name| (name, name));
        ShellSignature { setup, fields: fields.chain([(SIGNATURE, "signature")]).collect() }
    }

    fn when_unreachable(&self) -> Option<&'static str> {
        self.unreachable_hint
    }
}
