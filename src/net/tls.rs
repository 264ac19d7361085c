//! Whom to trust over TLS. The system's authorities are read at the first handshake, so plain HTTP pays nothing.

use std::env;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use rustls_native_certs::{CertificateResult, ErrorKind, load_certs_from_paths, load_native_certs};

use crate::error::{Error, Result};

/// Where Linux distributions keep all authorities in one file, which is much quicker to read than the folder beside it.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Whether a profile's `ca_file` can be used; the error says why not.
pub fn check(ca_file: &Path) -> Result<()> {
    config(Some(ca_file)).map(drop)
}

/// TLS 1.2 and 1.3 for HTTP/1.1, trusting the authorities of `ca_file` alone, or those of the system; and the version that
/// servers agree on.
pub(super) fn config(ca_file: Option<&Path>) -> Result<(ClientConfig, ConnectionInfo)> {
    let provider = Arc::new(ring::default_provider());
    // A client built without this configuration would otherwise panic; another default, set earlier, is as good.
    let _ = CryptoProvider::install_default(ring::default_provider());

    let trusted = match ca_file {
        Some(path) => Trusted::of_file(provider.clone(), path)?,
        None => Trusted::of_system(provider.clone(), Named::from_env()),
    };
    let agreed = trusted.agreed.clone();
    // "Dangerous" is what rustls calls any verifier but its own; this one asks rustls' own.
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trusted))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, agreed))
}

/// The version of TLS that the last handshake agreed on, which the HTTP client does not tell.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnectionInfo(Arc<AtomicU8>);

impl ConnectionInfo {
    fn on(&self, minor: u8) {
        self.0.store(minor, Ordering::Relaxed);
    }

    /// `TLS 1.3`; nothing before the first handshake.
    pub(super) fn version(&self) -> Option<String> {
        let minor = self.0.load(Ordering::Relaxed);
        (minor > 0).then(|| format!("TLS 1.{minor}"))
    }
}

/// That no authority was found anywhere, and why.
#[derive(Debug)]
pub(super) struct NoAuthorities(String);

impl fmt::Display for NoAuthorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoAuthorities {}

/// Where `SSL_CERT_FILE` and `SSL_CERT_DIR` say that the authorities are.
#[derive(Debug, Default)]
struct Named {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Named {
    fn from_env() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let folders =
            set("SSL_CERT_DIR").map(|value| env::split_paths(&value).collect()).unwrap_or_default();
        Self { file: set("SSL_CERT_FILE").map(PathBuf::from), folders }
    }

    fn is_empty(&self) -> bool {
        self.file.is_none() && self.folders.is_empty()
    }

    /// The one file to read first.
    fn bundle(&self) -> Option<PathBuf> {
        if self.is_empty() && cfg!(all(unix, not(target_os = "macos"))) {
            return BUNDLES.iter().map(PathBuf::from).find(|path| path.is_file());
        }
        self.file.clone()
    }

    /// All that there is.
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

/// rustls' own verifier over the authorities to trust. Of the system's, a bundle comes first, everything else only for an
/// unknown issuer.
#[derive(Debug)]
struct Trusted {
    provider: Arc<CryptoProvider>,
    named: Named,
    bundle: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    all: OnceLock<Arc<WebPkiServerVerifier>>,
    agreed: ConnectionInfo,
}

impl Trusted {
    fn of_system(provider: Arc<CryptoProvider>, named: Named) -> Self {
        Self {
            provider,
            named,
            bundle: OnceLock::new(),
            all: OnceLock::new(),
            agreed: ConnectionInfo::default(),
        }
    }

    /// The certificates of a profile's `ca_file`, and no others.
    fn of_file(provider: Arc<CryptoProvider>, path: &Path) -> Result<Self> {
        let mut found = load_certs_from_paths(Some(path), None);
        let trusted =
            Self { bundle: OnceLock::from(None), ..Self::of_system(provider, Named::default()) };
        let Some(all) = trusted.verifier(roots(std::mem::take(&mut found.certs))) else {
            let reason = reason(&found)
                .unwrap_or_else(|| format!("{} holds no certificate", path.display()));
            return Err(Error::config(format!("ca_file: {reason}"))
                .hint("name a file of the authority's certificates in PEM form"));
        };
        Ok(Self { all: OnceLock::from(all), ..trusted })
    }

    fn bundle(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let read = || self.verifier(skim(&self.named.bundle()?));
        self.bundle.get_or_init(read).as_ref()
    }

    /// A failure is not kept: there may only have been too many open files.
    fn all(&self) -> Result<&Arc<WebPkiServerVerifier>, NoAuthorities> {
        if let Some(all) = self.all.get() {
            return Ok(all);
        }
        let mut found = self.named.load();
        let certificates = std::mem::take(&mut found.certs);
        let Some(verifier) = self.verifier(roots(certificates)) else {
            return Err(NoAuthorities(
                reason(&found).unwrap_or_else(|| "there is no authority to trust".to_owned()),
            ));
        };
        Ok(self.all.get_or_init(|| verifier))
    }

    fn verifier(&self, roots: RootCertStore) -> Option<Arc<WebPkiServerVerifier>> {
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone())
            .build()
            .ok()
    }
}

