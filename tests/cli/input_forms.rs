//! Inputs of another form than the reader's are reported once, with the way out; what a spreadsheet adds is passed over.

use serde_json::{Value, json};

use super::fixture::{RunOutput, VendorServer, lines, profile};
use super::recording_server::RecordingServer;
use super::refusals::{assert_refused, printed_commands, run_printed};

/// Runs `apply` on a file of this name.
fn apply(server: &RecordingServer, name: &str, content: &str) -> RunOutput {
    let home = server.home();
    home.write(name, content);
    home.run(["apply", name, "-o", "json"])
}

/// How many lines the error has.
fn errors(output: &RunOutput) -> usize {
    output.json()["error"]["message"].as_str().unwrap().lines().count()
}

#[test]
fn another_separator_is_reported_once() {
    for (table, fact) in [
        ("vendor;action;target\ntencent;resume;a\ntencent;resume;b\n", "`;`"),
        ("vendor\taction\ttarget\ntencent\tresume\ta\n", "tab"),
        ("sep=;\nvendor;action;target\ntencent;resume;a\n", "`;`"),
        ("vendor|action|target\ntencent|resume|a\n", "`|`"),
        ("\u{feff}vendor;action;target\r\ntencent;resume;a\r\n", "`;`"),
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_refused(&server, &output, &[fact, "separated"]);
        assert_eq!(errors(&output), 1, "{output:?}");
    }
}

#[test]
fn missing_header_is_reported_once() {
    for table in [
        "tencent,resume,a\ntencent,resume,b\n",
        "tencent,forbid,8888_a,2h\n",
        "jd,permit,live/a,push.example.com\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_refused(&server, &output, &["header", "vendor,action,target"]);
        assert_eq!(errors(&output), 1, "{output:?}");
    }
}

#[test]
fn empty_columns_at_the_edge_are_ignored() {
    for table in [
        "vendor,action,target,,,\ntencent,resume,a,,,\ntencent,resume,b,,,\n",
        "vendor,action,target,\r\ntencent,resume,a,\r\ntencent,resume,b,\r\n",
        "vendor,action,target, ,\ntencent,resume,a,,\ntencent,resume,b,,\n",
        "vendor,action,target,,\ntencent,resume,a,,\ntencent,resume,b,,\n,,,,\n,,,,\n",
        "sep=,\nvendor,action,target\ntencent,resume,a\ntencent,resume,b\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_eq!(output.code, Some(0), "{table:?}: {output:?}");
        assert_eq!(output.targets(), ["a", "b"]);
    }
    // A cell that is not empty needs a column.
    let server = RecordingServer::accepting();
    let output = apply(&server, "a.csv", "vendor,action,target,\ntencent,resume,a,spam\n");
    assert_refused(&server, &output, &["line 2"]);
}

#[test]
fn json_document_is_reported_once_with_jq() {
    let operation = |number: usize| json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}")});
    let operations: Vec<_> = (0..15).map(operation).collect();
    let results: Vec<_> = operations.iter().map(|o| json!({"ok": false, "operation": o})).collect();
    let document = json!({"schema": "livectl/1", "ok": false, "results": results});
    for (content, filter) in [
        (Value::from(operations.clone()).to_string(), ".[]"),
        (serde_json::to_string_pretty(&operations).unwrap(), ".[]"),
        (document.to_string(), ".results[].operation"),
        (serde_json::to_string_pretty(&document).unwrap(), ".results[].operation"),
    ] {
        let server = RecordingServer::accepting();
        let home = server.home();
        home.write("all.jsonl", &content);
        let output = home.run_line("apply all.jsonl -o json");
        assert_refused(&server, &output, &[&format!("jq -c '{filter}'")]);
        assert_eq!(errors(&output), 1, "{output:?}");
        let has_jq = std::process::Command::new("jq").arg("--version").output().is_ok();
        if has_jq {
            let printed = printed_commands(&output.stderr);
            let command = printed.iter().find(|command| command.starts_with("jq ")).unwrap();
            let rest = run_printed(&home, command);
            assert_eq!((rest.code, server.requests().len()), (Some(0), 15), "{command}: {rest:?}");
        }
    }
}

#[test]
fn like_errors_are_printed_ten_times() {
    let server = RecordingServer::accepting();
    let line = json!({"vendor": "tencent", "action": "resume", "target": "a", "colour": "red"});
    let output =
        apply(&server, "a.jsonl", &(0..299).map(|_| format!("{line}\n")).collect::<String>());
    assert_refused(&server, &output, &["line 1", "line 10: ", "289"]);
    assert!(!output.stderr.contains("line 11: "), "{output:?}");
}

