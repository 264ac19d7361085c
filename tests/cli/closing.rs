//! The last lines on standard error after a run that was not all well: what failed, and the commands that come next.

use livectl::outcome::effect::Effect;

use crate::prelude::*;

/// Names that hold `gone` are refused, those that hold `lost` are in doubt as long as `is_lost`.
fn by_name(is_lost: bool, request: &ReceivedRequest) -> MockResponse {
    let name = request.param("Param.s.channel_id").unwrap_or_default();
    if request.is_look() {
        return response(200, r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":3}]}"#);
    }
    match name {
        name if name.contains("gone") => {
            response(200, r#"{"ret":20601,"message":"channel does not exist"}"#)
        }
        name if name.contains("lost") && is_lost => response(500, ""),
        _ => accepted(request),
    }
}

fn vendor() -> RecordingServer {
    RecordingServer::start(|request| by_name(true, request))
}

/// A vendor that leaves the first so many requests in doubt.
fn lost_first(requests: usize) -> RecordingServer {
    RecordingServer::start(move |request| by_name(request.number <= requests, request))
}

/// The command that standard error prints after this word.
#[track_caller]
fn command<'o>(output: &'o RunOutput, word: &str) -> &'o str {
    let line = output.stderr.lines().find(|line| line.starts_with(word));
    let line = line.unwrap_or_else(|| panic!("no {word}: {output:?}"));
    line.split_once(": ").unwrap().1
}

#[test]
fn failures_are_grouped_by_reason() {
    let server = vendor();
    let output = server.home().run_line("tencent resume a gone1 lost1 gone2 b --attempts 1");
    let expected = format!(
        "\
unknown, 1 target: Tencent answered HTTP 500
  lost1
  hint: it may have taken effect; read the state before it is sent again
not applied, 2 targets: Tencent refused: channel does not exist (ret 20601)
  gone1 gone2
  hint: Tencent returns this for a channel that never pushed; check the channel id
5 targets: 2 applied, 2 not applied, 1 unknown (profile prod; tencent at {})
took ",
        server.url()
    );
    assert!(output.stderr.starts_with(&expected), "{output:?}");
}

#[test]
fn group_names_twenty_targets() {
    let server = vendor();
    let names = (0..23).map(|number| format!("gone{number}")).collect::<Vec<_>>().join(" ");
    let flags = "--max-targets 30 --max-failures 0 --rate 0 -j 1";
    let output = server.home().run_line(&format!("tencent resume {names} {flags}"));
    assert!(output.stderr.contains(" gone18 gone19 and 3 more\n"), "{output:?}");
    output.assert_omits("gone20");
    assert_eq!(output.stderr.matches("hint:").count(), 1, "{output:?}");
}

#[test]
fn skipped_targets_are_one_line() {
    let server = vendor();
    let names = (0..9).map(|number| format!("gone{number}")).collect::<Vec<_>>().join(" ");
    let line = format!("tencent resume {names} --max-failures 2 -j 1");
    let output = server.home().run_line(&line);
    let skipped: Vec<_> =
        output.stderr.lines().filter(|line| line.starts_with("skipped, 7 targets: ")).collect();
    assert_eq!(skipped.len(), 1, "{output:?}");
    assert_eq!(output.stderr.matches("gone8").count(), 0, "{output:?}");
}

#[test]
fn run_that_is_well_prints_no_block() {
    let server = vendor();
    let output = server.home().run_line("tencent resume a b");
    let line = format!("2 targets: 2 applied (profile prod; tencent at {})\n", server.url());
    let (tally, rest) = output.stderr.split_at(line.len().min(output.stderr.len()));
    assert_eq!(tally, line);
    let is_way_back = rest.starts_with("take it back: livectl undo ");
    assert!(is_way_back && rest.lines().count() == 1, "{output:?}");
}