impl ServerCertVerifier for Trusted {
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
        if let Some(bundle) = self.bundle() {
            match verify(bundle) {
                // A bad signature may come from an authority of the same name and another key.
                Err(rustls::Error::InvalidCertificate(
                    CertificateError::UnknownIssuer | CertificateError::BadSignature,
                )) => {}
                settled => return settled,
            }
        }
        let all = self.all().map_err(|none| rustls::Error::Other(OtherError(Arc::new(none))))?;
        verify(all)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.agreed.on(2);
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.agreed.on(3);
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The authorities of a bundle in the usual form, for a third of the work that rustls' reader has with any form, and never
/// more than one in memory as it was written: fresh memory was a quarter of the time.
/// What it cannot read it leaves out, because all is read with care where an issuer is not found.
fn skim(bundle: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let Ok(file) = fs::File::open(bundle) else { return roots };
    let mut lines = BufReader::new(file);
    // What stands since the last mark, and where its last line begins.
    let (mut text, mut start) = (Vec::new(), 0);
    while lines.read_until(b'\n', &mut text).is_ok_and(|length| length > 0) {
        match text[start..].trim_ascii_end() {
            b"-----BEGIN CERTIFICATE-----" => text.clear(),
            b"-----END CERTIFICATE-----" => {
                // A bundle often holds one that cannot be a trust anchor.
                let _ = STANDARD
                    .decode(&text[..start])
                    .map(|certificate| roots.add(certificate.into()));
                text.clear();
            }
            line => text.truncate(start + line.len()),
        }
        start = text.len();
    }
    roots
}

/// Those of the certificates that can be trust anchors; a bundle often holds one that cannot.
fn roots(certificates: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

/// The first thing that went wrong while certificates were read.
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
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    fn system(named: Named) -> Trusted {
        Trusted::of_system(Arc::new(ring::default_provider()), named)
    }

    fn verify(
        system: &Trusted,
        certificate: &CertificateDer<'_>,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let name = ServerName::try_from("live.test").unwrap();
        system.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
    }

    #[test]
    fn the_folder_is_read_when_the_bundle_does_not_know_the_issuer() {
        let CertifiedKey { cert: other, .. } =
            generate_simple_self_signed(["other.test".to_owned()]).unwrap();
        let CertifiedKey { cert: live, .. } =
            generate_simple_self_signed(["live.test".to_owned()]).unwrap();
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("certs");
        fs::create_dir(&folder).unwrap();
        fs::write(place.path().join("bundle.pem"), other.pem()).unwrap();
        fs::write(folder.join("live.pem"), live.pem()).unwrap();

        let bundle_only =
            system(Named { file: Some(place.path().join("bundle.pem")), folders: vec![] });
        let both =
            system(Named { file: Some(place.path().join("bundle.pem")), folders: vec![folder] });

        assert!(matches!(
            verify(&bundle_only, live.der()),
            Err(rustls::Error::InvalidCertificate(_))
        ));
        assert!(verify(&both, live.der()).is_ok());
    }

    #[test]
    fn what_cannot_be_read_at_a_glance_is_read_with_care() {
        let CertifiedKey { cert: other, .. } =
            generate_simple_self_signed(["other.test".to_owned()]).unwrap();
        let CertifiedKey { cert: live, .. } =
            generate_simple_self_signed(["live.test".to_owned()]).unwrap();
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("bundle.pem");
        let written = |live: String| format!("# Other\n{}\n# Live\r\n{live}", other.pem());

        for (pem, is_skimmed) in [
            (live.pem(), true),
            (live.pem().replace('\n', "\r\n"), true),
            (live.pem().replace('\n', " \n"), true),
            (live.pem().replacen('\n', "\n\t", 1), false),
        ] {
            fs::write(&file, written(pem)).unwrap();
            assert_eq!(skim(&file).len(), 1 + usize::from(is_skimmed));
            assert!(
                verify(&system(Named { file: Some(file.clone()), folders: vec![] }), live.der())
                    .is_ok()
            );
        }
    }

    #[test]
    fn a_named_bundle_that_is_not_there_is_said() {
        let CertifiedKey { cert, .. } =
            generate_simple_self_signed(["live.test".to_owned()]).unwrap();
        let missing = system(Named { file: Some("/nowhere/bundle.pem".into()), folders: vec![] });

        let error = verify(&missing, cert.der()).unwrap_err();

        assert_eq!(error.to_string(), "other error: /nowhere/bundle.pem does not exist");
    }

    #[test]
    fn a_ca_file_without_a_certificate_is_a_wrong_configuration() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("ca.pem");
        fs::write(&path, "secret words, no certificate").unwrap();

        let empty = config(Some(&path)).unwrap_err();
        let missing = config(Some(Path::new("/nowhere/ca.pem"))).unwrap_err();

        assert_eq!(empty.kind, crate::error::ErrorKind::Config);
        assert_eq!(empty.to_string(), format!("ca_file: {} holds no certificate", path.display()));
        assert_eq!(missing.to_string(), "ca_file: /nowhere/ca.pem does not exist");
    }
}
