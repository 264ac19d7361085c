//! The table, in a pipe and in a terminal.

use chrono::FixedOffset;

use super::{by_name, in_a_terminal, tomorrow};
use crate::prelude::*;

/// An end of tomorrow as a table prints it.
fn shown_end(until: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(until).unwrap();
    let there = at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap());
    format!("{}, in 1 d", there.format("%Y-%m-%d %H:%M:%S %:z"))
}

#[test]
fn table_in_a_pipe_has_one_line_each() {
    let server = RecordingServer::start(by_name);
    let until = tomorrow();
    let targets = ["直播间_一", "8888_gone", "slow", &"0123456789".repeat(9), "ﾊﾝｶｸ", "é"];

    let output = server.home().run(["tencent", "forbid", "--until", &until].iter().chain(&targets));

    let id = "0123456789".repeat(9);
    let end = shown_end(&until);
    let wide = |text: &str, columns: usize| format!("{text}{}", " ".repeat(90 - columns));
    let expected = [
        format!("OUTCOME      OPERATION       {}  DETAIL", wide("TARGET", 6)),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("直播间_一", 9)),
        format!(
            "not_applied  tencent forbid  {}  Tencent refused: channel does not exist (ret 20601); Tencent returns this for a channel that never pushed; check the channel id",
            wide("8888_gone", 9)
        ),
        format!(
            "unknown      tencent forbid  {}  Tencent answered HTTP 503; it may have taken effect; read the state before it is sent again",
            wide("slow", 4)
        ),
        format!("applied      tencent forbid  {id}  off air, until {end}"),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("ﾊﾝｶｸ", 4)),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("é", 1)),
    ];
    assert_eq!(output.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(output.stdout.lines().count(), 7);
    assert_eq!(output.code, Some(4));
}

#[test]
fn table_describes_each_effect() {
    let (_server, home) = RecordingServer::accepting().with_home();
    for (line, header, row) in [
        (
            "jd timeout push.example.com --seconds 30",
            "OUTCOME      OPERATION   TARGET            DETAIL",
            "applied      jd timeout  push.example.com  whole domain changed, seconds 30",
        ),
        (
            "jd permit live/a --domain push.example.com",
            "OUTCOME      OPERATION  TARGET  DETAIL",
            "applied      jd permit  live/a  back on air, domain push.example.com",
        ),
        (
            "tencent resume 8888_a",
            "OUTCOME      OPERATION       TARGET  DETAIL",
            "applied      tencent resume  8888_a  back on air",
        ),
        (
            "shumei close 1639825145166",
            "OUTCOME      OPERATION     TARGET         DETAIL",
            "applied      shumei close  1639825145166  moderation ended only, the stream itself stays on air",
        ),
    ] {
        assert_eq!(home.run_line(line).stdout, format!("{header}\n{row}\n"));
    }
}

#[test]
fn table_escapes_the_vendors_message() {
    let server = RecordingServer::start(by_name);
    let output = server.home().run_line("tencent resume hostile odd --attempts 1");
    assert_eq!(
        output.stdout,
        r"OUTCOME      OPERATION       TARGET   DETAIL
not_applied  tencent resume  hostile  Tencent refused: \u{1b}]0;owned\u{7}\u{a}no \u{202e}such\u{200b}\u{9b} (ret 7); this may also be a wrong key: check api_key (the key for API calls, not the one for push URLs) and app_id
unknown      tencent resume  odd      the answer to a request to Tencent is not one JSON object, each of its keys once: <html><body>\u{1b}[2Jlog in\u{a}</body></html>; check that the endpoint is the vendor's, not a proxy's or a captive portal's
"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn table_row_is_one_line_of_the_terminal() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let shown = |columns, args| {
        in_a_terminal(&home, columns, &[("NO_COLOR", "1")], args)
            .map(|shown| shown.split_inclusive('\n').take(4).collect::<String>())
    };
    let Some(wide) = shown(110, "tencent resume 直播间 8888_gone 8888_a") else { return };
    assert_eq!(
        wide,
        "OUTCOME      OPERATION       TARGET     DETAIL
applied      tencent resume  直播间     back on air
not_applied  tencent resume  8888_gone  Tencent refused: channel does not exist (ret 20601); Tencent returns…
applied      tencent resume  8888_a     back on air
"
    );
    // The operation that all rows have in common gives its room to the details.
    assert_eq!(
        shown(60, "tencent resume 直播间 8888_gone 8888_a").unwrap(),
        "OUTCOME      TARGET     DETAIL
applied      直播间     back on air
not_applied  8888_gone  Tencent refused: channel does not e…
applied      8888_a     back on air
"
    );
    // A name is never cut; the details of the others keep their room.
    assert_eq!(
        shown(50, "tencent resume 直播间 8888_gone 8888_0123456789_0123456789_0123456789").unwrap(),
        "OUTCOME      TARGET       DETAIL
applied      直播间       back on air
not_applied  8888_gone    Tencent refused: channe…
applied      8888_0123456789_0123456789_0123456789
"
    );
}