#[test]
fn unknown_target_can_be_sent_again() {
    for (line, sent) in [
        ("tencent forbid a lost --for 2h", "tencent forbid"),
        (
            "tencent --attempts 1 forbid a lost --for=2h --reason why -v -o json",
            "tencent --attempts 1 forbid --for=2h --reason why -v -o json",
        ),
        ("tencent ban a lost gone --exact --longest", "tencent ban"),
    ] {
        let (server, home) = lost_first(2).with_home();
        let output = home.run_line(&format!("{line} --attempts 1")).exits(4);
        let again = command(&output, "send again");
        assert!(again.contains(sent) && again.ends_with(" lost"), "{again}");
        let before = server.targets();
        home.run_script(again).exits(0);
        assert_eq!(server.targets()[before.len()..], ["lost"], "{again}");
    }
}

#[test]
fn unknown_target_can_be_looked_at() {
    let (_server, home) = vendor().with_home();
    let line = "tencent forbid a lost lost2 --for 2h --reason why --attempts 1 --verify --rate 0";
    let output = home.run_line(line);
    let look = command(&output, "look");
    assert!(look.ends_with("tencent status --attempts 1 --rate 0 lost lost2"), "{look}");
    let seen = home.run_script(look);
    assert_eq!((seen.code, seen.stdout.matches("forbidden").count()), (Some(0), 2), "{seen:?}");
}

#[test]
fn look_keeps_domain_and_profile() {
    let (_server, home) = RecordingServer::replies(500, "").with_home();
    let line = "-p prod jd forbid live/a --domain push.example.com --permanent --attempts 1";
    let output = home.run_line(line);
    let look = command(&output, "look");
    let words = "-p prod jd status --domain push.example.com --attempts 1 live/a";
    assert!(look.ends_with(words), "{look}");
    // A domain has no state, and Shumei's API tells none.
    for line in ["jd timeout push.example.com --seconds 30", "shumei close 1639825145166"] {
        let output = home.run_line(&format!("{line} --attempts 1")).omits("look");
        command(&output, "send again");
    }
}

const ODD_NAMES: [&str; 5] = ["it's lost", "lost\u{200b}", "-lost", "$(lost)", "lost\\n"];

#[test]
fn odd_names_survive_a_paste() {
    let names = ODD_NAMES;
    let (server, home) = lost_first(names.len()).with_home();
    let input = lines(names);
    let output = home.run_with_input("tencent forbid - --exact --for 2h --attempts 1 -j 1", input);
    assert_eq!(output.code, Some(4), "{output:?}");
    let listed = output.stderr.lines().find(|line| line.starts_with("  ")).unwrap();
    let copied = home.run_script(&format!("printf '%s\\n' {listed}")).stdout;
    assert_eq!(copied.lines().collect::<Vec<_>>(), names, "{listed}");
    assert_eq!(home.run_script(command(&output, "look")).code, Some(0), "{output:?}");
    home.run_script(command(&output, "send again")).exits(0);
    let sent: Vec<_> = server.operations().into_iter().map(|sent| sent.target).collect();
    for name in names {
        assert!(sent.iter().filter(|target| *target == name).count() >= 2, "{name:?}: {sent:?}");
    }
    // Names that can be shown are only quoted.
    let (_server, home) = lost_first(2).with_home();
    let output =
        home.run_with_input("tencent forbid - --exact --for 2h --attempts 1", "it's lost\n-lost");
    let again = command(&output, "send again");
    assert!(again.ends_with(r"-- 'it'\''s lost' -lost"), "{again}");
    assert_eq!(home.run_script(again).code, Some(0));
}

#[test]
fn odd_arguments_survive_a_paste() {
    let names = ODD_NAMES;
    for journal in [&[][..], &["--journal", "j"]] {
        let (server, home) = lost_first(names.len()).with_home();
        let flags = ["tencent", "forbid", "--exact", "--for", "2h", "--attempts", "1", "-j", "1"];
        let output = home.run([&flags[..], journal, &["--"], &names].concat()).exits(4);
        home.run_script(command(&output, "send again")).exits(0);
        assert_eq!(server.targets(), [names, names].concat());
    }
    // No word of a shell ends with a line break.
    let (server, home) = vendor().with_home();
    let line = ["tencent", "resume", "lost\n", "--exact", "--attempts", "1", "--journal", "j"];
    let output = home.run(line);
    let again = command(&output, "send again");
    assert!(again.contains("resume lost(line break) --exact"), "{again}");
    let before = server.targets();
    assert_ne!(home.run_script(again).code, Some(0));
    assert_eq!(server.targets(), before);
}

