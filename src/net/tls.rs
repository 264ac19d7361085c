//! The TLS configuration: which authorities are trusted, and when they are read.
//!
//! Checks no certificate itself: every one goes to rustls' verifier. The messages about a failed handshake are in
//! `certificate`.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use rustls_native_certs::{CertificateResult, ErrorKind, load_certs_from_paths, load_native_certs};

use super::pem;
use crate::error::{Error, Result};
use crate::files::{self, OpenError};
use crate::text::visible_path;

/// Why a handshake fails that rustls itself has no error for.
#[derive(Debug, strum::Display)]
pub(super) enum HandshakeProblem {
    /// No authority was found anywhere, for this reason.
    #[strum(to_string = "{0}")]
    NoAuthorities(String),
    /// The certificate has an RSA key of fewer bits than are secure.
    #[strum(to_string = "an RSA key of {0} bits")]
    ShortRsaKey(usize),
    /// The server does not prove that the certificate is its own.
    #[strum(to_string = "a bad signature")]
    BadSignature,
}

impl std::error::Error for HandshakeProblem {}

impl From<HandshakeProblem> for rustls::Error {
    fn from(problem: HandshakeProblem) -> Self {
        Self::Other(OtherError(Arc::new(problem)))
    }
}

/// Where Linux distributions keep all authorities in one file.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The source of the trusted authorities, for the advice about one that is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrustSource {
    /// The profile's `ca_file`.
    CaFile,
    /// `SSL_CERT_FILE` or `SSL_CERT_DIR`.
    Environment,
    /// The system.
    System,
}

impl TrustSource {
    pub(super) fn of(ca_file: Option<&Path>) -> Self {
        if ca_file.is_some() {
            Self::CaFile
        } else if AuthorityPaths::from_env().is_empty() {
            Self::System
        } else {
            Self::Environment
        }
    }
}

/// Checks that a profile's `ca_file` can be used.
pub fn check(ca_file: &Path) -> Result<()> {
    config(Some(ca_file)).map(drop)
}

/// TLS 1.2 and 1.3 for HTTP/1.1, trusting the authorities of `ca_file` alone or those of the system; and the version
/// that each handshake negotiates.
pub(super) fn config(ca_file: Option<&Path>) -> Result<(ClientConfig, TlsVersion)> {
    // ring and not aws-lc-rs, rustls' default, which spends 30 ms on its random generator at the
    // first handshake. A whole call over HTTPS takes 3 ms with ring.
    let provider = Arc::new(ring::default_provider());
    // A client built without this configuration would otherwise panic; a default that was set earlier is as good.
    let _ = CryptoProvider::install_default(ring::default_provider());

    let verifier = match ca_file {
        Some(path) => AuthorityVerifier::of_file(provider.clone(), path)?,
        // Reads nothing yet: plain HTTP does not pay for the system's authorities.
        None => AuthorityVerifier::of_system(provider.clone(), AuthorityPaths::from_env()),
    };
    let tls_version = verifier.tls_version.clone();
    // rustls calls every custom verifier dangerous; this one delegates to rustls' own.
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, tls_version))
}

/// The version of TLS that the last handshake negotiated, which the HTTP library does not report.
#[derive(Clone, Debug, Default)]
pub(super) struct TlsVersion(Arc<AtomicU8>);

impl TlsVersion {
    fn set(&self, minor: u8) {
        self.0.store(minor, Ordering::Relaxed);
    }

    /// `TLS 1.3`; `None` before the first handshake.
    pub(super) fn get(&self) -> Option<String> {
        let minor = self.0.load(Ordering::Relaxed);
        (minor > 0).then(|| format!("TLS 1.{minor}"))
    }
}

/// The authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
#[derive(Debug, Default)]
struct AuthorityPaths {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

impl AuthorityPaths {
    fn from_env() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let folders =
            set("SSL_CERT_DIR").map(|value| env::split_paths(&value).collect()).unwrap_or_default();
        Self { file: set("SSL_CERT_FILE").map(PathBuf::from), folders }
    }

    fn is_empty(&self) -> bool {
        self.file.is_none() && self.folders.is_empty()
    }

    /// The file to read first.
    fn bundle(&self) -> Option<PathBuf> {
        // Not on macOS and Windows, whose authorities are in no file.
        if self.is_empty() && cfg!(all(unix, not(target_os = "macos"))) {
            return BUNDLES.iter().map(PathBuf::from).find(|path| path.is_file());
        }
        self.file.clone()
    }

    /// All authorities.
    fn load(&self) -> CertificateResult {
        if self.is_empty() {
            return load_native_certs();
        }
        let mut all = load_certs_from_paths(self.file.as_deref(), None);
        for folder in &self.folders {
            let found = load_certs_from_paths(None, Some(folder));
            all.certs.extend(found.certs);
            all.errors.extend(found.errors);
        }
        all
    }
}

/// rustls' own verifier over the authorities to trust.
#[derive(Debug)]
struct AuthorityVerifier {
    provider: Arc<CryptoProvider>,
    paths: AuthorityPaths,
    bundle: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    all: OnceLock<Arc<WebPkiServerVerifier>>,
    tls_version: TlsVersion,
}

