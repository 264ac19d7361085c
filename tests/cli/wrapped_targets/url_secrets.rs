//! Secrets in targets and settings are never printed.

use super::URL_SECRET;
use crate::prelude::*;
use crate::refusals::is_shown;

#[test]
fn wrapping_is_refused_in_every_input_form() {
    let target = format!("8888_t?txSecret={URL_SECRET}");
    let line = json!({"vendor": "tencent", "action": "resume", "target": target}).to_string();
    let table = format!("vendor,action,target\ntencent,resume,{target}\n");
    for (command, input) in [
        ("tencent resume -", format!("good\n{target}\n")),
        ("apply -", format!("{line}\n")),
        ("apply - --format csv", table),
        ("tencent status -", format!("{target}\n")),
        ("tencent resume - -n", format!("{target}\n")),
        ("tencent resume - -n -o curl", format!("{target}\n")),
        ("tencent resume - -o json", format!("{target}\n")),
    ] {
        let server = RecordingServer::accepting();
        let refused = server.home().run_with_input(command, input);
        assert_refused(&server, &refused, &["8888_t", "--exact"]);
        assert!(!is_shown(&refused, URL_SECRET), "{refused:?}");
    }
}

#[test]
fn target_with_a_secret_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let config = home.read("livectl/config.toml");
    for flags in ["", " --exact"] {
        for command in ["tencent resume -", "tencent forbid - --for 2h", "shumei close -"] {
            let refused = home.run_with_input(&format!("{command}{flags}"), config.clone());
            assert_refused(&server, &refused, &[]);
            assert!(!is_shown(&refused, TENCENT_SECRET), "{refused:?}");
        }
        let name = format!("8888_{TENCENT_SECRET}");
        let refused = home.run_line(&format!("tencent resume {name}{flags}"));
        assert_refused(&server, &refused, &["secret"]);
        assert!(!is_shown(&refused, TENCENT_SECRET), "{refused:?}");
    }
}

#[test]
fn url_secrets_are_not_printed_for_other_targets() {
    let (server, home) = RecordingServer::accepting().with_home();
    let reason = "see https://u:s3cret@a.test/x?token=s3cret now";
    let urls = ["a", "b"].map(|name| format!("rtmp://push.test/live/{name}?txSecret=s3cret"));
    let flags = ["--domain", "push.test", "--for", "2h", "--reason", reason];
    let args = ["jd", "forbid"].into_iter().chain(urls.iter().map(String::as_str)).chain(flags);
    let refused = home.run(args);
    assert_refused(&server, &refused, &["livectl jd forbid live/a live/b --domain push.test"]);
    assert!(!is_shown(&refused, "s3cret"), "{refused:?}");
    // One printed command does all of them.
    let output = run_first_printed(&home, &refused);
    assert_eq!((output.code, server.requests().len()), (Some(0), 2), "{output:?}");
    assert!(is_shown(&output, "live/a") && is_shown(&output, "live/b"), "{output:?}");
    // What is wrong with a line may repeat it.
    let line = |key: &str, value: &str| {
        let mut line = json!({"vendor": "jd", "action": "forbid", "target": "live/a", "for": "2h"});
        line[key] = value.into();
        line.to_string()
    };
    for bad in [
        line("vendor", &urls[0]),
        line("action", &urls[0]),
        line("domain", &urls[0]),
        line(&urls[0], "x"),
        line("for", &urls[0]),
        urls[0].clone(),
    ] {
        let refused = home.run_with_input("apply - -o json", bad.clone()).exits(2);
        assert!(!is_shown(&refused, "s3cret"), "{bad}: {refused:?}");
    }
}

#[test]
fn settings_in_a_wrapping_are_refused() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    for line in [
        "tencent forbid a --for 2h --app rtmp://push.example.com/live?k=s3cret",
        "tencent online --app live?k=s3cret",
        "jd online --domain push.example.com --app \"live\"",
    ] {
        let refused = home.run_line(line);
        assert_refused(&server, &refused, &["--app: it", "--exact"]);
        assert!(!is_shown(&refused, "s3cret"), "{refused:?}");
    }
    let output = home.run_line("tencent resume a --app live?k --exact -o json");
    assert_eq!(output.operations()[0]["app"], "live?k", "{output:?}");
}

#[test]
fn dry_run_shows_reasons_without_url_secrets() {
    let home = RecordingServer::accepting().newer_home();
    let reason = "see https://u:s3cret@a.test/x?token=s3cret";
    for format in ["json", "jsonl", "table", "curl", "csv"] {
        let args = ["tencent", "forbid", "a", "--for", "2h", "-n", "-o", format];
        let output = home.run(args.into_iter().chain(["--reason", reason])).exits(0);
        assert!(!is_shown(&output, "s3cret"), "{format}: {output:?}");
    }
    // The vendor gets it as typed.
    let (server, home) = RecordingServer::accepting().with_newer_home();
    home.run(["tencent", "forbid", "a", "--for", "2h", "--reason", reason]);
    assert!(server.only_request().body.contains(reason), "{:?}", server.requests());
}

#[test]
fn lines_of_a_profile_are_no_names() {
    let server = RecordingServer::accepting();
    let list = format!("app_id = \"1\"\napi_key = \"{URL_SECRET}\"\nok1\n");
    let home = server.home();
    home.write("list", &list);
    let output = home.run_script("\"$0\" tencent forbid - --for 2h < list");
    assert_refused(&server, &output, &["line 2", "looks like a line of a profile file"]);
    assert!(!output.stderr.contains("sed ") && !is_shown(&output, URL_SECRET), "{output:?}");
}
