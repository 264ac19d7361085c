//! `livectl watch`: what it asks, what it prints as states change, and its exit codes.

use livectl::cli::schema::schema;

use super::vendor_messages::refusal;
use crate::prelude::*;

const GONE: PlayAnswer = PlayAnswer::Status("404 Not Found", "gone");

/// Who saw what, in the order of the lines.
fn changes(output: &RunOutput) -> Vec<(String, Value)> {
    let change =
        |line: &Value| (line["seen_by"].as_str().unwrap().to_owned(), line["state"].clone());
    output.lines().iter().map(change).collect()
}

fn seen_by(who: &str, states: &[Value]) -> Vec<(String, Value)> {
    states.iter().map(|state| (who.to_owned(), state.clone())).collect()
}

/// Tencent's answer of its legacy API: 0 idle, 1 live, 3 forbidden.
fn channel(status: u8) -> MockResponse {
    let body = json!({"ret": 0, "message": "success", "output": [{"status": status}]});
    response(200, body.to_string())
}

/// One state after another, for each channel.
fn states(script: &'static [u8]) -> RecordingServer {
    let seen = std::sync::Mutex::new(std::collections::HashMap::<String, usize>::new());
    RecordingServer::start(move |request: &ReceivedRequest| {
        let target = request.param("Param.s.channel_id").unwrap();
        let mut seen = seen.lock().unwrap();
        let at = seen.entry(target).or_default();
        *at += 1;
        channel(script[(*at).min(script.len()) - 1])
    })
}

