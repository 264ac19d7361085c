//! Nothing leaks: every captured byte and every file written is searched for the canaries.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::stage::{JD_SECRET, SHUMEI_SECRET, TENCENT_SECRET};

/// The password of a proxy that needs one.
pub const PROXY_PASSWORD: &str = "canary-proxy-PASSWORD-4714";

/// The secret in every dress that it may be shown in; upper and lower case are alike to [`leak`].
pub fn dresses(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    vec![
        secret.to_owned(),
        json.replace('/', r"\/"),
        json,
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        livectl::digest::percent_encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

/// The first of the canaries and of these signatures that a text holds.
pub fn leak(text: &str, signatures: &[String]) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let canaries = [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET].into_iter();
    let hidden = canaries.chain(signatures.iter().map(String::as_str)).flat_map(dresses);
    hidden.map(|dress| dress.to_ascii_lowercase()).find(|dress| text.contains(dress))
}

/// The first leak in the files of a folder, the profile files aside.
pub fn leak_in_files(folder: &Path, signatures: &[String]) -> Option<String> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "toml") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                if let Some(leak) = leak(&text, signatures) {
                    return Some(format!("{leak} in {}", path.display()));
                }
            }
        }
    }
    None
}