#[test]
fn unknown_line_of_apply_is_piped_again() {
    let operation = r#"{"vendor":"tencent","action":"forbid","target":"lost","for":"2h"}"#;
    for (file, lost) in [("o.jsonl", 2), ("o.csv --format csv", 1)] {
        let (_server, home) = lost_first(lost).with_home();
        home.write("o.jsonl", operation.replace("lost", "a") + "\n" + operation);
        home.write("o.csv", "vendor,action,target,for\ntencent,forbid,lost,2h\n");
        let output = home.run_line(&format!("apply {file} -o jsonl --attempts 1"));
        let first = output.lines().into_iter().find(|line| line["ok"] == Value::Bool(false));
        assert_eq!(home.run_script(command(&output, "look")).code, Some(0), "{output:?}");
        let second = home.run_script(command(&output, "send again")).exits(0);
        // The end that was first resolved is kept.
        assert_eq!(second.lines()[0]["operation"], first.unwrap()["operation"]);
    }
}

#[test]
fn printed_commands_contain_no_url_secret() {
    let (_server, home) = vendor().with_home();
    let reason = "see https://a.cn/live/x.flv?txSecret=h1dden";
    let flags = ["--for", "2h", "--attempts", "1", "--exact", "--reason", reason];
    for name in ["lost", "lost\u{200b}"] {
        let output = home.run([&["tencent", "forbid", name], &flags[..]].concat());
        assert!(
            command(&output, "send again").contains("https://a.cn/live/x.flv?***"),
            "{output:?}"
        );
        output.assert_omits("h1dden");
    }
    home.write_above_profiles("[policy]\nprotect = [\"tencent:prot*\"]\n");
    let refused = home.run([&["tencent", "forbid", "prot1"], &flags[..]].concat());
    assert!(command(&refused, "accepted").contains("https://a.cn/live/x.flv?***"), "{refused:?}");
    refused.assert_omits("h1dden");
}

#[test]
fn journal_sends_unknown_targets_again() {
    let (server, home) = lost_first(2).with_home();
    let output = home.run_line("tencent forbid a lost --for 2h --journal j -j 1 --attempts 1");
    let again = command(&output, "send again");
    assert!(again.ends_with("--journal j -j 1 --attempts 1 --resume"), "{again}");
    home.run_script(again).exits(0);
    assert_eq!(server.targets().iter().filter(|target| *target == "a").count(), 1);
}

#[test]
fn many_unknown_targets_repeat_the_command() {
    let names = lines((0..25).map(|number| format!("lost{number}")));
    let server = lost_first(25);
    let flags = "--max-targets 25 --max-failures 0 --rate 0 --attempts 1";
    let home = server.home();
    let output = home.run_with_input(&format!("tencent resume - {flags}"), names);
    let line = output.stderr.lines().find(|line| line.starts_with("send again")).unwrap();
    let words = "send again, all 25 targets, with the same input on standard input: ";
    assert!(line.starts_with(words) && line.ends_with(&format!("resume - {flags}")), "{line}");
    let look = command(&output, "look");
    assert_eq!(look.matches(" lost").count(), 20, "{look}");
    assert!(output.stderr.contains("look at 20 of them: "), "{output:?}");
}

#[test]
fn unknown_drop_warns_of_a_second_cut() {
    let server = vendor();
    let output = server.home().run_line("tencent drop lost --attempts 1").reports("\nlook: ");
    let words = "\nsend again, which cuts a stream that has returned: ";
    assert!(output.stderr.contains(words), "{output:?}");
}

#[test]
fn quiet_run_keeps_one_line() {
    let (server, home) = vendor().with_home();
    let output = home.run_line("tencent forbid a gone --for 2h -q");
    let expected = format!(
        "error: 2 targets: 1 applied, 1 not applied (profile prod; tencent at {}); \
         not applied gone: Tencent refused: channel does not exist (ret 20601)\n",
        server.url()
    );
    assert_eq!((output.code, output.stderr.as_str()), (Some(5), expected.as_str()));
    assert_eq!(home.run_line("tencent forbid a --for 2h -q").stderr, "");
}

