//! The command that was probably meant.

use super::{JD, SHUMEI, TENCENT, URL_SECRET, WRAPPED, name, names, run};
use crate::prelude::*;
use crate::refusals::{is_shown, sent_by_printed};

#[test]
fn wrapped_target_is_refused_with_the_meant_command() {
    for (line, target, meant) in WRAPPED {
        let (server, home) = RecordingServer::accepting().with_home();
        let refused = run(&home, line, target, &["--journal", "j"]);
        assert_refused(&server, &refused, &["if the stream is really called so: --exact"]);
        assert!(!is_shown(&refused, URL_SECRET), "{refused:?}");
        assert!(!home.path("j").exists() || !home.read("j").contains(URL_SECRET));
        sent_by_printed(&server, &home, &refused);
        assert_eq!(name(&server), *meant, "{line}: {target}: {refused:?}");
    }
}

#[test]
fn several_names_in_one_become_targets() {
    for (line, target, meant) in [
        (JD, "live/a,live/b", &["live/a", "live/b"][..]),
        (JD, "live/a,b", &["live/a", "live/b"]),
        (TENCENT, "8888_a,8888_b,8888_c", &["8888_a", "8888_b", "8888_c"]),
        (TENCENT, "8888_a，\"8888_b\"", &["8888_a", "8888_b"]),
        (SHUMEI, "1639825145166,1639825145167", &["1639825145166", "1639825145167"]),
        (
            JD,
            "rtmp://push.example.com/live/a?k=SECRET,rtmp://push.example.com/live/b",
            &["live/a", "live/b"],
        ),
        (JD, "\"live/a\" \"live/b\"", &["live/a", "live/b"]),
        (JD, "'live/a';'live/b';", &["live/a", "live/b"]),
        (JD, "live/a?k=SECRET|live/b?k=SECRET", &["live/a", "live/b"]),
        (
            JD,
            "rtmp://push.example.com/live/a?k=SECRET rtmp://push.example.com/live/b",
            &["live/a", "live/b"],
        ),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        let refused = run(&home, line, target, &["-j", "1"]);
        assert_refused(&server, &refused, &["several names", "--exact"]);
        assert!(!is_shown(&refused, URL_SECRET), "{refused:?}");
        run_first_printed(&home, &refused).exits(0);
        assert_eq!(names(&server).join(" "), meant.join(" "), "{refused:?}");
    }
    let (server, home) = RecordingServer::accepting().with_home();
    let refused = home.run_with_input("tencent resume - -j 1", "8888_a, 8888_b");
    assert_refused(&server, &refused, &["several names", "--exact"]);
    let output = run_first_printed(&home, &refused);
    assert_eq!((output.code, names(&server).len()), (Some(0), 2), "{refused:?}");
    // A line of a file quotes a comma on purpose, but not a list of URLs.
    let line = |target: &str| {
        json!({"vendor": "tencent", "action": "resume", "target": target}).to_string()
    };
    let server = RecordingServer::accepting();
    let output = server.home().run_with_input("apply -", line("8888_a,8888_b"));
    assert_eq!((output.code, server.targets()), (Some(0), vec!["8888_a,8888_b".to_owned()]));
    let server = RecordingServer::accepting();
    let urls = line("rtmp://a.cn/live/a,rtmp://a.cn/live/b");
    let refused = server.home().run_with_input("apply -", urls);
    assert_refused(&server, &refused, &["several names", "resume a b"]);
}

#[test]
fn urls_of_two_applications_are_no_command() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let urls = |app| format!("rtmp://push.example.com/live/a,rtmp://push.example.com/{app}/b");
    let refused = home.run(["tencent", "resume", &urls("show")]);
    assert_refused(&server, &refused, &["several names"]);
    assert_eq!(printed_commands(&refused.stderr), Vec::<String>::new());
    let refused = home.run(["tencent", "resume", &urls("live"), "-j", "1"]);
    assert_eq!(run_first_printed(&home, &refused).code, Some(0));
    assert_eq!(names(&server), ["a", "b"]);
}

