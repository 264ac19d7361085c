//! Certificates that a TLS server shows, and the authority that signs them.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion};

/// The certificate of a TLS server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    Good,
    /// A good one, shown after a delay.
    Late,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongHost,
}

/// An authority that only the tests trust.
pub struct TestAuthority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// Made once, because generating a key is slow.
pub static AUTHORITY: LazyLock<TestAuthority> = LazyLock::new(TestAuthority::new);

impl TestAuthority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test Authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    /// The content of a profile's `ca_file`.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server on loopback with a certificate of this kind.
    pub fn loopback(&self, kind: CertificateKind) -> Arc<ServerConfig> {
        match kind {
            CertificateKind::Good | CertificateKind::Late => self.config("127.0.0.1", |_| {}),
            CertificateKind::SelfSigned => self_signed(),
            CertificateKind::Expired => self.config("127.0.0.1", |params| {
                params.not_after = rcgen::date_time_ymd(2020, 1, 1);
            }),
            CertificateKind::NotYetValid => self.config("127.0.0.1", |params| {
                params.not_before = rcgen::date_time_ymd(2999, 1, 1);
            }),
            CertificateKind::WrongHost => self.config("other.test", |_| {}),
        }
    }

    /// A server that proves to be `host`, with a certificate that is adjusted first.
    pub fn config(&self, host: &str, adjust: impl Fn(&mut CertificateParams)) -> Arc<ServerConfig> {
        self.config_at(rustls::DEFAULT_VERSIONS, host, adjust)
    }

    /// The same, at these versions of TLS.
    pub fn config_at(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        host: &str,
        adjust: impl Fn(&mut CertificateParams),
    ) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        adjust(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        server_config(versions, certificate.der().clone(), &key)
    }
}

fn self_signed() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    server_config(rustls::DEFAULT_VERSIONS, certificate.der().clone(), &key)
}

fn server_config(
    versions: &[&'static SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}