#[test]
fn conversion_goes_to_the_same_account() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write("a.json", r#"[{"vendor":"tencent","action":"resume","target":"a"}]"#);
    home.write("b.csv", "vendor;action;target\ntencent;resume;b\n");
    for (name, program) in [("a.json", "jq"), ("b.csv", "python3")] {
        for line in [format!("--sandbox apply {name}"), format!("apply {name} -n")] {
            let refused = home.run_line(&line);
            assert_refused(
                &server,
                &refused,
                &[if line.ends_with("-n") { " -n" } else { "--sandbox" }],
            );
            if has_program(program) {
                let output = run_printed(&home, &printed_commands(&refused.stderr)[0]);
                assert_eq!((output.code, server.requests().len()), (Some(0), 0), "{output:?}");
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_reported_once() {
    let server = RecordingServer::accepting();
    let utf16: Vec<u8> = "\u{feff}a\r\nb\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, fact) in [
        (&b"\x1f\x8b\x08\x00"[..], "gunzip -c"),
        (b"PK\x03\x04\n\n\n", "save the sheet as CSV"),
        (&utf16, "iconv -f UTF-16 -t UTF-8"),
    ] {
        let home = server.home();
        for name in ["a.csv", "a.jsonl"] {
            home.write(name, content);
            let refused = home.run(["apply", name, "-o", "json"]);
            assert_refused(&server, &refused, &[fact]);
            assert_eq!(errors(&refused), 1, "{refused:?}");
        }
        let refused = home.run_with_input("tencent resume - -o json", content);
        assert_refused(&server, &refused, &[fact]);
        assert_eq!(errors(&refused), 1, "{refused:?}");
    }
}

#[test]
fn list_of_another_form_is_reported_once() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let run = |line: &str| home.run_line(&format!("--sandbox -q {line}")).stdout;
    for (input, fact) in [
        (run("tencent status a b"), "-o targets"),
        (run("tencent resume a b"), "-o targets"),
        (run("tencent resume a b -o jsonl"), "jq -r '.operation.target'"),
        (run("tencent resume a b -o json"), "jq -r '.results[].operation.target'"),
        (run("tencent resume a b -o csv"), "apply - --format csv"),
        ("[\"a\", \"b\"]\n".into(), "jq -r '.[]'"),
        (
            lines([json!({"vendor": "tencent", "action": "resume", "target": "a"})]),
            "livectl apply -",
        ),
    ] {
        let refused = home.run_with_input("tencent drop - -o json", input.as_str());
        assert_refused(&server, &refused, &[fact]);
        assert_eq!(errors(&refused), 1, "{refused:?}");
    }
    // The way out works.
    let input = run("tencent resume a b -o jsonl");
    let refused = home.run_with_input("tencent resume -", input.as_str());
    if has_program("jq") {
        home.write("FILE", input);
        run_printed(&home, &printed_commands(&refused.stderr)[0]);
        assert_eq!(server.targets(), ["a", "b"], "{refused:?}");
    }
}

// Operations of another profile

#[test]
fn operation_of_another_profile_is_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let trial = home.run_line("--sandbox -q -o jsonl tencent forbid 8888_gone --for 2h");
    let operations: Vec<_> = trial.lines().iter().map(|line| line["operation"].clone()).collect();
    assert_eq!(operations[0]["profile"], "sandbox", "{trial:?}");
    home.write("tried.jsonl", lines(&operations));

    let refused = home.run_line("apply tried.jsonl");
    assert_refused(&server, &refused, &["sandbox", "jq -c 'del(.profile)'"]);
    // Both ways on: at the sandbox again, or to this account on purpose.
    let printed = printed_commands(&refused.stderr);
    let again = printed.iter().find(|command| command.contains("--sandbox")).unwrap();
    assert_eq!((run_printed(&home, again).code, server.requests().len()), (Some(5), 0), "{again}");
    let here = printed.iter().find(|command| command.starts_with("jq ")).unwrap();
    if std::process::Command::new("jq").arg("--version").output().is_ok() {
        run_printed(&home, here);
        assert_eq!(server.targets(), ["8888_gone"], "{here}");
    }
    let server = RecordingServer::accepting();
    let home = server.home();

    let many: Vec<_> = (0..300)
        .map(|number| json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}"), "profile": "stage"}))
        .collect();
    home.write("many.jsonl", lines(many));
    let refused = home.run_line("apply many.jsonl -o json --max-targets 300");
    assert_refused(&server, &refused, &["300", "-p stage", "jq -c 'del(.profile)'"]);
    assert_eq!(errors(&refused), 1, "{refused:?}");
}

/// Whether the shell that runs printed commands finds a program.
fn has_program(name: &str) -> bool {
    std::process::Command::new(name).arg("--version").output().is_ok()
}

#[test]
fn foreign_rows_of_csv_have_commands() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let row = |target: &str, profile: &str| format!("tencent,resume,{target},{profile},r");
    let header = "vendor,action,target,profile,reason";
    home.write("it's.csv", lines([header, &row("a", "stage"), &row("\"b,\"\"c\"", "stage")]));
    let refused = home.run(["apply", "it's.csv", "--exact"]);
    assert_refused(&server, &refused, &["with that profile: livectl -p stage apply"]);
    let printed = printed_commands(&refused.stderr);
    let here = printed.iter().find(|command| command.starts_with("sed ")).unwrap();
    let output = run_printed(&home, here);
    assert_eq!((output.code, server.targets()), (Some(0), vec!["a".into(), "b,\"c".into()]));
}