#[test]
fn play_url_is_watched_until_it_is_off() {
    let server = PlayServer::start([PlayAnswer::Live, PlayAnswer::Live, GONE]);
    let url = server.url("/live/cam1.m3u8?auth=canary-4711");
    let output = TestHome::empty().run(["watch", "--play", &url, "--until", "off", "-o", "jsonl"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(changes(&output), seen_by("viewers", &[json!("on"), json!("off")]));
    let lines = output.lines();
    assert_eq!(lines[0]["play"], json!(server.url("/live/cam1.m3u8?***")));
    assert_eq!((&lines[0]["reached"], &lines[1]["reached"]), (&json!(false), &json!(true)));
    assert!(!format!("{output:?}").contains("4711"), "{output:?}");
    assert!(server.requests().iter().all(|path| path.ends_with("auth=canary-4711")));
}

#[test]
fn flv_is_watched_until_on_or_off() {
    let server = PlayServer::start([PlayAnswer::Flv(700), GONE, PlayAnswer::Flv(5000)]);
    let url = server.url("/live/cam1.flv");
    let off = TestHome::empty().run(["watch", "--play", &url, "--until", "off", "-o", "jsonl"]);
    assert_eq!(off.code, Some(0), "{off:?}");
    assert_eq!(changes(&off), seen_by("viewers", &[json!("on"), json!("off")]));
    let on = TestHome::empty().run(["watch", "--play", &url, "--until", "on"]).exits(0);
    assert!(on.stdout.contains("viewers  on"), "{on:?}");
}

#[test]
fn what_was_never_on_is_never_off() {
    for answer in [GONE, PlayAnswer::Status("200 OK", "<html>log in</html>")] {
        let server = PlayServer::start([answer]);
        let url = server.url("/live/cam1.m3u8");
        let line = ["watch", "--play", &url, "--until", "off", "--within", "1200ms", "-o", "json"];
        let output = TestHome::empty().run(line);
        let document = output.json();
        assert_eq!((output.code, &document["ok"]), (Some(4), &json!(false)), "{output:?}");
        assert_eq!(document["targets"][0]["viewer"], Value::Null);
        assert_eq!(document["targets"][0]["reached"], json!(false));
        assert!(document["changes"][0]["message"].is_string(), "{document}");
        let schema: Value = serde_json::from_str(&schema(VENDORS, "watch").unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn vendor_is_asked_until_the_state_is_there() {
    for (until, script, last) in [
        ("off", &[1, 1, 3][..], "forbidden"),
        ("off", &[1, 0], "idle"),
        ("on", &[0, 1], "live"),
        ("forbidden", &[1, 0, 3], "forbidden"),
    ] {
        let server = states(script);
        let line = format!("watch tencent 8888_a --until {until} -o jsonl");
        let output = server.home().run_line(&line).exits(0);
        assert_eq!(changes(&output).last().unwrap(), &("vendor".to_owned(), json!(last)));
        assert!(server.requests().iter().all(ReceivedRequest::is_look));
        assert_eq!(server.requests().len(), script.len(), "{until}");
    }
}

#[test]
fn all_targets_have_to_reach_it_together() {
    let server = states(&[1, 1, 0]);
    let output = server.home().run_line("watch tencent 8888_a 8888_b --until off -o json").exits(0);
    let document = output.json();
    assert_eq!((&document["ok"], &document["until"]), (&json!(true), &json!("off")));
    let states: Vec<_> =
        document["targets"].as_array().unwrap().iter().map(|target| &target["state"]).collect();
    assert_eq!(states, [&json!("idle"), &json!("idle")]);
    assert!(output.stderr.contains("2 streams: 2 off"), "{output:?}");
}

#[test]
fn both_are_watched_side_by_side() {
    let viewers = PlayServer::start([PlayAnswer::Live, PlayAnswer::Live, PlayAnswer::Live, GONE]);
    let (_vendor, home) = states(&[1, 3]).with_home();
    let play = viewers.url("/live/{stream}.m3u8");
    let line = format!("watch tencent 8888_a 8888_b --play {play} --until off");
    let output = home.run_json(&line).exits(0);
    for target in output.json()["targets"].as_array().unwrap() {
        assert_members(target, &json!({"state": "forbidden", "viewer": "off"}));
    }
    assert!(viewers.requests().contains(&"/live/8888_b.m3u8".to_owned()));
}

#[test]
fn refused_look_ends_with_five() {
    let server = RecordingServer::start(|request| response(200, refusal(request).to_string()));
    let start = Instant::now();
    let output = server.home().run_line("watch tencent 8888_a 8888_b --until off").exits(5);
    assert!(output.stdout.contains("not known: Tencent refused"), "{output:?}");
    let hint = "hint: this may also be a wrong key: check api_key";
    assert_eq!(output.stderr.matches(hint).count(), 1, "{output:?}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn unread_state_ends_with_four() {
    let server = RecordingServer::start(|_| response(200, "<html>portal</html>"));
    let line = "watch tencent 8888_a --within 1500ms --attempts 1 -o jsonl";
    let output = server.home().run_line(line).exits(4);
    assert_eq!(changes(&output), seen_by("vendor", &[Value::Null]), "the reason alone is no news");
    assert!(server.requests().len() > 1);
}

#[test]
fn watch_without_goal_takes_its_time() {
    let server = states(&[1]);
    let start = Instant::now();
    server.home().run_line("watch tencent 8888_a --within 1200ms").exits(0);
    assert!(start.elapsed() > Duration::from_millis(1100));
    assert!(server.requests().len() >= 2);
}

#[test]
fn nothing_is_sent_on_bad_usage() {
    let (server, home) = states(&[1]).with_home();
    for (line, why) in [
        ("watch", "nothing to look at is named"),
        ("watch tencent", "no stream of Tencent is named"),
        ("watch tencnet 8888_a", "tencnet: no such vendor"),
        ("watch shumei 1", "Shumei does not report the state of a stream"),
        ("watch jd live/a --domain push.example.com --until on", "reports forbidden only"),
        ("watch --play http://127.0.0.1:1/a?k=4711 --until forbidden", "what is forbidden"),
        ("watch --play rtmp://127.0.0.1:1/a?k=4711", "rtmp is not looked at"),
        ("watch --play http://127.0.0.1:1/{stream}.m3u8?k=4711", "fills its placeholders"),
        ("watch tencent a b --play http://127.0.0.1:1/a.m3u8?k=4711", "names one stream"),
        ("watch tencent a --play http://127.0.0.1:1/{app}/{stream}?k=4711", "{app} has no value"),
        ("watch tencent a --play http://127.0.0.1:1/{channel}?k=4711", "`{channel}` is no place"),
        ("watch tencent a --until gone", "invalid value 'gone'"),
        ("watch tencent a --within 0s", "--within"),
        ("watch tencent a --journal j", "does not use --journal"),
        ("watch tencent a -n", "does not use --dry-run"),
        ("watch tencent a -o csv", "prints no results for -o csv"),
        ("watch tencent http://push.example.com/live/a?k=4711", "--exact"),
        ("watch --play http://127.0.0.1:1/a --domain push.example.com", "VENDOR"),
    ] {
        let output = home.run_line(line).exits(2).reports(why);
        assert!(!format!("{output:?}").contains("4711"), "{line}: {output:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn openapi_reports_no_forbidden_state() {
    let server = states(&[1]);
    let line = "watch jd live/a --domain push.example.com --until forbidden";
    let output = server.newer_home().run_line(line).exits(2);
    assert!(output.stderr.contains("`api = \"openapi\"` reports live and idle only"), "{output:?}");
}

#[test]
fn profile_is_not_needed_for_a_play_url() {
    let server = PlayServer::start([PlayAnswer::Live]);
    let url = server.url("/a.m3u8");
    let home = TestHome::empty();
    assert_eq!(home.run(["watch", "--play", &url, "--until", "on"]).code, Some(0));
    home.run(["watch", "--play", &url, "--until", "on", "-p", "prod"]).exits(3);
    home.write_config("[profiles.prod.jd\n");
    home.run(["watch", "--play", &url, "--until", "on"]).exits(3);
}

#[cfg(unix)]
#[test]
fn signal_ends_the_watch_at_once() {
    let server = PlayServer::start([PlayAnswer::Live]);
    let url = server.url("/a.m3u8");
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let home = TestHome::empty();
        let before = server.requests().len();
        let line = ["watch", "--play", &url, "--until", "off", "-o", "json"];
        let child = home.process(line).spawn().unwrap();
        let start = Instant::now();
        while server.requests().len() == before {
            assert!(start.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(100));
        send_signal(&child, name);
        let output = wait_for_end(child).exits(code);
        assert_eq!(output.json()["ok"], json!(false));
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[cfg(unix)]
#[test]
fn closed_output_ends_with_six() {
    let (_server, home) = states(&[1, 0]).with_home();
    let script = "{ $0 watch tencent 8888_a --within 5s -o jsonl; echo $? >&2; } | true";
    let output = home.run_script(script);
    assert!(output.stderr.ends_with("6\n"), "{output:?}");
}
