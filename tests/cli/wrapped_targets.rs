//! Targets in a wrapping: a URL, quotes, JSON, a spreadsheet's numbers. They are refused, never sent and never trimmed;
//! the command that was probably meant is printed, without the URL's secret. `--exact` takes a name as it is.

use serde_json::{Value, json};

use super::fault_server::request::ReceivedRequest;
use super::fixture::{RunOutput, TENCENT_SECRET, TestHome, VendorServer, lines};
use super::recording_server::{RecordingServer, response};
use super::refusals::{assert_refused, is_shown, printed_commands, run_printed, sent_by_printed};

/// The secret of a push URL.
const URL_SECRET: &str = "deadbeefcafe4720";

const JD: &str = "jd forbid TARGET --domain push.example.com --for 2h";
const TENCENT: &str = "tencent forbid TARGET --for 2h";
const SHUMEI: &str = "shumei close TARGET";

/// A command line, the wrapped target, and the name inside.
#[rustfmt::skip]
const WRAPPED: &[(&str, &str, &str)] = &[
    (JD, "rtmp://push.example.com/live/cam1?txSecret=SECRET", "live/cam1"),
    (JD, "<rtmp://push.example.com/live/cam1?txSecret=SECRET>", "live/cam1"),
    (JD, "push.example.com:1935/live/cam1", "live/cam1"),
    (JD, "live/cam1;", "live/cam1"),
    (TENCENT, "8888_a，", "8888_a"),
    (TENCENT, "//push.example.com/live/8888_a?txSecret=SECRET", "8888_a"),
    (JD, "rtmp://push.example.com/live/cam1", "live/cam1"),
    (JD, "push.example.com/live/cam1", "live/cam1"),
    (JD, "push.example.com/live/cam1?auth_key=SECRET", "live/cam1"),
    (JD, "live/cam1?auth_key=1795262400-0-0-SECRET", "live/cam1"),
    (JD, "https://push.example.com/live/cam1.flv?auth_key=SECRET", "live/cam1"),
    (JD, "https://push.example.com/live/cam1.m3u8", "live/cam1"),
    (JD, "'live/cam1'", "live/cam1"),
    (JD, "live/cam1,", "live/cam1"),
    (JD, "live/cam1 # spam", "live/cam1"),
    ("jd permit TARGET --domain push.example.com", "rtmp://push.example.com/live/cam1", "live/cam1"),
    (TENCENT, "8888_t?txSecret=SECRET&txTime=5C2A3CFF", "8888_t"),
    (TENCENT, "rtmp://push.example.com/live/8888_t?txSecret=SECRET&txTime=5C2A3CFF", "8888_t"),
    (TENCENT, "webrtc://push.example.com/live/8888_t", "8888_t"),
    (TENCENT, "https://push.example.com/live/8888_t.flv", "8888_t"),
    (TENCENT, "\"8888_t\"", "8888_t"),
    (TENCENT, "“8888_t”", "8888_t"),
    (TENCENT, "8888_t,", "8888_t"),
    (TENCENT, "8888_t # spam", "8888_t"),
    ("tencent resume TARGET", "8888_t?txSecret=SECRET", "8888_t"),
    (JD, "live/cam1&txSecret=SECRET&txTime=5C2A3CFF", "live/cam1"),
    (JD, "live/cam1.flv", "live/cam1"),
    (JD, "• live/cam1", "live/cam1"),
    (TENCENT, "8888_t.m3u8", "8888_t"),
    (TENCENT, "* 8888_t", "8888_t"),
    (TENCENT, "3. 8888_t", "8888_t"),
    (SHUMEI, "{\"requestId\":\"1639825145166\"}", "1639825145166"),
    (SHUMEI, "\"1639825145166\"", "1639825145166"),
    (SHUMEI, "1639825145166,", "1639825145166"),
    (SHUMEI, "=\"1639825145166\"", "1639825145166"),
];

/// Names that a spreadsheet has changed, of which the real one cannot be told.
const LOST: &[&str] =
    &["1.63983E+12", "1,63983E+12", "#N/A", "#REF!", "#VALUE!", "#NAME?", "=A1", "TRUE", "FALSE"];

/// Runs a command line with this target.
fn run(home: &TestHome, line: &str, target: &str, flags: &[&str]) -> RunOutput {
    let target = target.replace("SECRET", URL_SECRET);
    let words = line.split(' ').map(|word| if word == "TARGET" { target.as_str() } else { word });
    home.run(words.chain(flags.iter().copied()))
}

/// The name that the only request asks for.
fn name(server: &RecordingServer) -> String {
    name_in(&server.only_request())
}

