//! The faults of certificates and TLS handshakes: one phrase and one hint for each cause.
//!
//! Owns the words, because the library's own texts run to a kilobyte. The checks are those of `tls`.

use std::time::Duration;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::tls::{HandshakeProblem, TrustSource};
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::excerpt;
use crate::time::{self, Timestamp};

const NEW_CERTIFICATE: &str = "the server needs another certificate";

/// The fault of a failed handshake with `peer`.
pub(super) fn tls_fault(error: &rustls::Error, peer: &str, trust: TrustSource) -> Fault {
    let of_certificate = |what: String, hint: &str| {
        Fault::new(FaultKind::Tls, format!("the certificate of {peer} {what}")).hint(hint)
    };
    match error {
        rustls::Error::InvalidCertificate(error) => {
            let (what, hint) = certificate_problem(error, trust);
            of_certificate(what, &hint)
        }
        rustls::Error::Other(other) => match other.0.downcast_ref() {
            Some(HandshakeProblem::NoAuthorities(reason)) => {
                let message = format!("cannot check the certificate of {peer}: {reason}");
                Fault::new(FaultKind::Tls, message).hint(trust_hint(trust))
            }
            Some(HandshakeProblem::ShortRsaKey(bits)) => of_certificate(
                format!("has an RSA key of {bits} bits, and fewer than 2048 are not secure"),
                NEW_CERTIFICATE,
            ),
            Some(HandshakeProblem::BadSignature) => of_certificate(
                "does not match the key that the server signs with".into(),
                "check what is between this machine and the server",
            ),
            None => handshake_fault(error, peer),
        },
        rustls::Error::InvalidMessage(_) => {
            Fault::new(FaultKind::Tls, format!("{peer} does not speak TLS"))
                .hint("check the port, or whether the endpoint starts with http://")
        }
        // Old servers differ: some refuse with an alert, others answer in their own version.
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => Fault::new(FaultKind::Tls, format!("{peer} speaks no TLS newer than 1.1"))
            .hint("the server has to offer TLS 1.2 or 1.3"),
        error => handshake_fault(error, peer),
    }
}

fn handshake_fault(error: &rustls::Error, peer: &str) -> Fault {
    // Some of the library's texts list every algorithm that it knows.
    const LONGEST: usize = 120;
    let error = excerpt(&error.to_string(), LONGEST);
    Fault::new(FaultKind::Tls, format!("the TLS handshake with {peer} failed: {error}"))
}

/// Whether the handshake fails the same way however often it is tried.
pub(super) fn is_final(error: &rustls::Error) -> bool {
    match error {
        // The server presents the same certificate to every attempt.
        rustls::Error::InvalidCertificate(_) => true,
        rustls::Error::Other(other) => matches!(
            other.0.downcast_ref(),
            Some(HandshakeProblem::NoAuthorities(_) | HandshakeProblem::ShortRsaKey(_))
        ),
        // A handshake that breaks off may be the network's doing.
        _ => false,
    }
}

/// The fault of a certificate, worded to follow its owner, and how to fix it.
fn certificate_problem(error: &CertificateError, trust: TrustSource) -> (String, String) {
    use CertificateError as Bad;
    const CLOCK: &str = "check this machine's clock";
    let (what, hint) = match error {
        Bad::Expired => ("has expired".to_owned(), CLOCK),
        Bad::ExpiredContext { time, not_after } => return expired(*time, *not_after),
        Bad::NotValidYet => ("is not valid yet".to_owned(), CLOCK),
        Bad::NotValidYetContext { not_before, .. } => {
            (format!("is not valid yet, but from {} on", moment(*not_before)), CLOCK)
        }
        Bad::NotValidForName => ("is for another name".to_owned(), "check the endpoint's host"),
        Bad::NotValidForNameContext { presented, .. } => {
            (for_another_name(presented), "check the endpoint's host")
        }
        // An authority that was created again under its old name leaves certificates with a "bad signature".
        Bad::UnknownIssuer | Bad::BadSignature => {
            ("comes from an authority that is not trusted here".to_owned(), trust_hint(trust))
        }
        Bad::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. } => {
            (signed_with(signature_algorithm_id), NEW_CERTIFICATE)
        }
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => {
            ("is not for servers: its extended key usage excludes them".to_owned(), NEW_CERTIFICATE)
        }
        Bad::UnhandledCriticalExtension => (CRITICAL.to_owned(), NEW_CERTIFICATE),
        Bad::BadEncoding => ("cannot be parsed".to_owned(), NEW_CERTIFICATE),
        Bad::Revoked => ("is revoked".to_owned(), NEW_CERTIFICATE),
        Bad::Other(other) => (other_problem(&other.to_string()), NEW_CERTIFICATE),
        other => (format!("is not valid: {}", excerpt(&format!("{other:?}"), 60)), NEW_CERTIFICATE),
    };
    (what, hint.to_owned())
}