/// What may be several names, or no name: a command with a part of them would look as if it did all.
#[test]
fn ambiguous_target_leaves_no_command() {
    for (line, target) in [
        (JD, "rtmp://push.example.com/live/a live/b"),
        (JD, "rtmp://push.example.com/live/a;live/b"),
        (JD, "rtmp://push.example.com/live/a|live/b"),
        (JD, "rtmp://push.example.com/live/a?k=SECRET live/b"),
        (JD, "https://a.example.com/live/a,https://b.example.com/live/b"),
        (JD, "rtmp://push.example.com/live/a rtmp://push.example.com/"),
        (JD, "\"cam1\""),
        (TENCENT, "\"-\""),
        (TENCENT, "' '"),
        (TENCENT, "\"8888_\u{200b}x\""),
        (SHUMEI, "\"16398251451661639825145166163982514516616\""),
        ("jd timeout TARGET --seconds 30", "live/cam1"),
        ("jd forbid live/a --for 2h --domain TARGET", "live/cam1"),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        let refused = run(&home, line, target, &[]);
        assert_refused(&server, &refused, &[]);
        assert_eq!(printed_commands(&refused.stderr), Vec::<String>::new(), "{target}");
        // Nor is there one for the others of that run.
        if line == JD {
            let refused = run(&home, line, target, &["\"live/c\""]);
            assert_eq!(printed_commands(&refused.stderr), Vec::<String>::new(), "{target}");
        }
    }
    // Nor is there one beside a name that cannot be seen.
    let server = RecordingServer::accepting();
    let refused = run(&server.home(), TENCENT, "\"8888_a\"", &["8888_\u{200b}x"]);
    assert_refused(&server, &refused, &["\\u{200b}"]);
    assert_eq!(printed_commands(&refused.stderr), Vec::<String>::new(), "{refused:?}");
}

