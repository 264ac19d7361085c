//! Operations of another profile.

use super::{errors, has_program};
use crate::prelude::*;

#[test]
fn operation_of_another_profile_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let trial = home.run_line("--sandbox -q -o jsonl tencent forbid 8888_gone --for 2h");
    let operations: Vec<_> = trial.lines().iter().map(|line| line["operation"].clone()).collect();
    assert_eq!(operations[0]["profile"], "sandbox", "{trial:?}");
    home.write("tried.jsonl", lines(&operations));

    let refused = home.run_line("apply tried.jsonl");
    assert_refused(&server, &refused, &["sandbox", "jq -c 'del(.profile)'"]);
    // Both ways on: at the sandbox again, or to this account on purpose.
    let printed = printed_commands(&refused.stderr);
    let again = printed.iter().find(|command| command.contains("--sandbox")).unwrap();
    assert_eq!((home.run_printed(again).code, server.requests().len()), (Some(5), 0), "{again}");
    let here = printed.iter().find(|command| command.starts_with("jq ")).unwrap();
    if std::process::Command::new("jq").arg("--version").output().is_ok() {
        home.run_printed(here);
        assert_eq!(server.targets(), ["8888_gone"], "{here}");
    }
    let (server, home) = RecordingServer::accepting().with_home();

    let many: Vec<_> = (0..300)
        .map(|number| json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}"), "profile": "stage"}))
        .collect();
    home.write("many.jsonl", lines(many));
    let refused = home.run_line("apply many.jsonl -o json --max-targets 300");
    assert_refused(&server, &refused, &["300", "-p stage", "jq -c 'del(.profile)'"]);
    assert_eq!(errors(&refused), 1, "{refused:?}");
}

#[test]
fn foreign_rows_of_csv_have_commands() {
    let (server, home) = RecordingServer::accepting().with_home();
    let row = |target: &str, profile: &str| format!("tencent,resume,{target},{profile},r");
    let header = "vendor,action,target,profile,reason";
    home.write("it's.csv", lines([header, &row("a", "stage"), &row("\"b,\"\"c\"", "stage")]));
    let refused = home.run(["apply", "it's.csv", "--exact"]);
    assert_refused(&server, &refused, &["with that profile: livectl -p stage apply"]);
    let printed = printed_commands(&refused.stderr);
    let here = printed.iter().find(|command| command.starts_with("sed ")).unwrap();
    let output = home.run_printed(here);
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
        let (server, home) = RecordingServer::accepting().with_home();
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
            home.run_printed(command).exits(0);
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
    let (server, home) = RecordingServer::accepting().with_home();
    let output = home.run_json("tencent resume a");
    assert_eq!(output.only_result()["operation"]["profile"], "prod");
    home.run_with_input("apply - -o json", lines(output.operations())).exits(0);
    let url = server.url();
    let alone = TestHome::empty();
    let run = |line: &str, input: &str| {
        let mut command = alone.livectl(line.split(' '));
        RunOutput::from(command.envs(tencent_variables(&url)).write_stdin(input).output().unwrap())
    };
    let output = run("tencent resume b -o json", "");
    assert_eq!(output.only_result()["operation"].get("profile"), None);
    // The environment alone is no profile.
    let named = json!({"vendor": "tencent", "action": "resume", "target": "c", "profile": "prod"});
    run("apply -", &named.to_string()).exits(2).reports("jq -c 'del(.profile)'");
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
        home.run_line(line).exits(2).reports(command);
    }
    home.run_with_input("apply - --format csv", csv).reports("sed '1s/profile/result.profile/' |");
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
        let (server, home) = RecordingServer::accepting().with_home();
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
            home.run_printed(command).exits(0);
            server.targets().split_off(before).concat()
        };
        let each: Vec<_> = printed_commands(&refused.stderr).iter().map(sent).collect();
        assert_eq!(each, ["a", "bc", "abc"], "{refused:?}");
    }
    // So do those that leave lines out, of a run that a policy refuses too.
    let (server, home) = RecordingServer::accepting().with_home();
    home.write_above_profiles("[policy]\nprotect = [\"tencent:c\"]\n");
    let operation = |target: &str, action: &str| json!({"vendor": "tencent", "action": action, "target": target});
    for bad in [operation("\"b\"", "drop"), operation("c", "drop")] {
        home.write("-l.jsonl", lines([operation("a", "resume"), bad]));
        let refused = home.run_line("apply -- -l.jsonl");
        assert_refused(&server, &refused, &["sed '2d' ./-l.jsonl | livectl apply -"]);
    }
}
