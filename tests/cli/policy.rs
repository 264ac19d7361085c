//! `[policy]` of the profile file: what it refuses on every path, and the commands that its refusals print.

use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use crate::prelude::*;

/// A home whose profile file begins with this policy.
fn home(server: &RecordingServer, policy: &str) -> TestHome {
    TestHome::with_config(&with_policy(&server.url(), policy))
}

fn with_policy(endpoint: &str, policy: &str) -> String {
    profile(endpoint).replacen("[profiles", &format!("[policy]\n{policy}\n[profiles"), 1)
}

/// The command that a refusal prints under this name.
fn printed<'o>(output: &'o RunOutput, name: &str) -> &'o str {
    let line = output.stderr.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {output:?}"))
}

const PROTECT: &str =
    r#"protect = ["tencent:8888_gala*", "jd:push.example.com/live/official_*", "jd:*.org"]"#;

#[test]
fn protected_target_is_refused_on_every_path() {
    let server = RecordingServer::accepting();
    let home = home(&server, PROTECT);
    home.write("list", "8888_a\n8888_gala1\n");
    home.write(
        "ops.jsonl",
        "{\"vendor\":\"tencent\",\"action\":\"forbid\",\"target\":\"8888_a\",\"for\":\"2h\"}\n\
         {\"vendor\":\"jd\",\"action\":\"forbid\",\"target\":\"live/official_1\",\"domain\":\"PUSH.example.com\",\"for\":\"2h\"}\n",
    );
    home.write(
        "ops.csv",
        "vendor,action,target,for\ntencent,forbid,8888_a,2h\ntencent,forbid,8888_gala1,2h\n",
    );
    for line in [
        "tencent forbid 8888_a 8888_gala1 --for 2h",
        "tencent ban 8888_gala1 --longest",
        "tencent drop 8888_gala1",
        "jd forbid live/official_1 --domain push.example.com --permanent",
        "jd timeout push.example.org --seconds 30",
        "apply ops.jsonl",
        "apply ops.csv",
    ] {
        for dry_run in ["", " -n"] {
            let output = home.run_json(&format!("{line}{dry_run}")).exits(2);
            assert!(output.stderr.contains("config.toml:4:"), "{line}: {output:?}");
            assert_eq!(output.json()["error"]["kind"], "input", "{line}");
        }
    }
    let listed = home.run_with_input("tencent forbid - --for 2h", "8888_a\n8888_gala1\n").exits(2);
    assert!(listed.stderr.contains("line 2: 8888_gala1: tencent:8888_gala* ("), "{listed:?}");
    assert_eq!(server.targets(), [""; 0]);
}

#[test]
fn operation_that_restores_is_never_refused() {
    let server = RecordingServer::accepting();
    let home = home(&server, "protect = [\"*:*\"]\nrequire_reason = true");
    for line in ["tencent resume 8888_gala1", "jd permit live/a --domain push.example.com"] {
        home.run_json(line).exits(0);
    }
    assert_eq!(server.targets(), ["8888_gala1", "live/a"]);
}

#[test]
fn printed_command_is_accepted() {
    let policy = format!("{PROTECT}\nmax_ban = \"7d\"\nrequire_reason = true");
    let jsonl = "{\"vendor\":\"jd\",\"action\":\"forbid\",\"target\":\"live/it's\",\"domain\":\"a.cn\",\"for\":\"9d\"}\n\
         {\"vendor\":\"tencent\",\"action\":\"forbid\",\"target\":\"8888_gala 1\",\"until\":\"2099-01-01T00:00:00Z\"}\n";
    for (line, sent) in [
        ("tencent forbid 8888_gala1 8888_b --for 30d", 2),
        ("tencent forbid --longest -- -dash", 1),
        ("tencent forbid 8888_gala1 --for=2h --reason why", 1),
        ("-o jsonl tencent forbid 8888_b --until 2099-01-01T00:00:00Z", 1),
        ("jd forbid live/official_1 --domain push.example.com --permanent", 1),
        ("jd timeout push.example.com --seconds 30", 1),
        ("shumei close abc", 1),
        ("apply ops.jsonl --exact", 2),
        ("apply ops.jsonl --exact --reason why", 2),
    ] {
        let server = RecordingServer::accepting();
        let home = home(&server, &policy);
        home.write("ops.jsonl", jsonl);
        let refused = home.run_line(line);
        assert_eq!((refused.code, server.targets().len()), (Some(2), 0), "{line}: {refused:?}");
        home.run_printed(printed(&refused, "accepted")).exits(0);
        assert_eq!(server.targets().len(), sent, "{line}");
    }
}