/// The name that each request asks for.
fn names(server: &RecordingServer) -> Vec<String> {
    server.requests().iter().map(name_in).collect()
}

fn name_in(request: &ReceivedRequest) -> String {
    if let Some(name) = request.param("Param.s.channel_id") {
        return name;
    }
    let body = request.json();
    if let Some(id) = body["requestId"].as_str() {
        return id.to_owned();
    }
    if let Some(name) = body["StreamName"].as_str() {
        return name.to_owned();
    }
    if body["deleteStreams"].is_array() {
        return request.streams()[0].clone();
    }
    format!("{}/{}", body["app"].as_str().unwrap(), body["stream"].as_str().unwrap())
}

#[test]
fn wrapped_target_is_refused_with_the_meant_command() {
    for (line, target, meant) in WRAPPED {
        let server = RecordingServer::accepting();
        let home = server.home();
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
        let server = RecordingServer::accepting();
        let home = server.home();
        let refused = run(&home, line, target, &["-j", "1"]);
        assert_refused(&server, &refused, &["several names", "--exact"]);
        assert!(!is_shown(&refused, URL_SECRET), "{refused:?}");
        let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
        assert_eq!(
            (output.code, names(&server).join(" ")),
            (Some(0), meant.join(" ")),
            "{refused:?}"
        );
    }
    let server = RecordingServer::accepting();
    let home = server.home();
    let refused = home.run_with_input("tencent resume - -j 1", "8888_a, 8888_b");
    assert_refused(&server, &refused, &["several names", "--exact"]);
    let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
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
    let server = RecordingServer::accepting();
    let home = server.newer_home();
    let urls = |app| format!("rtmp://push.example.com/live/a,rtmp://push.example.com/{app}/b");
    let refused = home.run(["tencent", "resume", &urls("show")]);
    assert_refused(&server, &refused, &["several names"]);
    assert_eq!(printed_commands(&refused.stderr), Vec::<String>::new());
    let refused = home.run(["tencent", "resume", &urls("live"), "-j", "1"]);
    assert_eq!(run_printed(&home, &printed_commands(&refused.stderr)[0]).code, Some(0));
    assert_eq!(names(&server), ["a", "b"]);
}

/// What may be several names, or no name: a command with a part of them would look as if it did all.
#[test]
fn target_that_cannot_be_told_leaves_no_command() {
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
        let server = RecordingServer::accepting();
        let home = server.home();
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
fn bracketed_name_is_no_json() {
    for name in ["[live]cam", "{x}", "[1"] {
        let server = RecordingServer::accepting();
        let output = server.home().run(["tencent", "resume", name]);
        assert_eq!((output.code, server.targets()), (Some(0), vec![name.to_owned()]));
    }
}

#[test]
fn targets_of_other_places_get_their_own_command() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let line = "jd forbid live/p rtmp://push.example.com/live/a https://play.example.com/live/b \
                live/q --domain push.example.com --for 2h -j 1";
    let refused = home.run_line(line);
    assert_refused(&server, &refused, &["live/b --domain PUSH_DOMAIN"]);
    let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert_eq!(names(&server), ["live/p", "live/a", "live/q"], "{refused:?}");
    let server = RecordingServer::always(response(200, r#"{"Response":{"RequestId":"r"}}"#));
    let home = server.newer_home();
    let line = "tencent resume p rtmp://push.example.com/live2/a rtmp://push.example.com/live2/b";
    let refused = home.run_line(&format!("{line} --app show -j 1"));
    assert_refused(&server, &refused, &["probably meant"]);
    run_printed(&home, &printed_commands(&refused.stderr)[0]);
    let place = |sent: &ReceivedRequest| {
        let body = sent.json();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        format!("{}/{}", text("AppName"), text("StreamName"))
    };
    let places: Vec<_> = server.requests().iter().map(place).collect();
    assert_eq!(places, ["show/p", "live2/a", "live2/b"], "{refused:?}");
}

#[test]
fn line_of_a_file_becomes_a_command_of_its_own() {
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
        let server = RecordingServer::accepting();
        let home = server.home();
        home.write("o.jsonl", line.to_string());
        let refused = home.run_line(flags);
        assert_refused(&server, &refused, &["probably meant: livectl "]);
        let command = &printed_commands(&refused.stderr)[0];
        let output = run_printed(&home, &format!("{command} -o json"));
        assert_eq!(output.outcomes(), ["planned"], "{command}: {output:?}");
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
        let server = RecordingServer::accepting();
        let home = server.home();
        let refused = home.run_line(line);
        assert_refused(&server, &refused, &["probably meant: livectl jd"]);
        let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
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
        let server = RecordingServer::accepting();
        let home = server.home();
        let names = "live/a".to_owned();
        let refused = home.run_with_input(command, input.unwrap_or_else(|| names.clone()));
        assert_refused(&server, &refused, &["probably meant: livectl jd"]);
        let command = &printed_commands(&refused.stderr)[0];
        let output = run_printed(&home, &format!("echo live/a | {command}"));
        assert_ne!(output.code, Some(2), "{command}: {output:?}");
        assert_eq!(server.requests()[0].json()["domain"], "a.cn", "{command}");
    }
}

#[test]
fn command_alike_is_printed_once() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
        let server = RecordingServer::accepting();
        let home = server.home();
        home.write("FILE", list);
        let refused = home.run_with_input("tencent resume -", list);
        let fact = format!("line {number}: ");
        assert_refused(&server, &refused, &[&fact, "header", "--exact"]);
        let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
        assert_eq!((output.code, server.targets()), (Some(0), vec!["8888_a".to_owned()]));
    }
    let server = RecordingServer::accepting();
    let output = server.home().run_with_input("tencent resume - --exact", "stream\n");
    assert_eq!((output.code, server.targets()), (Some(0), vec!["stream".to_owned()]));
}

