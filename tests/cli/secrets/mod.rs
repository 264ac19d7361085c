//! Nothing leaks: every captured byte and every file written is searched for the canaries.

mod messages;
mod profiles;

use std::ffi::OsStr;
use std::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::prelude::*;

/// The password of a proxy that needs one.
pub const PROXY_PASSWORD: &str = "canary-proxy-PASSWORD-4714";

/// The secret in every encoding that it may be shown in; upper and lower case are alike to [`leak`].
pub fn encodings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    vec![
        secret.to_owned(),
        json.replace('/', r"\/"),
        json,
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        livectl::api::signing::percent_encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

/// The first of the canaries and of these signatures that a text holds.
pub fn leak(text: &str, signatures: &[String]) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let canaries =
        [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET, OPENAPI_SECRET, V3_SECRET].into_iter();
    let hidden = canaries.chain(signatures.iter().map(String::as_str)).flat_map(encodings);
    hidden.map(|encoding| encoding.to_ascii_lowercase()).find(|encoding| text.contains(encoding))
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

/// The first character that a terminal would obey, or that cannot be seen, line ends aside.
pub fn control_character(text: &str) -> Option<char> {
    text.chars().find(|c| *c != '\n' && livectl::text::is_deceptive(*c))
}

/// Runs it as talkative as it can be, and searches whatever comes of it.
fn run_verbosely<A: AsRef<OsStr>>(home: &TestHome, args: impl IntoIterator<Item = A>) -> RunOutput {
    let mut command = home.livectl(["-vvv"]);
    command.args(args).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    searched(home, RunOutput::from(command.timeout(Duration::from_secs(30)).output().unwrap()))
}

fn searched(home: &TestHome, output: RunOutput) -> RunOutput {
    for text in [&output.stdout, &output.stderr] {
        assert_eq!(leak(text, &[PROXY_PASSWORD.to_owned()]), None, "{output:?}");
        assert_eq!(control_character(text), None, "{output:?}");
    }
    assert_eq!(leak_in_files(home.folder.path(), &[]), None);
    output.assert_omits("livectl itself failed");
    output.assert_omits("panicked");
    output
}

/// Whatever a terminal may be tricked with, and a row that is none.
const HOSTILE: &str = "\x1b[31mred\x1b]0;title\x07\r\nFAKE ROW applied\n\u{9b}2J\u{202e}live\u{2066}\u{200b}\u{2028}\u{feff}\0\u{7f}\x08\t";

fn assert_input_refused(home: &TestHome, args: &[impl AsRef<OsStr> + Debug]) {
    for format in ["table", "json", "jsonl"] {
        let all = args.iter().map(AsRef::as_ref).chain(["-o", format].map(OsStr::new));
        let output = run_verbosely(home, all);
        assert!([Some(2), Some(3)].contains(&output.code), "{args:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{args:?}: {output:?}");
        if format == "json" {
            assert_eq!(output.json()["ok"], false);
        } else {
            assert_eq!(output.stdout, "", "{args:?}");
        }
    }
}
