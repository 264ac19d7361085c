//! Authorities from files and folders, and handshakes that fail.

use std::fs;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;
use crate::net::certificate::{is_final, tls_fault};

fn system(paths: AuthorityPaths) -> AuthorityVerifier {
    AuthorityVerifier::of_system(Arc::new(ring::default_provider()), paths)
}

fn verify(
    system: &AuthorityVerifier,
    certificate: &CertificateDer<'_>,
) -> Result<ServerCertVerified, rustls::Error> {
    let name = ServerName::try_from("live.test").unwrap();
    system.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
}

#[test]
fn folder_is_read_for_an_unknown_issuer() {
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
        system(AuthorityPaths { file: Some(place.path().join("bundle.pem")), folders: vec![] });
    let both = system(AuthorityPaths {
        file: Some(place.path().join("bundle.pem")),
        folders: vec![folder],
    });

    assert!(matches!(verify(&bundle_only, live.der()), Err(rustls::Error::InvalidCertificate(_))));
    assert!(verify(&both, live.der()).is_ok());
}

#[test]
fn unusual_pem_is_read_by_the_full_reader() {
    let CertifiedKey { cert: other, .. } =
        generate_simple_self_signed(["other.test".to_owned()]).unwrap();
    let CertifiedKey { cert: live, .. } =
        generate_simple_self_signed(["live.test".to_owned()]).unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("bundle.pem");
    let written = |live: String| format!("# Other\n{}\n# Live\r\n{live}", other.pem());

    for (pem, is_usual_form) in [
        (live.pem(), true),
        (live.pem().replace('\n', "\r\n"), true),
        (live.pem().replace('\n', " \n"), true),
        (live.pem().replacen('\n', "\n\t", 1), false),
    ] {
        fs::write(&file, written(pem)).unwrap();
        assert_eq!(pem::read_bundle(&file).len(), 1 + usize::from(is_usual_form));
        assert!(
            verify(
                &system(AuthorityPaths { file: Some(file.clone()), folders: vec![] }),
                live.der()
            )
            .is_ok()
        );
    }
}

#[test]
fn missing_bundle_is_reported() {
    let CertifiedKey { cert, .. } = generate_simple_self_signed(["live.test".to_owned()]).unwrap();
    let missing =
        system(AuthorityPaths { file: Some("/nowhere/bundle.pem".into()), folders: vec![] });

    let error = verify(&missing, cert.der()).unwrap_err();

    assert_eq!(error.to_string(), "other error: /nowhere/bundle.pem does not exist");
}

#[test]
fn ca_file_without_certificate_is_a_config_error() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("ca.pem");
    fs::write(&path, "secret words, no certificate").unwrap();

    let empty = config(Some(&path)).unwrap_err();
    let missing = config(Some(Path::new("/nowhere/ca.pem"))).unwrap_err();

    assert_eq!(empty.kind, crate::error::ErrorKind::Config);
    assert_eq!(empty.to_string(), format!("ca_file: {} holds no certificate", path.display()));
    assert_eq!(missing.to_string(), "ca_file: /nowhere/ca.pem does not exist");
}

#[test]
fn short_rsa_keys_differ_from_bad_signatures() {
    use SignatureScheme as Scheme;
    let told = |scheme, length| handshake_problem(scheme, length).to_string();
    assert_eq!(told(Scheme::RSA_PSS_SHA256, 128), "an RSA key of 1024 bits");
    assert_eq!(told(Scheme::RSA_PKCS1_SHA512, 192), "an RSA key of 1536 bits");
    assert_eq!(told(Scheme::RSA_PSS_SHA256, 256), "a bad signature");
    assert_eq!(told(Scheme::ECDSA_NISTP256_SHA256, 70), "a bad signature");
}

/// Made with OpenSSL, since no library of the tests makes such certificates any more; they are valid until 2126.
#[test]
fn unaccepted_certificates_are_distinguished() {
    let place = tempfile::tempdir().unwrap();
    let authority = place.path().join("ca.pem");
    fs::write(&authority, include_str!("fixtures/ca.pem")).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = AuthorityVerifier::of_file(provider, &authority).unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    for (pem, problem) in [
        (include_str!("fixtures/v1.pem"), "is of X.509 version 1 or 2, which is not accepted"),
        (include_str!("fixtures/critical.pem"), "has a critical extension that is not supported"),
        (include_str!("fixtures/sha1.pem"), "is signed with SHA-1, which is not accepted"),
    ] {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let error = verifier
            .verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
            .unwrap_err();
        let fault = tls_fault(&error, "a.test:443", TrustSource::System);
        assert_eq!(fault.message, format!("the certificate of a.test:443 {problem}"));
        assert_eq!(fault.hint.as_deref(), Some("the server needs another certificate"));
        assert!(is_final(&error));
    }
}