#[test]
fn refusals_beside_unknown_targets_are_counted() {
    let server = vendor();
    let output = server.home().run_line("tencent resume lost gone --attempts 1 -q").exits(4);
    assert!(output.stderr.contains("1 not applied, 1 unknown"), "{output:?}");
    assert!(output.stderr.ends_with("unknown lost: Tencent answered HTTP 500\n"), "{output:?}");
}

#[test]
fn other_protected_targets_are_left_out() {
    let (_server, home) = lost_first(2).with_home();
    home.write_above_profiles("[policy]\nprotect = [\"tencent:*\"]\n");
    let line = "tencent forbid a lost --for 2h --reason why --attempts 1 -j 1 \
                --even-protected a --even-protected lost";
    let output = home.run_line(line).exits(4);
    let again = command(&output, "send again");
    assert!(!again.contains("--even-protected a"), "{again}");
    assert_eq!(home.run_script(again).code, Some(0), "{again}");
}

#[test]
fn list_and_look_are_sent_again_as_typed() {
    let known = newer_profile("http://127.0.0.1:1");
    let is_known = |vendor: &str| known.contains(&format!("[profiles.prod.{vendor}]"));
    for spec in VENDORS.operations().filter(|spec| is_known(spec.vendor.as_str())) {
        if spec.effect != Effect::None {
            continue;
        }
        let has_domain = spec.is_list() || spec.takes("domain");
        let domain = if has_domain { " --domain push.example.com" } else { "" };
        let target = match spec.target.value_name {
            _ if spec.is_list() => "",
            name if name.contains('/') => " live/a",
            _ => " a",
        };
        for app in spec.takes("app").then_some(" --app show").into_iter().chain([""]) {
            let line = format!("{}{target}{domain}{app} --attempts 1", spec.title());
            let server = RecordingServer::replies(500, "");
            let homes = [server.home(), server.newer_home()];
            let homes = homes.iter().map(|home| (home, home.run_line(&line)));
            let (home, output) =
                homes.into_iter().find(|(_, output)| output.code == Some(4)).expect(&line);
            let again = command(&output, "send again");
            let sent = server.requests().len();
            home.run_script(again).exits(4);
            let asked = |number: usize| {
                let request = &server.requests()[number];
                // Behind it come the moment and the signature.
                let query = request.query.split("&t=").next().unwrap().to_owned();
                (request.path.clone(), query, request.body.clone())
            };
            assert_eq!((asked(0), sent * 2), (asked(sent), server.requests().len()), "{again}");
        }
    }
}

#[test]
fn ends_that_have_passed_are_a_range() {
    let home = RecordingServer::accepting().home();
    let line = |target: &str, day: u8| {
        let until = format!("2020-01-0{day}T00:00:00Z");
        json!({"vendor": "tencent", "action": "forbid", "target": target, "until": until})
    };
    let later = line("b", 3);
    for (ends, text) in [
        (
            vec![line("a", 2), later.clone(), line("c", 1)],
            "3 targets: its end, 2020-01-01 08:00:00 +08:00 to 2020-01-03 08:00:00 +08:00, had passed",
        ),
        (vec![later], "1 target: its end, 2020-01-03 08:00:00 +08:00, had passed"),
    ] {
        let text = &format!("skipped, {text}");
        let output = home.run_with_input("apply -", lines(ends)).reports(text);
        assert_eq!(output.stderr.matches("hint:").count(), 1, "{output:?}");
    }
}

#[test]
fn failures_come_in_the_order_of_the_input() {
    // The first of the input is answered last.
    let server = RecordingServer::delayed_first(Duration::from_millis(600), |request| {
        by_name(true, request)
    });
    let output = server.home().run_line("tencent resume gone1 gone2 gone3 lost --attempts 1 -j 4");
    assert!(output.stderr.contains("\n  gone1 gone2 gone3\n"), "{output:?}");
    server.home().run_line("tencent resume gone1 gone2 -q -j 1").reports("not applied gone1: ");
}
