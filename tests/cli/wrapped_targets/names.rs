//! Names that are no wrapping, damaged names, and `--exact`.

use super::{SHUMEI, URL_SECRET, WRAPPED, name, run};
use crate::prelude::*;
use crate::refusals::is_shown;

/// Names that a spreadsheet has changed, of which the real one cannot be told.
const LOST: &[&str] =
    &["1.63983E+12", "1,63983E+12", "#N/A", "#REF!", "#VALUE!", "#NAME?", "=A1", "TRUE", "FALSE"];

#[test]
fn bracketed_name_is_no_json() {
    for name in ["[live]cam", "{x}", "[1"] {
        let server = RecordingServer::accepting();
        let output = server.home().run(["tencent", "resume", name]);
        assert_eq!((output.code, server.targets()), (Some(0), vec![name.to_owned()]));
    }
}

#[test]
fn spreadsheet_damage_is_refused() {
    for target in LOST {
        let (server, home) = RecordingServer::accepting().with_home();
        let refused = home.run(["shumei", "close", target]);
        assert_refused(&server, &refused, &["spreadsheet", "--exact"]);
        let table = format!("vendor,action,target\nshumei,close,\"{target}\"\n");
        let refused = home.run_with_input("apply - --format csv", table);
        assert_refused(&server, &refused, &["line 2", "spreadsheet"]);
    }
    for target in ["'1639825145166", "=\"\"1639825145166\"\"", "1639825145166.0"] {
        let server = RecordingServer::accepting();
        let table = format!("vendor,action,target\nshumei,close,\"{target}\"\n");
        let refused = server.home().run_with_input("apply - --format csv", table);
        assert_refused(&server, &refused, &["line 2", "spreadsheet"]);
    }
}

#[test]
fn json_as_a_target_is_refused() {
    for target in ["{\"channel_id\":\"8888_t\"}", "[\"8888_t\"]", "{}"] {
        let server = RecordingServer::accepting();
        let refused = server.home().run(["tencent", "resume", target]);
        assert_refused(&server, &refused, &["JSON", "--exact"]);
    }
}

#[test]
fn exact_sends_the_name_as_it_is() {
    for (line, target, _) in WRAPPED.iter().filter(|(line, target, _)| {
        // A JD stream still has an app, and a request id at most 32 characters.
        *line != SHUMEI && (!line.starts_with("jd") || target.contains("live/"))
    }) {
        let (server, home) = RecordingServer::accepting().with_home();
        run(&home, line, target, &["--exact", "-o", "json"]).exits(0).reports("note: ");
        assert_eq!(name(&server), target.replace("SECRET", URL_SECRET));
    }
}

#[test]
fn exact_list_loses_only_line_ends() {
    let server = RecordingServer::accepting();
    let list = " a\n# b\n\nc \r\npirate\u{200b}\nI\u{2764}\u{fe0f}live\n";
    let line = "tencent resume - --exact -j 1 -o json";
    let output = server.home().run_with_input(line, list).exits(0);
    let names = [" a", "# b", "c ", "pirate\u{200b}", "I\u{2764}\u{fe0f}live"];
    assert_eq!(server.targets(), names);
    assert_eq!(output.targets(), names);
}

#[test]
fn exact_names_are_shown_escaped() {
    let (server, home) = RecordingServer::accepting().with_home();
    let output = home.run(["tencent", "resume", "pirate\u{200b}", "--exact"]).exits(0);
    assert!(output.stdout.contains("pirate\\u{200b}"), "{output:?}");
    assert!(!is_shown(&output, "\u{200b}"), "{output:?}");
    assert_eq!(server.targets(), ["pirate\u{200b}"]);
    let lines = lines([json!({"vendor": "tencent", "action": "resume", "target": "\u{202e}x"})]);
    home.run_with_input("apply - --exact", lines).exits(0);
}

#[test]
fn invisible_characters_follow_unicode_properties() {
    let invisible = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180e}\u{180f}\u{200b}\u{200d}\u{2028}\u{2060}\u{2065}\
                     \u{206a}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{fff9}\u{1bca0}\u{1d173}\u{e0001}\u{e0020}\u{e0100}\u{e01ef}";
    for invisible in invisible.chars() {
        let (server, home) = RecordingServer::accepting().with_home();
        let name = format!("8888_{invisible}x");
        let code = u32::from(invisible);
        let refused = home.run(["tencent", "resume", &name]).exits(2).reports("--exact");
        assert!(refused.stderr.contains(&format!("u{{{code:x}}}")), "U+{code:04X}: {refused:?}");
        assert!(server.requests().is_empty());
        assert_eq!(home.run(["tencent", "resume", &name, "--exact"]).code, Some(0));
        assert_eq!(server.targets(), [name]);
    }
    // Joined Indic and Arabic letters, and an ordinary emoji, are names like any other.
    for visible in ["क्ष", "سلام", "😀", "e\u{301}", "직방"] {
        let server = RecordingServer::accepting();
        let output = server.home().run(["tencent", "resume", visible]);
        assert_eq!((output.code, server.targets()), (Some(0), vec![visible.to_owned()]));
    }
}
