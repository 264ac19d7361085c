//! `--play` and `play` of the profile: which commands look at what viewers get, at which URL, and that no signature is shown.

use super::vendor_messages::success;
use crate::prelude::*;

const GONE: PlayAnswer = PlayAnswer::Status("404 Not Found", "");

/// On for two looks, then gone.
fn ending() -> PlayServer {
    PlayServer::start([PlayAnswer::Live, PlayAnswer::Live, GONE])
}

/// A vendor that accepts a ban and then says so.
fn vendor() -> RecordingServer {
    RecordingServer::start(|request| {
        let is_status = request.param("interface").as_deref() == Some("Live_Channel_GetStatus");
        let forbidden = json!({"ret": 0, "message": "success", "output": [{"status": 3}]});
        response(200, if is_status { forbidden } else { success(request) }.to_string())
    })
}

/// A profile whose Tencent section has this value of `play`.
fn home_with(endpoint: &str, play: &str) -> TestHome {
    let play = format!("play = {play}\n[profiles.prod.shumei]");
    TestHome::with_config(&profile(endpoint).replacen("[profiles.prod.shumei]", &play, 1))
}

fn viewers(output: &RunOutput) -> Vec<(Value, Value)> {
    let of = |result: &Value| (result["viewer"].clone(), result["verified"].clone());
    output.results().iter().map(of).collect()
}

#[test]
fn ban_is_verified_once_viewers_lose_the_stream() {
    let (vendor, play) = (vendor(), ending());
    let url = play.url("/live/8888_a.m3u8");
    let line = ["tencent", "forbid", "8888_a", "--for", "2h", "--play", &url, "-o", "json"];
    let output = vendor.home().run(line).exits(0);
    assert_eq!(viewers(&output), [(json!("off"), json!(true))]);
    let after = output.only_result()["off_after_ms"].as_u64().unwrap();
    assert!((500..20_000).contains(&after), "{after}");
    assert!(play.requests().len() >= 3);
}

#[test]
fn stream_that_was_never_on_is_not_verified() {
    let (vendor, play) = (vendor(), PlayServer::start([GONE]));
    let url = play.url("/live/8888_a.m3u8");
    let line = ["tencent", "forbid", "8888_a", "--for", "2h", "--play", &url, "-o", "json"];
    let output = vendor.home().run(line).exits(0);
    assert_eq!(viewers(&output), [(Value::Null, Value::Null)]);
    let result = output.only_result();
    assert_eq!((&result["outcome"], &result["off_after_ms"]), (&json!("applied"), &Value::Null));
}

#[test]
fn each_target_has_a_separate_play_url() {
    let (vendor, play) = (vendor(), ending());
    let url = play.url("/live/{stream}.m3u8?sig=1");
    let home = vendor.home();
    let targets = ["8888_a", "8888_b", "--exact", "8888 ü"];
    let line = ["tencent", "drop"].into_iter().chain(targets).chain(["--play", &url, "-o", "json"]);
    let output = home.run(line);
    assert_eq!(viewers(&output).len(), 3, "{output:?}");
    for name in ["8888_a", "8888_b", "8888%20%C3%BC"] {
        let path = format!("/live/{name}.m3u8?sig=1");
        assert!(play.requests().contains(&path), "{path}: {:?}", play.requests());
    }
}

#[test]
fn bad_play_urls_send_nothing() {
    let vendor = vendor();
    let home = vendor.home();
    for (rest, why) in [
        ("a b --play http://127.0.0.1:1/a.m3u8?k=4711", "--play names one stream"),
        ("a b --play http://127.0.0.1:1/{app}/{stream}?k=4711", "{app} has no value"),
        ("a --play http://127.0.0.1:1/{domain}/{stream}?k=4711", "{domain} has no value"),
        ("a --play http://127.0.0.1:1/{channel}?k=4711", "`{channel}` is no placeholder"),
        ("a --play rtmp://127.0.0.1/live/a?k=4711", "rtmp is not looked at"),
        ("a --play 127.0.0.1/live/a?k=4711", "--play: a play URL"),
        (".. --play http://127.0.0.1:1/live/{stream}?k=4711", "`..`"),
    ] {
        let output = home.run_line(&format!("tencent forbid --for 2h {rest}")).exits(2);
        assert!(output.stderr.contains(why), "{rest}: {output:?}");
        assert!(!format!("{output:?}").contains("4711"), "{rest}: {output:?}");
    }
    let jd = home.run_line(
        "jd drop live/a other/a --domain push.example.com --play http://127.0.0.1:1/{stream}?k=4711",
    );
    assert_eq!(jd.code, Some(2), "{jd:?}");
    // What puts back on air is not looked at.
    let resume = home.run_line("tencent resume a --play http://127.0.0.1:1/a?k=4711").exits(2);
    assert!(!format!("{resume:?}").contains("4711"), "{resume:?}");
    assert!(vendor.requests().is_empty());
}

#[test]
fn two_targets_never_share_a_play_url() {
    let vendor = vendor();
    let line =
        "jd drop live/a other/a --domain push.example.com --play http://127.0.0.1:1/{stream}.m3u8";
    vendor.newer_home().run_line(line).exits(2).reports("live/a and other/a one and the same URL");
    assert!(vendor.requests().is_empty());
}