#[test]
fn invisible_name_survives_a_refusal() {
    let name = "8888_gala\u{200b}1";
    let operation =
        serde_json::json!({"vendor": "tencent", "action": "forbid", "target": name, "for": "9d"});
    for line in ["tencent forbid NAME --for 9d --exact", "apply ops.jsonl --exact"] {
        let server = RecordingServer::accepting();
        let home = home(&server, &format!("{PROTECT}\nmax_ban = \"7d\""));
        home.write("ops.jsonl", operation.to_string());
        let refused = home.run_line(&line.replace("NAME", name));
        assert!(refused.stderr.contains(r"8888_gala\u{200b}1: tencent:8888_gala*"), "{refused:?}");
        home.run_printed(printed(&refused, "accepted")).exits(0);
        assert_eq!(server.targets(), [name], "{line}");
    }
}

#[test]
fn rest_of_a_file_is_printed() {
    let server = RecordingServer::accepting();
    let home = home(&server, PROTECT);
    home.write(
        "ops.csv",
        "vendor,action,target,for\ntencent,forbid,8888_gala1,2h\ntencent,forbid,8888_a,2h\ntencent,forbid,8888_gala1,2h\n",
    );
    let refused = home.run_line("apply ops.csv");
    home.run_printed(printed(&refused, "the rest")).exits(0);
    assert_eq!(server.targets(), ["8888_a"]);
    home.run_line("tencent forbid 8888_gala1 --for 2h").omits("the rest:");
}

#[test]
fn override_needs_a_hit_and_a_reason() {
    let server = RecordingServer::accepting();
    let home = home(&server, PROTECT);
    for (line, part) in [
        ("tencent forbid 8888_a --for 2h --even-protected 8888_a --reason x", "no target of this"),
        ("tencent resume 8888_a --even-protected 8888_a", "no target of this"),
        ("tencent forbid 8888_gala1 --for 2h --even-protected 8888_gala1", "a reason is required"),
        (
            "--sandbox tencent forbid 8888_gala1 --for 2h --even-protected 8888_gala1 --reason x",
            "no",
        ),
    ] {
        home.run_line(line).exits(2).reports(part);
    }
    let line =
        "tencent forbid 8888_gala1 --for 2h --even-protected 8888_gala1 --reason x --journal j";
    assert_eq!(home.run_line(line).code, Some(0));
    let journal = home.read("j");
    let first: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    assert_eq!(first["even_protected"], serde_json::json!(["8888_gala1"]), "{first}");
    assert_eq!(server.targets(), ["8888_gala1"]);
}

#[test]
fn profile_adds_to_the_rules_of_the_file() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let policy = with_policy(&server.url(), "max_ban = \"2h\"");
    home.write_config(&format!(
        "{policy}[profiles.prod.policy]\nmax_ban = \"7d\"\nprotect = [\"tencent:a\"]\n"
    ));
    assert_eq!(home.run_line("tencent forbid b --for 3h").code, Some(2));
    assert_eq!(home.run_line("tencent forbid a --for 1h").code, Some(2));
    assert_eq!(home.run_line("tencent forbid b --for 1h").code, Some(0));
}

#[test]
fn policy_applies_to_credentials_of_the_environment() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&format!("[policy]\n{PROTECT}\n"));
    let run = |line: &str| home.run_with(&tencent_variables(&server.url()), line.split(' '));
    run("tencent forbid 8888_gala1 --for 2h").exits(2);
    assert_eq!(run("tencent forbid 8888_a --for 2h").code, Some(0));
    assert_eq!(server.targets(), ["8888_a"]);
    assert_eq!(home.run_line("--sandbox tencent forbid 8888_gala1 --for 2h").code, Some(0));
}

#[test]
fn unreadable_patterns_stop_what_they_could_protect() {
    let server = RecordingServer::accepting();
    let home = home(&server, "protect_file = \"protect.txt\"");
    let patterns = home.path("livectl/protect.txt");
    let check = |code: i32, why: &str| {
        home.run_line("tencent forbid a --for 2h").exits(code).reports("protect.txt");
        let allowed = home.run_line("tencent resume a").exits(0);
        assert_eq!(allowed.stderr.contains("protect.txt"), code == 3, "{why}: {allowed:?}");
        home.run_line("config check").exits(if code == 3 { 3 } else { 0 });
    };
    check(3, "missing");
    std::fs::write(&patterns, "# the gala\ntencent:a # of the year\n\ntencent:b\n").unwrap();
    std::fs::set_permissions(&patterns, std::fs::Permissions::from_mode(0o644)).unwrap();
    check(2, "readable");
    std::fs::set_permissions(&patterns, std::fs::Permissions::from_mode(0o666)).unwrap();
    check(3, "others can write it");
    std::fs::set_permissions(&patterns, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&patterns, "tencent:a\ntencnt:b\n").unwrap();
    check(3, "unknown vendor");
    assert!(server.targets().iter().all(|target| target == "a"));
}