#[test]
fn targets_of_other_places_get_separate_commands() {
    let (server, home) = RecordingServer::accepting().with_home();
    let line = "jd forbid live/p rtmp://push.example.com/live/a https://play.example.com/live/b \
                live/q --domain push.example.com --for 2h -j 1";
    let refused = home.run_line(line);
    assert_refused(&server, &refused, &["live/b --domain PUSH_DOMAIN"]);
    run_first_printed(&home, &refused).exits(2);
    assert_eq!(names(&server), ["live/p", "live/a", "live/q"], "{refused:?}");
    let server = RecordingServer::replies(200, r#"{"Response":{"RequestId":"r"}}"#);
    let home = server.newer_home();
    let line = "tencent resume p rtmp://push.example.com/live2/a rtmp://push.example.com/live2/b";
    let refused = home.run_line(&format!("{line} --app show -j 1"));
    assert_refused(&server, &refused, &["probably meant"]);
    run_first_printed(&home, &refused);
    let place = |sent: &ReceivedRequest| {
        let body = sent.json();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        format!("{}/{}", text("AppName"), text("StreamName"))
    };
    let places: Vec<_> = server.requests().iter().map(place).collect();
    assert_eq!(places, ["show/p", "live2/a", "live2/b"], "{refused:?}");
}

#[test]
fn line_of_a_file_becomes_a_command() {
    let line = json!({
        "vendor": "Tencent", "action": "Ban", "target": "\"8888_a\"", "for": "2h",
        "reason": "true", "profile": "prod",
    });
    for flags in [
        "apply --verify o.jsonl -n",
        "apply o.jsonl --reason why -nq",
        "-pprod apply --format jsonl o.jsonl --dry-run",
        "apply -nqpprod --reason o.jsonl -- o.jsonl",
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        home.write("o.jsonl", line.to_string());
        let refused = home.run_line(flags);
        assert_refused(&server, &refused, &["probably meant: livectl "]);
        let command = &printed_commands(&refused.stderr)[0];
        let output = home.run_printed(&format!("{command} -o json")).with_outcomes(["planned"]);
        let operation = &output.operations()[0];
        assert_eq!(operation["target"], "8888_a", "{command}");
        assert_eq!(operation["reason"], "true", "{command}");
    }
}

#[test]
fn wrapped_domain_is_refused_with_the_meant_command() {
    for (line, meant) in [
        ("jd timeout http://a.cn/live --seconds 30", &["a.cn"][..]),
        ("jd timeout a.cn:1935 --seconds 30", &["a.cn"]),
        ("jd timeout a.cn/live --seconds 30", &["a.cn"]),
        ("jd timeout a.cn,b.cn c.cn --seconds 30 -j 1", &["a.cn", "b.cn", "c.cn"]),
        ("jd timeout a.cn, --seconds 30", &["a.cn"]),
        ("jd forbid live/a --domain rtmp://a.cn/live --for 2h", &["a.cn"]),
        ("jd forbid live/a --domain=a.cn:1935 --for 2h", &["a.cn"]),
        ("jd permit live/a live/b --domain a.cn,b.cn", &["a.cn", "b.cn"]),
        ("jd status live/a --domain a.cn/live --attempts 1", &["a.cn"]),
        ("jd forbidden --domain https://a.cn --attempts 1", &["a.cn"]),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        let refused = home.run_line(line);
        assert_refused(&server, &refused, &["probably meant: livectl jd"]);
        let output = run_first_printed(&home, &refused);
        let domain = |sent: &ReceivedRequest| sent.json()["domain"].as_str().unwrap().to_owned();
        let sent: Vec<_> = server.requests().iter().map(domain).collect();
        assert_eq!(sent, meant, "{refused:?}: {output:?}");
    }
    let line =
        json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "rtmp://a.cn/x"});
    let list = json!({"vendor": "jd", "action": "forbidden", "target": "a.cn:80"});
    for (command, input) in [
        ("jd permit - --domain rtmp://a.cn/x", None),
        ("jd timeout - --seconds 30", Some("a.cn:80".to_owned())),
        ("apply -", Some(line.to_string())),
        ("apply -", Some(list.to_string())),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        let names = "live/a".to_owned();
        let refused = home.run_with_input(command, input.unwrap_or_else(|| names.clone()));
        assert_refused(&server, &refused, &["probably meant: livectl jd"]);
        let command = &printed_commands(&refused.stderr)[0];
        let output = home.run_printed(&format!("echo live/a | {command}"));
        assert_ne!(output.code, Some(2), "{command}: {output:?}");
        assert_eq!(server.requests()[0].json()["domain"], "a.cn", "{command}");
    }
}

#[test]
fn command_alike_is_printed_once() {
    let (server, home) = RecordingServer::accepting().with_home();
    let flags = "--domain push.example.com --for 2h";
    let line = |target: &str, end: &str| {
        let line = json!({"vendor": "jd", "action": "forbid", "target": target});
        let mut line = line.as_object().unwrap().clone();
        line.extend([("domain".into(), "push.example.com".into()), ("for".into(), end.into())]);
        Value::from(line)
    };
    let file = lines([line("live/a,", "2h"), line("\"live/it's\"", "2h"), line("live/c,", "3h")]);
    for (command, input, commands, last) in [
        (format!("jd forbid live/a, \"live/b\" live/c {flags}"), String::new(), 1, "live/b"),
        (format!("jd forbid - {flags}"), "live/a,\n\"live/it's\"\n".into(), 1, r"'live/it'\''s'"),
        ("apply -".to_owned(), file, 2, r"'live/it'\''s'"),
    ] {
        let refused = home.run_with_input(&command, input);
        assert_refused(&server, &refused, &[&format!("probably meant: {last}\n")]);
        let printed = refused.stderr.matches("livectl jd forbid").count();
        assert_eq!(printed, commands, "{refused:?}");
    }
}