#[test]
fn profile_names_where_viewers_get_streams() {
    let forbid = "tencent forbid 8888_a --for 2h";
    let lines = r#"{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h"}"#;
    for (line, is_looked_at) in [
        (format!("{forbid} --verify"), true),
        (forbid.to_owned(), false),
        ("apply lines.jsonl --verify".to_owned(), true),
        ("apply lines.jsonl".to_owned(), false),
        ("tencent resume 8888_a --verify --verify-timeout 1s".to_owned(), false),
    ] {
        let (vendor, play) = (vendor(), ending());
        let url = json!(play.url("/live/{stream}.m3u8")).to_string();
        let home = home_with(&vendor.endpoint(), &url);
        home.write("lines.jsonl", lines);
        let output = home.run_json(&line);
        let is_off = viewers(&output) == [(json!("off"), json!(true))];
        assert_eq!((is_off, play.requests().is_empty()), (is_looked_at, !is_looked_at), "{line}");
    }
}

#[test]
fn flag_overrides_the_profile() {
    let (vendor, play) = (vendor(), ending());
    let home = home_with(&vendor.endpoint(), "\"http://127.0.0.1:1/{stream}.m3u8\"");
    let url = play.url("/mine.m3u8");
    let line = ["tencent", "forbid", "8888_a", "--for", "2h", "--play", &url, "-o", "json"];
    assert_eq!(viewers(&home.run(line)), [(json!("off"), json!(true))]);
}

#[test]
fn profile_that_lacks_a_part_is_refused() {
    let vendor = vendor();
    let home = home_with(&vendor.endpoint(), "\"http://127.0.0.1:1/{app}/{stream}.m3u8?k=4711\"");
    let output = home.run_line("tencent forbid 8888_a --for 2h --verify").exits(3);
    assert!(output.stderr.contains("tencent.play for 8888_a: {app} has no value"), "{output:?}");
    assert!(!format!("{output:?}").contains("4711"), "{output:?}");
    assert!(vendor.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn program_signs_the_play_url() {
    let (vendor, play) = (vendor(), ending());
    let base = play.url("");
    let command = format!(
        r#"{{ command = ["sh", "-c", "echo \"{base}/d=$1/a=$2/$3.m3u8?sig=canary-4711\"", "sh"] }}"#
    );
    let home = home_with(&vendor.endpoint(), &command);
    let output = home.run_json("tencent forbid 8888_a --for 2h --verify");
    assert_eq!(viewers(&output), [(json!("off"), json!(true))], "{output:?}");
    let expected = "/d=/a=/8888_a.m3u8?sig=canary-4711";
    assert!(play.requests().iter().all(|path| path == expected), "{:?}", play.requests());
    assert!(!holds(home.folder.path(), "sig=canary"));
    assert!(!format!("{output:?}").contains("canary-4711"));
}

#[cfg(unix)]
#[test]
fn program_that_fails_leaves_the_ban_applied() {
    let vendor = vendor();
    let home = home_with(&vendor.endpoint(), r#"{ command = ["sh", "-c", "exit 3"] }"#);
    let output = home.run_json("tencent forbid 8888_a --for 2h --verify --verify-timeout 2s");
    assert_eq!(output.outcomes(), ["applied"], "{output:?}");
    assert_eq!(viewers(&output)[0].0, Value::Null);
    assert!(vendor.requests().iter().any(|request| !ReceivedRequest::is_look(request)));
}

/// Whether a file below the folder has this text; the profile file is the operator's own.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(Result::unwrap).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let is_profile = path.file_name().is_some_and(|name| name == "config.toml");
        !is_profile && String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(text)
    })
}

#[test]
fn signature_is_neither_shown_nor_recorded() {
    let (vendor, play) = (vendor(), ending());
    let url =
        play.url("/live/a.m3u8?sig=canary-4711").replace("http://", "http://user:canary-4712@");
    let home = vendor.home();
    let home_folder = home.folder.path().to_owned();
    for (format, journal) in [("table", "a.jsonl"), ("json", "b.jsonl"), ("jsonl", "c.jsonl")] {
        for extra in [&["-v"][..], &["-n"], &["--max-failures", "1"]] {
            let line = ["tencent", "forbid", "8888_a", "--for", "2h", "--play", &url, "-o", format];
            let all = line.into_iter().chain(["--journal", journal]).chain(extra.iter().copied());
            let output = home.run(all).exits(0);
            let text = format!("{output:?}");
            assert!(!text.contains("canary-4711") && !text.contains("canary-4712"), "{text}");
        }
    }
    // Refusals print the command that would be accepted.
    let refused = home.run(["tencent", "forbid", "8888_a", "--play", &url]);
    assert!(!format!("{refused:?}").contains("canary-471"), "{refused:?}");
    let wrapped = home.run(["tencent", "forbid", "http://h/live/a", "--for", "2h", "--play", &url]);
    assert!(!format!("{wrapped:?}").contains("canary-471"), "{wrapped:?}");
    let log = home.run_line("log last");
    assert!(!format!("{log:?}").contains("canary-471"), "{log:?}");
    assert!(home.read("a.jsonl").contains("--play"), "the command is recorded");
    for secret in ["canary-4711", "canary-4712"] {
        assert!(!holds(&home_folder, secret), "{secret}");
    }
}

#[test]
fn play_url_uses_the_proxy_of_the_profile() {
    let proxy = PlayServer::start([PlayAnswer::Live]);
    let home = TestHome::with_config(&format!("[profiles.prod]\nproxy = \"{}\"\n", proxy.url("")));
    let url = "http://play.example.test/live/a.m3u8?sig=1";
    home.run(["watch", "--play", url, "--until", "on", "--within", "10s"]).exits(0);
    assert_eq!(proxy.requests(), [url]);
    // Loopback never uses it.
    let direct = PlayServer::start([PlayAnswer::Live]);
    let url = direct.url("/a.m3u8").replace("http://", "http://user:pass@");
    let output = home.run(["watch", "--play", &url, "--until", "on", "--within", "10s"]);
    assert_eq!((output.code, proxy.requests().len()), (Some(0), 1), "{output:?}");
}