#[test]
fn malformed_pattern_is_a_configuration_error() {
    let server = RecordingServer::accepting();
    for pattern in ["8888_a", "tencnt:a", "tencent:", "jd:https://a.cn/live"] {
        let home = home(&server, &format!("protect = [\"{pattern}\"]"));
        home.run_line("tencent resume a").exits(3).reports("config.toml:4:12");
    }
}

#[test]
fn check_counts_patterns() {
    let server = RecordingServer::accepting();
    let home = home(&server, r#"protect = ["tencent:8888_a", "jd:*", "*:??*"]"#);
    let checked = home.run_line("config check").exits(0).prints("policy: 3 protecting patterns");
    checked.assert_prints(&["policy: jd:* matches every target"]);
    assert!(!checked.stdout.contains("*:??* matches every"), "{checked:?}");
}

/// Whether a pattern matches a text, by the plain definition.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        Some((b'?', rest)) => !text.is_empty() && matches(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && matches(rest, &text[1..]),
    }
}

/// Whether the contract protects a stream of this vendor, `live/NAME` at `d.cn` or a channel.
fn is_protected(pattern: &str, vendor: &str, name: &str) -> bool {
    let (of, glob) = pattern.split_once(':').unwrap();
    let forms = match vendor {
        "jd" => vec![name.to_owned(), format!("live/{name}"), format!("d.cn/live/{name}")],
        _ => vec![name.to_owned()],
    };
    // The patterns of this test have no slash at Tencent, where only the last part would count.
    (of == "*" || of == vendor)
        && forms.iter().any(|form| matches(glob.as_bytes(), form.as_bytes()))
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        ("(jd|tencent|\\*):", "[ab*?]{1,3}").prop_map(|(vendor, glob)| vendor + &glob),
        ("jd:", "(live|l\\*|\\*)/[ab*?]{1,3}").prop_map(|(vendor, glob)| vendor + &glob),
        ("jd:d[.]cn/live/", "[ab*?]{1,2}").prop_map(|(vendor, glob)| vendor + &glob),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A protected target never arrives; an unprotected one always does.
    #[test]
    fn protected_targets_never_arrive(
        patterns in prop::collection::vec(pattern(), 1..4),
        names in prop::collection::btree_set("[ab]{1,3}", 1..5),
        vendor in prop_oneof![Just("jd"), Just("tencent")],
        path in 0..3usize,
        action in prop_oneof![Just("forbid"), Just("drop")],
    ) {
        let server = RecordingServer::accepting();
        let quoted: Vec<_> = patterns.iter().map(|pattern| format!("\"{pattern}\"")).collect();
        let home = home(&server, &format!("protect = [{}]", quoted.join(",")));
        let (mut hit, mut free) = (Vec::new(), Vec::new());
        for name in names {
            let is_hit = patterns.iter().any(|pattern| is_protected(pattern, vendor, &name));
            let target = if vendor == "jd" { format!("live/{name}") } else { name };
            if is_hit { hit.push(target) } else { free.push(target) }
        }
        // JD's legacy API drops nothing.
        let action = if vendor == "jd" { "forbid" } else { action };
        let end = if action == "forbid" { " --for 2h" } else { "" };
        let domain = if vendor == "jd" { " --domain d.cn" } else { "" };
        let run = |targets: &[String]| match path {
            0 => home.run_line(&format!("{vendor} {action} {}{end}{domain}", targets.join(" "))),
            1 => home.run_with_input(&format!("{vendor} {action} -{end}{domain}"), targets.join("\n")),
            _ => {
                let line = |target: &String| {
                    let mut line = serde_json::json!({"vendor": vendor, "action": action, "target": target});
                    if action == "forbid" { line["for"] = "2h".into() }
                    if vendor == "jd" { line["domain"] = "d.cn".into() }
                    line.to_string()
                };
                home.run_with_input("apply -", targets.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
        };
        let all = [&hit[..], &free[..]].concat();
        let output = run(&all);
        if hit.is_empty() {
            prop_assert_eq!(output.code, Some(0), "{:?} {:?}", patterns, output);
        } else {
            prop_assert_eq!(output.code, Some(2), "{:?} {:?}", patterns, output);
            prop_assert_eq!(server.targets().len(), 0);
            if free.is_empty() {
                return Ok(());
            }
            prop_assert_eq!(run(&free).code, Some(0));
        }
        let mut arrived = server.targets();
        if vendor == "jd" {
            let body = |request: &ReceivedRequest| serde_json::from_str::<Value>(&request.body).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let stream = |body: Value| format!("{}/{}", text(&body["app"]), text(&body["stream"]));
            arrived = server.requests().iter().map(|request| stream(body(request))).collect();
        }
        arrived.sort();
        free.sort();
        prop_assert_eq!(arrived, free);
    }
}