#[test]
fn spreadsheet_damage_is_refused() {
    for target in LOST {
        let server = RecordingServer::accepting();
        let home = server.home();
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
fn play_url_host_is_no_push_domain() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let line =
        "jd forbid https://play.example.com/live/cam1.m3u8 --domain push.example.com --for 2h";
    let refused = home.run_line(line);
    assert_refused(&server, &refused, &["live/cam1", "--domain PUSH_DOMAIN", "play"]);
    let printed = super::refusals::printed_commands(&refused.stderr);
    let command = printed.iter().find(|command| command.contains("PUSH_DOMAIN")).unwrap();
    let copied = run_printed(&home, command);
    assert_eq!((copied.code, server.requests().len()), (Some(2), 0), "{copied:?}");
}

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
fn sed_command_does_the_rest() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let resume = |target: &str| json!({"vendor": "tencent", "action": "resume", "target": target});
    let names = ["a", "\"b\"", "c", "d,", "e"];
    home.write("it's a list.jsonl", lines(names.map(resume)));
    let refused = home.run(["apply", "it's a list.jsonl"]);
    assert_refused(&server, &refused, &["line 2", "line 4", "sed '2d;4d'"]);
    let printed = super::refusals::printed_commands(&refused.stderr);
    let command = printed.iter().find(|command| command.starts_with("sed ")).unwrap();
    let rest = run_printed(&home, command);
    assert_eq!(rest.code, Some(0), "{command}: {rest:?}");
    let mut sent = server.targets();
    sent.sort();
    assert_eq!(sent, ["a", "c", "e"]);
}

// --exact

#[test]
fn exact_sends_the_name_as_it_is() {
    for (line, target, _) in WRAPPED.iter().filter(|(line, target, _)| {
        // A JD stream still has an app, and a request id at most 32 characters.
        *line != SHUMEI && (!line.starts_with("jd") || target.contains("live/"))
    }) {
        let server = RecordingServer::accepting();
        let home = server.home();
        let output = run(&home, line, target, &["--exact", "-o", "json"]);
        assert_eq!(output.code, Some(0), "{line} {target}: {output:?}");
        assert_eq!(name(&server), target.replace("SECRET", URL_SECRET));
        assert!(output.stderr.contains("note: "), "{output:?}");
    }
}

#[test]
fn exact_list_loses_only_line_ends() {
    let server = RecordingServer::accepting();
    let list = " a\n# b\n\nc \r\npirate\u{200b}\nI\u{2764}\u{fe0f}live\n";
    let line = "tencent resume - --exact -j 1 -o json";
    let output = server.home().run_with_input(line, list);
    assert_eq!(output.code, Some(0), "{output:?}");
    let names = [" a", "# b", "c ", "pirate\u{200b}", "I\u{2764}\u{fe0f}live"];
    assert_eq!(server.targets(), names);
    assert_eq!(output.targets(), names);
}

#[test]
fn exact_names_are_shown_escaped() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let output = home.run(["tencent", "resume", "pirate\u{200b}", "--exact"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.stdout.contains("pirate\\u{200b}"), "{output:?}");
    assert!(!is_shown(&output, "\u{200b}"), "{output:?}");
    assert_eq!(server.targets(), ["pirate\u{200b}"]);
    let lines = lines([json!({"vendor": "tencent", "action": "resume", "target": "\u{202e}x"})]);
    let output = home.run_with_input("apply - --exact", lines);
    assert_eq!(output.code, Some(0), "{output:?}");
}