#[test]
fn lines_of_several_profiles_have_commands() {
    let line = |target: &str, profile: Value| {
        let mut line = json!({"vendor": "tencent", "action": "resume", "target": target});
        if !profile.is_null() {
            line["profile"] = profile;
        }
        line
    };
    let all = [
        line("a", "stage".into()),
        line("b", "prod".into()),
        line("c", Value::Null),
        line("d", "it's \"x\"".into()),
        line("e", "sandbox".into()),
    ];
    let cell = |line: &Value| {
        let profile = line["profile"].as_str().unwrap_or_default().replace('"', "\"\"");
        format!("tencent,resume,{},\"{profile}\"", line["target"].as_str().unwrap())
    };
    let csv =
        lines(["vendor,action,target,profile".into()].into_iter().chain(all.iter().map(cell)));
    for (name, content, program) in [("l.jsonl", lines(&all), "jq"), ("l.csv", csv, "python3")] {
        let server = RecordingServer::accepting();
        let home = server.home();
        home.write(name, content);
        let own = profile(&server.url());
        let others = [
            own.replace("prod", "stage"),
            own.replace("profiles.prod", "profiles.\"it's \\\"x\\\"\""),
        ];
        let others = others.map(|other| other.replacen("default_profile", "# ", 1));
        home.write_config(&format!("{own}{}", others.concat()));
        let refused = home.run(["apply", name]);
        assert_refused(&server, &refused, &["3 operations are of several profiles"]);
        if !has_program(program) {
            continue;
        }
        let printed = printed_commands(&refused.stderr);
        assert_eq!(printed.len(), 5, "{refused:?}");
        let sent = |command: &str| {
            let before = server.targets().len();
            let output = run_printed(&home, command);
            assert_eq!(output.code, Some(0), "{command}: {output:?}");
            server.targets().split_off(before)
        };
        let each: Vec<_> = printed.iter().map(|command| sent(command)).collect();
        // The sandbox is a server of its own.
        let expected = [&["a"][..], &["d"], &[], &["b", "c"], &["a", "b", "c", "d", "e"]];
        assert_eq!(each, expected, "{printed:?}");
        assert!(printed[2].contains("livectl --sandbox apply -"), "{}", printed[2]);
    }
}

#[test]
fn operation_carries_its_profile() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let output = home.run_json("tencent resume a");
    assert_eq!(output.only_result()["operation"]["profile"], "prod");
    let again = home.run_with_input("apply - -o json", lines(output.operations()));
    assert_eq!(again.code, Some(0), "{again:?}");
    let url = server.url();
    let environment = [
        ("LIVECTL_TENCENT_APP_ID", "1"),
        ("LIVECTL_TENCENT_API_KEY", "k3y"),
        ("LIVECTL_TENCENT_ENDPOINT", url.as_str()),
    ];
    let alone = super::fixture::TestHome::empty();
    let run = |line: &str, input: &str| {
        let mut command = alone.livectl(line.split(' '));
        RunOutput::from(command.envs(environment).write_stdin(input).output().unwrap())
    };
    let output = run("tencent resume b -o json", "");
    assert_eq!(output.only_result()["operation"].get("profile"), None);
    // The environment alone is no profile.
    let named = json!({"vendor": "tencent", "action": "resume", "target": "c", "profile": "prod"});
    let refused = run("apply -", &named.to_string());
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("jq -c 'del(.profile)'"), "{refused:?}");
}

#[test]
fn way_on_fits_the_format_of_the_lines() {
    let home = RecordingServer::accepting().home();
    let json = r#"{"vendor":"tencent","action":"resume","target":"a","profile":"other"}"#;
    let csv = "vendor,action,target,profile\ntencent,resume,a,other\n";
    home.write("o", json);
    home.write("o.CSV", csv);
    for (line, command) in [
        ("apply o --format jsonl --journal old.csv", "jq -c 'del(.profile)' o |"),
        ("apply o.CSV", "sed '1s/profile/result.profile/' o.CSV |"),
    ] {
        let output = home.run_line(line);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(command), "{line}: {output:?}");
    }
    let output = home.run_with_input("apply - --format csv", csv);
    assert!(output.stderr.contains("sed '1s/profile/result.profile/' |"), "{output:?}");
}

