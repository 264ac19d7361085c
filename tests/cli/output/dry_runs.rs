//! Dry runs, and the shell lines of `-o curl`.

use crate::prelude::*;

#[test]
fn dry_run_opens_no_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let home = TestHome::new(&format!("http://{}", listener.local_addr().unwrap()));
    for format in ["table", "json", "jsonl", "curl"] {
        for line in [
            "jd timeout push.example.com --seconds 30",
            "jd permit live/a live/b --domain push.example.com",
            "tencent forbid 8888_a --longest",
            "tencent resume 8888_a",
            "shumei close 1639825145166",
        ] {
            let flags = format!("-n -o {format} --journal journal.jsonl");
            let output = home.run_line(&format!("{line} {flags}")).exits(0);
            assert!(!output.stdout.is_empty());
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert!(!home.path("journal.jsonl").exists());

    TestHome::new("http://no-such-host.invalid").run_line("tencent resume a --dry-run").exits(0);
}

#[test]
fn dry_run_prints_the_redacted_request() {
    let home = TestHome::new("https://mock.test/p");
    let request = |line: &str| home.run_json(&format!("{line} -n")).results()[0]["request"].clone();
    let post = |path: &str, body: Value| {
        let headers = json!({"content-type": "application/json"});
        json!({"method": "POST", "url": format!("https://mock.test/p/{path}"), "headers": headers, "body": body})
    };
    let body = json!({"username": "jcloud_00", "signature": "***", "domain": "push.example.com", "timeout": "30"});
    let timeout = request("jd timeout push.example.com --seconds 30");
    assert_eq!(timeout, post("api/live/setPushStreamTimeout", body));
    let streams = json!([{"app": "live", "stream": "a"}, {"app": "live", "stream": "b"}]);
    let body = json!({"username": "jcloud_00", "signature": "***", "domain": "push.example.com", "deleteStreams": streams});
    let permit = request("jd permit live/a live/b --domain push.example.com");
    assert_eq!(permit, post("api/live/permitStream", body));
    let body = json!({"accessKey": "***", "requestId": "1639825145166"});
    let close = request("shumei close 1639825145166");
    assert_eq!(close, post("finish_videostream/v4", body));
    let forbid = request("tencent forbid 8888_a --for 2h");
    assert_members(&forbid, &json!({"method": "GET", "body": null}));
    let url = forbid["url"].as_str().unwrap();
    let (before, after) = url.split_once("&sign=***&").unwrap();
    let start = "https://mock.test/p/common_access?appid=1251234567&interface=channel_manager&t=";
    assert!(before.starts_with(start), "{url}");
    let start = "Param.s.channel_id=8888_a&Param.s.action=forbid&Param.n.abstime_end=";
    assert!(after.starts_with(start), "{url}");
}

#[test]
fn dry_run_table_counts_the_requests() {
    let home = TestHome::new("https://mock.test/p");
    assert_eq!(
        home.run_line("jd permit live/a live/b --domain push.example.com -n").stdout,
        "OUTCOME  OPERATION  TARGET  DETAIL
planned  jd permit  live/a  back on air, domain push.example.com
planned  jd permit  live/b  back on air, domain push.example.com
1 request to https://mock.test
"
    );
    let output = home.run_line("tencent resume a b -n");
    assert_eq!(output.stdout.lines().last(), Some("2 requests to https://mock.test"));
}

/// The vendor's answer to a line pasted into a shell, with these credentials in the environment.
fn paste(shell: &str, line: &str, [jd, tencent, shumei]: [&str; 3]) -> Value {
    let mut command = Command::new(shell);
    command.args(["-c", line]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env("LIVECTL_JD_SECRET_KEY", jd).env("LIVECTL_TENCENT_API_KEY", tencent);
    command.env("LIVECTL_SHUMEI_ACCESS_KEY", shumei);
    RunOutput::from(command.output().unwrap()).exits(0).json()
}

/// The sandbox's own.
const DEMO: [&str; 3] = [
    "0ba3f6392d7c598f061eb2005a17c7b0",
    "751003724a2f84248c6b88d4e68b5f3c",
    "livectlSandboxShumei",
];

const HOSTILE: &str = "it's \"q\" $(id) `id` \\ %41 ~~ & ; 直播";

#[test]
fn curl_line_signs_itself() {
    let served = ServedSandbox::start();
    for (command, verdict, success) in [
        (&["jd", "timeout", "push.example.com", "--seconds", "30"][..], "status", 0),
        (
            &["jd", "permit", "live/a", &format!("live/{HOSTILE}"), "--domain", "push.example.com"],
            "status",
            0,
        ),
        (&["tencent", "forbid", HOSTILE, "--for", "2h"], "ret", 0),
        (&["tencent", "resume", HOSTILE], "ret", 0),
        (&["shumei", "close", "it's \"q\" $(id) \\ 直播"], "code", 1100),
    ] {
        let output = served.home.run([command, &["-n", "-o", "curl"]].concat());
        assert_eq!((output.code, output.stdout.lines().count()), (Some(0), 1), "{output:?}");
        let line = output.stdout.trim_end();
        for shell in ["bash", "dash"] {
            let answer = paste(shell, line, DEMO);
            assert_eq!(answer[verdict], success, "{shell}: {line}: {answer}");
            let answer = paste(shell, line, ["wrong", "wrong", "wrong"]);
            assert_ne!(answer[verdict], success, "{shell}: {line}: {answer}");
        }
        assert!(DEMO.iter().all(|secret| !line.contains(secret)), "{line}");
    }

    assert_eq!(served.state()["jd"]["timeouts"], json!({"push.example.com": 30}));
}

#[test]
fn curl_line_works_an_hour_later() {
    let served = ServedSandbox::start();
    let line = |command: &[&str]| served.home.run([command, &["-n", "-o", "curl"]].concat()).stdout;
    let jd = line(&["jd", "timeout", "push.example.com", "--seconds", "30"]);
    assert!(jd.contains("date"), "{jd}");
    assert!(jd.contains("md5sum"), "{jd}");
    assert!(jd.contains("\"$LIVECTL_JD_SECRET_KEY\""), "{jd}");
    assert!(jd.contains(r#""signature":"'"$signature"'""#), "{jd}");
    let tencent = line(&["tencent", "resume", "8888_a"]);
    assert!(tencent.contains("&t='\"$t\"'&sign='\"$sign\"'&"), "{tencent}");
    assert!(line(&["shumei", "close", "a"]).contains("\"$LIVECTL_SHUMEI_ACCESS_KEY\""));
    // The end that a resume carries lies in the past by then.
    let (before, end) = tencent.trim_end().rsplit_once('=').unwrap();
    let end: i64 = end.trim_end_matches('\'').parse().unwrap();
    let later = format!("{before}={}'", end - 3600);
    assert_eq!(paste("bash", &later, DEMO)["ret"], 0);
}

#[test]
fn curl_line_uses_the_proxy_and_ca_file() {
    let home = TestHome::empty();
    let list = lines((0..150).map(|number| format!("live/{number}")));
    let account = "username = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test\"";
    home.write_config(&format!(
        "[profiles.p]\nca_file = \"my ca.pem\"\nproxy = \"http://me:hunter2@proxy.test:3128\"\n[profiles.p.jd]\n{account}\n"
    ));
    let output = home
        .run_with_input("jd permit - --domain a.example.com -n -o curl --max-targets 150", list);
    assert_eq!(output.stdout.lines().count(), 2, "{output:?}");
    for line in output.stdout.lines() {
        assert!(line.contains("--proxy 'http://proxy.test:3128'"), "{line}");
        let authority = home.path("livectl/my ca.pem");
        assert!(line.contains(&format!("--cacert '{}'", authority.display())), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn curl_lines_keep_the_input_order() {
    let home = TestHome::empty();
    let tencent = json!({"vendor": "tencent", "action": "resume", "target": "a"});
    let jd = json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 30});
    let input =
        lines([&tencent, &jd, &json!({"vendor": "tencent", "action": "resume", "target": "b"})]);
    let output = home.run_with_input("--sandbox apply - -n -o curl", input);
    let at: Vec<_> = output.stdout.lines().map(|line| line.contains("/api/live/")).collect();
    assert_eq!(at, [false, true, false], "{output:?}");
}

#[test]
fn curl_line_quotes_its_placeholder() {
    let home = TestHome::empty();
    let account =
        "username = \"~~$(id)~~\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test/~~~\"";
    home.write_config(&format!("[profiles.p.jd]\n{account}\n"));
    let output = home.run_line("jd timeout a.example.com --seconds 30 -n -o curl");
    let body = r#"printf %s '{"username":"~~$(id)~~","signature":"'"$signature"'","#;
    assert!(output.stdout.contains(body), "{output:?}");
    assert!(
        output.stdout.trim_end().ends_with("'https://mock.test/~~~/api/live/setPushStreamTimeout'"),
        "{output:?}"
    );
}