#[test]
fn header_of_a_list_is_no_name() {
    for (list, number) in [
        ("stream\n8888_a\n", 1),
        ("\u{feff}Target\r\n8888_a\r\n", 1),
        ("# names\n\nchannel id\n8888_a\n", 3),
        ("\"Stream Name\"\n8888_a\n", 1),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        home.write("FILE", list);
        let refused = home.run_with_input("tencent resume -", list);
        let fact = format!("line {number}: ");
        assert_refused(&server, &refused, &[&fact, "header", "--exact"]);
        let output = run_first_printed(&home, &refused);
        assert_eq!((output.code, server.targets()), (Some(0), vec!["8888_a".to_owned()]));
    }
    let server = RecordingServer::accepting();
    let output = server.home().run_with_input("tencent resume - --exact", "stream\n");
    assert_eq!((output.code, server.targets()), (Some(0), vec!["stream".to_owned()]));
}

#[test]
fn play_url_host_is_no_push_domain() {
    let (server, home) = RecordingServer::accepting().with_home();
    let line =
        "jd forbid https://play.example.com/live/cam1.m3u8 --domain push.example.com --for 2h";
    let refused = home.run_line(line);
    assert_refused(&server, &refused, &["live/cam1", "--domain PUSH_DOMAIN", "play"]);
    let printed = printed_commands(&refused.stderr);
    let command = printed.iter().find(|command| command.contains("PUSH_DOMAIN")).unwrap();
    let copied = home.run_printed(command);
    assert_eq!((copied.code, server.requests().len()), (Some(2), 0), "{copied:?}");
}

#[test]
fn sed_command_does_the_rest() {
    let (server, home) = RecordingServer::accepting().with_home();
    let resume = |target: &str| json!({"vendor": "tencent", "action": "resume", "target": target});
    let names = ["a", "\"b\"", "c", "d,", "e"];
    home.write("it's a list.jsonl", lines(names.map(resume)));
    let refused = home.run(["apply", "it's a list.jsonl"]);
    assert_refused(&server, &refused, &["line 2", "line 4", "sed '2d;4d'"]);
    let printed = printed_commands(&refused.stderr);
    let command = printed.iter().find(|command| command.starts_with("sed ")).unwrap();
    home.run_printed(command).exits(0);
    let mut sent = server.targets();
    sent.sort();
    assert_eq!(sent, ["a", "c", "e"]);
}

#[test]
fn application_of_a_url_is_kept() {
    let server = RecordingServer::replies(200, r#"{"Response":{"RequestId":"r"}}"#);
    let home = server.newer_home();
    let output = home.run_line("tencent forbid rtmp://push.example.com/live2/cam1 --for 2h");
    let request = sent_by_printed(&server, &home, &output).json();
    assert_eq!((&request["AppName"], &request["StreamName"]), (&json!("live2"), &json!("cam1")));
    let two =
        "tencent forbid rtmp://push.example.com/live2/cam1 rtmp://push.example.com/x/cam2 --for 2h";
    let output = home.run_line(two).reports("forbid cam1 --for 2h --app live2");
    assert!(output.stderr.contains("forbid cam2 --for 2h --app x"), "{output:?}");
    let long = home.run_line("tencent forbid rtmp://push.example.com/live2/x/cam1 --for 2h");
    long.assert_omits("probably meant");
}

#[test]
fn rows_of_several_lines_are_not_cut() {
    let (server, home) = RecordingServer::accepting().with_home();
    let rows = "tencent,forbid,\"a,\",2h,\"two\nlines\"\ntencent,forbid,b,2h,x\n";
    home.write("o.csv", format!("vendor,action,target,for,reason\n{rows}"));
    let output = home.run_line("apply o.csv").omits("sed ");
    assert_refused(&server, &output, &["line 2: target \"a,\""]);
}
