//! A reader for bundles of authorities in the usual PEM form.
//!
//! rustls' own reader accepts any form, for three times the work; a quarter of its time is fresh memory, so this one keeps
//! only one certificate as text. What it cannot read it leaves out, because everything is read again with rustls' reader
//! where an issuer is not found.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;

/// The authorities of a bundle.
pub(super) fn read_bundle(path: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let Ok(file) = File::open(path) else { return roots };
    let mut reader = BufReader::new(file);
    // The text since the last marker, and the start of its last line.
    let (mut text, mut start) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut text).is_ok_and(|length| length > 0) {
        match text[start..].trim_ascii_end() {
            b"-----BEGIN CERTIFICATE-----" => text.clear(),
            b"-----END CERTIFICATE-----" => {
                // A bundle often contains one that cannot be a trust anchor.
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