/// The printed commands name the column as the header does, and a file that is no flag.
#[test]
fn printed_commands_use_the_words_of_the_header() {
    for (header, row) in [
        ("VENDOR,ACTION,TARGET,PROFILE", "tencent,resume,TARGET,PROFILE"),
        ("vendor,action,target,result.profile, Profile ", "tencent,resume,TARGET,x,PROFILE"),
        ("\u{feff}\"PROFILE\",vendor,action,target", "PROFILE,tencent,resume,TARGET"),
        ("sep=,\r\nresult.PROFILE,vendor,action,target,PROFILE", ",tencent,resume,TARGET,PROFILE"),
    ] {
        let server = RecordingServer::accepting();
        let home = server.home();
        let own = profile(&server.url());
        let other = own.replace("prod", "stage").replacen("default_profile", "# ", 1);
        home.write_config(&format!("{own}{other}"));
        let row =
            |target: &str, profile: &str| row.replace("TARGET", target).replace("PROFILE", profile);
        home.write("-l.csv", lines([header, &row("a", "stage"), &row("b", "prod"), &row("c", "")]));
        let refused = home.run_line("apply -- -l.csv");
        assert_refused(&server, &refused, &["1 operation is of the profile \"stage\"", "./-l.csv"]);
        if !has_program("python3") {
            continue;
        }
        let sent = |command: &String| {
            let before = server.targets().len();
            let output = run_printed(&home, command);
            assert_eq!(output.code, Some(0), "{command}: {output:?}");
            server.targets().split_off(before).concat()
        };
        let each: Vec<_> = printed_commands(&refused.stderr).iter().map(sent).collect();
        assert_eq!(each, ["a", "bc", "abc"], "{refused:?}");
    }
    // So do those that leave lines out, of a run that a policy refuses too.
    let server = RecordingServer::accepting();
    let home = server.home();
    let policy = "[policy]\nprotect = [\"tencent:c\"]\n";
    home.write_config(&home.read("livectl/config.toml").replacen(
        "[prof",
        &format!("{policy}[prof"),
        1,
    ));
    let operation = |target: &str, action: &str| json!({"vendor": "tencent", "action": action, "target": target});
    for bad in [operation("\"b\"", "drop"), operation("c", "drop")] {
        home.write("-l.jsonl", lines([operation("a", "resume"), bad]));
        let refused = home.run_line("apply -- -l.jsonl");
        assert_refused(&server, &refused, &["sed '2d' ./-l.jsonl | livectl apply -"]);
    }
}

#[test]
fn header_may_have_capitals_and_blanks() {
    for table in [
        "Vendor,Action,Target,Domain,For\njd,forbid,live/a,a.cn,2h\n",
        "VENDOR, ACTION, FOR, DOMAIN, Result.OK,TARGET\njd, Forbid, 2h, a.cn, true,live/a\n",
        "\u{feff}vendor ,action ,target ,domain ,for \r\njd ,forbid ,live/a,a.cn ,2h \r\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_eq!(output.code, Some(0), "{table:?}: {output:?}");
        assert_eq!(output.operations()[0]["domain"], "a.cn", "{output:?}");
        assert_eq!(output.targets(), ["live/a"]);
    }
    // A name is never trimmed.
    let server = RecordingServer::accepting();
    let output = apply(&server, "a.csv", "vendor, action, target\ntencent, resume, a\n");
    assert_refused(&server, &output, &["line 2: target \" a\": it begins or ends with a blank"]);
    let output = apply(&server, "a.csv", "Vendor;Action;Target\ntencent;resume;a\n");
    assert_refused(&server, &output, &["separated by `;`"]);
}

#[test]
fn unknown_name_has_the_nearest_one() {
    let server = RecordingServer::accepting();
    let output = apply(&server, "a.csv", "vendor,action,target,untill\n");
    assert_refused(&server, &output, &["line 1: unknown column \"untill\"; did you mean `until`?"]);
    let output = apply(&server, "a.csv", "vendor,action,target,colour\n");
    assert_refused(
        &server,
        &output,
        &["unknown column \"colour\"; the columns are vendor, action,"],
    );
    for (line, fact) in [
        (r#"{"Vendor":"jd"}"#, "line 1: unknown key \"Vendor\"; did you mean `vendor`? (column"),
        (r#"{"vendor":"jd","colour":1}"#, "unknown key \"colour\"; the keys are vendor, action,"),
        (r#"{"vendor":"jd","vendor":"jd"}"#, "the key `vendor` stands twice"),
        (r#"{"vendor":"jd","action":"permit"}"#, "the key `target` is missing"),
    ] {
        let output = apply(&server, "a.jsonl", line);
        assert_refused(&server, &output, &[fact]);
        assert!(!output.stderr.contains("expected one of"), "{output:?}");
    }
}