impl AuthorityVerifier {
    fn of_system(provider: Arc<CryptoProvider>, paths: AuthorityPaths) -> Self {
        Self {
            provider,
            paths,
            bundle: OnceLock::new(),
            all: OnceLock::new(),
            tls_version: TlsVersion::default(),
        }
    }

    /// The certificates of a profile's `ca_file`, and no others.
    fn of_file(provider: Arc<CryptoProvider>, path: &Path) -> Result<Self> {
        let verifier = Self {
            bundle: OnceLock::from(None),
            ..Self::of_system(provider, AuthorityPaths::default())
        };
        let refuse = |why: String| {
            Error::config(format!("ca_file: {} {why}", visible_path(path)))
                .hint("name a file of the authority's certificates in PEM form")
        };
        let certificates = read_ca_file(path).map_err(refuse)?;
        let all = verifier.verifier(roots(certificates));
        let all = all.ok_or_else(|| refuse("holds no certificate".into()))?;
        Ok(Self { all: OnceLock::from(all), ..verifier })
    }

    fn bundle(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let read = || self.verifier(pem::read_bundle(&self.paths.bundle()?));
        self.bundle.get_or_init(read).as_ref()
    }

    /// The verifier over all authorities.
    fn all(&self) -> Result<&Arc<WebPkiServerVerifier>, HandshakeProblem> {
        if let Some(all) = self.all.get() {
            return Ok(all);
        }
        // Not kept when it fails: there may only have been too many open files.
        let mut found = self.paths.load();
        let certificates = std::mem::take(&mut found.certs);
        match self.verifier(roots(certificates)) {
            Some(verifier) => Ok(self.all.get_or_init(|| verifier)),
            None => Err(HandshakeProblem::NoAuthorities(
                reason(&found).unwrap_or_else(|| "there is no authority to trust".to_owned()),
            )),
        }
    }

    fn verifier(&self, roots: RootCertStore) -> Option<Arc<WebPkiServerVerifier>> {
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone())
            .build()
            .ok()
    }
}

impl ServerCertVerifier for AuthorityVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verify = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        // Of the system's authorities a bundle is read first, and the rest for an unknown issuer alone:
        // one file is much faster to read than a folder of hundreds.
        if let Some(bundle) = self.bundle() {
            match verify(bundle) {
                // A bad signature may come from another authority of the same name.
                Err(rustls::Error::InvalidCertificate(
                    CertificateError::UnknownIssuer | CertificateError::BadSignature,
                )) => {}
                result => return result,
            }
        }
        verify(self.all()?)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        // The only place where the version is known: rustls calls one function for each.
        self.tls_version.set(2);
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
            .map_err(|error| handshake_error(error, dss))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.tls_version.set(3);
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
            .map_err(|error| handshake_error(error, dss))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The certificates of a profile's `ca_file`; why there are none follows its path.
fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    // Ten times the authorities that systems come with; a pipe or a device has no end.
    const LARGEST: usize = 4 << 20;
    let content = files::read(path, LARGEST).map_err(|error| match error {
        OpenError::Absent => "does not exist".to_owned(),
        error => error.message(),
    })?;
    let certificates = CertificateDer::pem_slice_iter(&content.bytes);
    certificates
        .collect::<Result<_, _>>()
        .map_err(|_| "holds a certificate that is not in PEM form".into())
}

/// Distinguishes a bad signature of the server from one of the authority, which rustls reports as the same error.
fn handshake_error(error: rustls::Error, dss: &DigitallySignedStruct) -> rustls::Error {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::BadSignature) => {
            // rustls refuses a short RSA key with the error of a signature that is wrong; the
            // length of the signature shows which it is.
            handshake_problem(dss.scheme, dss.signature().len()).into()
        }
        other => other,
    }
}

/// The signature of an RSA key is as long as the key. rustls verifies none of fewer than 2048 bits.
fn handshake_problem(scheme: SignatureScheme, length: usize) -> HandshakeProblem {
    const LEAST_BITS: usize = 2048;
    use SignatureScheme as Scheme;
    let is_rsa = matches!(
        scheme,
        Scheme::RSA_PKCS1_SHA256
            | Scheme::RSA_PKCS1_SHA384
            | Scheme::RSA_PKCS1_SHA512
            | Scheme::RSA_PSS_SHA256
            | Scheme::RSA_PSS_SHA384
            | Scheme::RSA_PSS_SHA512
    );
    if is_rsa && length * 8 < LEAST_BITS {
        HandshakeProblem::ShortRsaKey(length * 8)
    } else {
        HandshakeProblem::BadSignature
    }
}

/// The certificates as trust anchors.
fn roots(certificates: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // A bundle often contains one that cannot be a trust anchor; the others still can.
    roots.add_parsable_certificates(certificates);
    roots
}

/// The first error while certificates were read.
fn reason(found: &CertificateResult) -> Option<String> {
    let error = found.errors.first()?;
    Some(match &error.kind {
        ErrorKind::Io { inner, path } if inner.kind() == io::ErrorKind::NotFound => {
            format!("{} does not exist", path.display())
        }
        ErrorKind::Io { inner, path } => {
            format!("cannot read {}: {}", path.display(), inner.kind())
        }
        ErrorKind::Pem(_) => "a certificate there is not in PEM form".to_owned(),
        _ => "the system's store cannot be read".to_owned(),
    })
}

#[cfg(test)]
mod tests;