const CRITICAL: &str = "has a critical extension that is not supported";

/// The problems that rustls passes on from its certificate library, by their names there.
fn other_problem(name: &str) -> String {
    let is = |variant: &str| name.contains(variant);
    // By name: rustls hands these on as an error of the certificate library, whose type is not in its interface.
    if is("CaUsedAsEndEntity") {
        "is an authority's own".to_owned()
    } else if is("UnsupportedCertVersion") {
        "is of X.509 version 1 or 2, which is not accepted".to_owned()
    } else if is("UnsupportedCriticalExtension") {
        CRITICAL.to_owned()
    } else {
        format!("is not valid: {}", excerpt(name, 60))
    }
}

fn expired(now: UnixTime, not_after: UnixTime) -> (String, String) {
    // One of the two clocks is wrong, or the certificate is old: the hint shows this one's.
    let hint = format!(
        "the server needs a new one, unless this machine's clock is wrong: it is at {}",
        moment(now)
    );
    (format!("has expired: it was valid until {}", moment(not_after)), hint)
}

fn moment(at: UnixTime) -> String {
    let at = std::time::UNIX_EPOCH + Duration::from_secs(at.as_secs());
    time::seconds(Timestamp::from(at))
}

/// The names are given as `DnsName("a.test")` or `IpAddress(…)`.
fn for_another_name(presented: &[String]) -> String {
    // Certificates of delivery networks name hundreds.
    const SHOWN: usize = 3;
    let names = presented.iter().map(|name| match name.split_once("(\"") {
        Some((_, quoted)) => excerpt(quoted.trim_end_matches("\")"), 80),
        None => excerpt(name, 80),
    });
    let names: Vec<_> = names.take(SHOWN).collect();
    let more = if presented.len() > SHOWN { ", …" } else { "" };
    if names.is_empty() {
        "is for no name: it has no subject alternative name".to_owned()
    } else {
        format!("is for another name: {}{more}", names.join(", "))
    }
}

fn signed_with(algorithm: &[u8]) -> String {
    /// The object identifiers as DER, without tag and length.
    const RSA_MD5: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04";
    const RSA_SHA1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05";
    const ECDSA_SHA1: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x01";
    let has = |id: &[u8]| algorithm.windows(id.len()).any(|bytes| bytes == id);
    let ends_with = |id: &[u8]| algorithm.ends_with(id);
    if has(RSA_SHA1) || ends_with(ECDSA_SHA1) {
        "is signed with SHA-1, which is not accepted".to_owned()
    } else if has(RSA_MD5) {
        "is signed with MD5, which is not accepted".to_owned()
    } else {
        "is signed with an algorithm that is not supported".to_owned()
    }
}

fn trust_hint(trust: TrustSource) -> &'static str {
    match trust {
        TrustSource::CaFile => {
            "the profile's `ca_file` has to contain the certificate of that authority"
        }
        TrustSource::Environment => {
            "SSL_CERT_FILE and SSL_CERT_DIR have to contain the certificate of that authority; or set `ca_file` in the profile"
        }
        TrustSource::System => {
            "name the authority's certificate with `ca_file` in the profile, or with SSL_CERT_FILE"
        }
    }
}
