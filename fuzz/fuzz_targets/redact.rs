//! Redaction: what is clean holds no secret, whatever stands around it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livectl::secret::redact::Redactor;
use livectl::secret::Secret;

fuzz_target!(|parts: (String, String, String)| {
    let (secret, before, after) = parts;
    if secret.chars().count() < 4 || secret.contains('*') {
        return;
    }
    let redactor = Redactor::new([&Secret::new(secret.clone())]);
    let clean = redactor.text(&format!("{before}{secret}{after}")).into_owned();
    assert!(!clean.contains(&secret));
});