#[test]
fn invisible_characters_follow_unicode_properties() {
    for invisible in [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{1160}',
        '\u{17b4}',
        '\u{17b5}',
        '\u{180b}',
        '\u{180e}',
        '\u{180f}',
        '\u{200b}',
        '\u{200d}',
        '\u{2028}',
        '\u{2060}',
        '\u{2065}',
        '\u{206a}',
        '\u{3164}',
        '\u{fe00}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff0}',
        '\u{fff9}',
        '\u{1bca0}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0020}',
        '\u{e0100}',
        '\u{e01ef}',
    ] {
        let server = RecordingServer::accepting();
        let home = server.home();
        let name = format!("8888_{invisible}x");
        let code = u32::from(invisible);
        let refused = home.run(["tencent", "resume", &name]);
        assert_eq!(refused.code, Some(2), "U+{code:04X}: {refused:?}");
        assert!(refused.stderr.contains(&format!("u{{{code:x}}}")), "U+{code:04X}: {refused:?}");
        assert!(refused.stderr.contains("--exact"), "U+{code:04X}: {refused:?}");
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

#[test]
fn target_with_a_secret_is_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
    let server = RecordingServer::accepting();
    let home = server.home();
    let reason = "see https://u:s3cret@a.test/x?token=s3cret now";
    let urls = ["a", "b"].map(|name| format!("rtmp://push.test/live/{name}?txSecret=s3cret"));
    let flags = ["--domain", "push.test", "--for", "2h", "--reason", reason];
    let args = ["jd", "forbid"].into_iter().chain(urls.iter().map(String::as_str)).chain(flags);
    let refused = home.run(args);
    assert_refused(&server, &refused, &["livectl jd forbid live/a live/b --domain push.test"]);
    assert!(!is_shown(&refused, "s3cret"), "{refused:?}");
    // One printed command does all of them.
    let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
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
        let refused = home.run_with_input("apply - -o json", bad.clone());
        assert_eq!(refused.code, Some(2), "{bad}");
        assert!(!is_shown(&refused, "s3cret"), "{bad}: {refused:?}");
    }
}

#[test]
fn settings_in_a_wrapping_are_refused() {
    let server = RecordingServer::accepting();
    let home = server.newer_home();
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
        let output = home.run(args.into_iter().chain(["--reason", reason]));
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(!is_shown(&output, "s3cret"), "{format}: {output:?}");
    }
    // The vendor gets it as typed.
    let server = RecordingServer::accepting();
    let home = server.newer_home();
    home.run(["tencent", "forbid", "a", "--for", "2h", "--reason", reason]);
    assert!(server.only_request().body.contains(reason), "{:?}", server.requests());
}

#[test]
fn application_of_a_url_is_kept() {
    let server = RecordingServer::always(response(200, r#"{"Response":{"RequestId":"r"}}"#));
    let home = server.newer_home();
    let output = home.run_line("tencent forbid rtmp://push.example.com/live2/cam1 --for 2h");
    let request = sent_by_printed(&server, &home, &output).json();
    assert_eq!((&request["AppName"], &request["StreamName"]), (&json!("live2"), &json!("cam1")));
    let two =
        "tencent forbid rtmp://push.example.com/live2/cam1 rtmp://push.example.com/x/cam2 --for 2h";
    let output = home.run_line(two);
    assert!(output.stderr.contains("forbid cam1 --for 2h --app live2"), "{output:?}");
    assert!(output.stderr.contains("forbid cam2 --for 2h --app x"), "{output:?}");
    let long = home.run_line("tencent forbid rtmp://push.example.com/live2/x/cam1 --for 2h");
    assert!(!long.stderr.contains("probably meant"), "{long:?}");
}

#[test]
fn lines_of_a_profile_are_no_names() {
    let server = RecordingServer::accepting();
    let list = format!("app_id = \"1\"\napi_key = \"{URL_SECRET}\"\nok1\n");
    let home = server.home();
    home.write("list", &list);
    let output =
        RunOutput::from(home.shell("\"$0\" tencent forbid - --for 2h < list").output().unwrap());
    assert_refused(&server, &output, &["line 2", "looks like a line of a profile file"]);
    assert!(!output.stderr.contains("sed ") && !is_shown(&output, URL_SECRET), "{output:?}");
}

#[test]
fn rows_of_several_lines_are_not_cut() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let rows = "tencent,forbid,\"a,\",2h,\"two\nlines\"\ntencent,forbid,b,2h,x\n";
    home.write("o.csv", format!("vendor,action,target,for,reason\n{rows}"));
    let output = home.run_line("apply o.csv");
    assert_refused(&server, &output, &["line 2: target \"a,\""]);
    assert!(!output.stderr.contains("sed "), "{output:?}");
}