#[test]
fn looks_have_separate_tables() {
    let run = |line: &str| TestHome::empty().run_line(&format!("--sandbox {line}")).stdout;
    assert_eq!(
        run("tencent status 8888_a 8888_gone"),
        "TARGET     STATE          UNTIL
8888_a     sandbox: live
8888_gone  sandbox: never_pushed
"
    );
    let listed = run("jd online --domain push.example.com");
    let rows: Vec<Vec<&str>> =
        listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["TARGET", "STATE", "UNTIL"]);
    assert_eq!(rows.len(), 4, "{listed}");
    assert_eq!(rows[1][..4], ["live/cam1", "sandbox:", "live", "since"]);
    let empty = run("jd forbidden --domain push.example.com");
    assert_eq!(empty.lines().last(), Some("push.example.com  sandbox: no streams"));
}

#[test]
fn failed_look_has_its_outcome_as_state() {
    let server = RecordingServer::start(|request| {
        match request.param("Param.s.channel_id").unwrap().as_str() {
            "denied" => response(404, ""),
            _ => by_name(request),
        }
    });
    let output = server.home().run_line("tencent status 8888_a denied --attempts 1");
    let rows: Vec<_> = output.stdout.lines().collect();
    assert!(rows[1].starts_with("8888_a  live"), "{output:?}");
    assert!(rows[2].starts_with("denied  not_applied  Tencent answered HTTP 404"), "{output:?}");
}

#[test]
fn table_times_follow_the_zone() {
    let home = TestHome::empty();
    let end = |zone: &str, length: &str| {
        let line = format!("--sandbox -n tencent forbid a --for {length}");
        let output = home.run_with(&[("TZ", zone)], line.split(' '));
        let row = output.stdout.lines().nth(1).unwrap().to_owned();
        row.split_once("until ").unwrap().1.to_owned()
    };
    assert!(end("CST-8", "89d").ends_with(" +08:00, in 89 d"));
    assert!(end("EST5", "2h").ends_with(" -05:00, in 2 h"));
    assert!(end("UTC0", "90s").ends_with(" +00:00, in 1 min 30 s"));
    // The date is there unless it is today's.
    assert_eq!(end("UTC0", "3d").split(' ').next().unwrap().len(), "2026-11-21".len());
}

#[cfg(unix)]
#[test]
fn interrupted_table_counts_the_skipped() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..30).map(|number| format!("c{number}")).collect();
    let line = format!("tencent resume {} --max-targets 30 --rate 10 -j 1", names.join(" "));
    let home = server.home();
    let child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(2);
    send_signal(&child, "INT");
    let output = wait_for_end(child).exits(130);
    let rows: Vec<_> = output.stdout.lines().collect();
    let applied = rows.iter().filter(|row| row.starts_with("applied ")).count();
    assert!((2..30).contains(&applied), "{output:?}");
    let skipped = format!("{} targets skipped: the run was interrupted", 30 - applied);
    assert_eq!((rows.len(), *rows.last().unwrap()), (applied + 2, skipped.as_str()));
    assert!(output.stderr.contains(&format!("skipped, {} targets: ", 30 - applied)), "{output:?}");
    assert_eq!(output.stderr.matches("c29").count(), 0, "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn many_targets_have_a_line_each() {
    let server = RecordingServer::start(by_name);
    let names = lines((0..300).map(|number| format!("8888_stream{number:04}")));
    let home = server.home();
    home.write("list", format!("{names}\n8888_gone\n"));
    let args = "tencent forbid - --for 2h --rate 0 --max-targets 301 < list 2>/dev/null";
    let Some(shown) = in_a_terminal(&home, 80, &[("NO_COLOR", "1")], args) else { return };
    let rows: Vec<_> = shown.lines().collect();
    assert_eq!(rows.len(), 302, "{shown}");
    let width = |row: &&str| unicode_width::UnicodeWidthStr::width(*row);
    assert!(rows.iter().all(|row| width(row) <= 80), "{shown}");
    assert!(rows.iter().all(|row| !row.starts_with("applied") || row.ends_with(", in 2 h")));
}
