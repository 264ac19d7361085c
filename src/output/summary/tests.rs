mod records;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::api::name::VendorName;
use crate::api::tests::open_api;
use crate::api::{VENDORS, jd, shumei, tencent};
use crate::console::Console;
use crate::input::lines::InputLine;
use crate::input::plan::tests::planner;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::{Outcome, Status};
use crate::output::next_steps::TypedKind;
use crate::output::run_id::RunId;
use crate::output::{LooksAt, Renderer};
use crate::policy::command_line::CommandLine;

const QUIET: Console = Console { quiet: true, verbose: false };

/// Keeps what it is given to show; nothing more comes through once it fails.
#[derive(Clone, Default)]
struct TestRenderer {
    shown: Rc<RefCell<Vec<String>>>,
    is_failing: bool,
}

impl Renderer for TestRenderer {
    fn settled(&mut self, _: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        self.shown.borrow_mut().push(format!("{row} {}", outcome.status.as_str()));
        if self.is_failing { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn finish(&mut self, _: &mut dyn Write, summary: &Summary, exit_code: u8) -> io::Result<()> {
        self.shown.borrow_mut().push(format!("{} in all, {exit_code}", summary.total()));
        Ok(())
    }
}

impl TestRenderer {
    fn shown(&self) -> Vec<String> {
        self.shown.borrow().clone()
    }
}

const FORBID: &str = r#"{"vendor":"tencent","action":"forbid","target":"a","for":"2h"}"#;
const RESUME: &str = r#"{"vendor":"tencent","action":"resume","target":"b"}"#;
const TIMEOUT: &str = r#"{"vendor":"jd","action":"timeout","target":"a.cn","seconds":30}"#;
const CLOSE: &str = r#"{"vendor":"shumei","action":"close","target":"r"}"#;

/// A run of these operations, its vendors at home but for those with a place of their own.
fn context(lines: &[&str], profile: Option<&str>, places: &[(VendorName, &str)]) -> Rc<RunInfo> {
    let mut planner = planner();
    lines
        .iter()
        .for_each(|line| planner.add(&serde_json::from_str(line).unwrap(), InputLine::Arguments));
    let operations = planner.finish().unwrap().operations;
    let open = |name: VendorName| {
        let mut values = vec![
            ("username", "u"),
            ("secret_key", "k"),
            ("app_id", "1"),
            ("api_key", "k"),
            ("access_key", "k"),
            ("access_key_id", "k"),
            ("secret_access_key", "k"),
            ("project_id", "p"),
            ("region", "cn-north-4"),
        ];
        values.extend(
            places.iter().filter(|(at, _)| *at == name).map(|(_, place)| ("endpoint", *place)),
        );
        open_api(name, &values)
    };
    Rc::new(RunInfo {
        arrived: None,
        due: vec![true; operations.len()],
        operations,
        profile: profile.map(str::to_owned),
        vendors: VENDORS.iter().map(|vendor| open(vendor.name)).collect(),
        id: RunId::parse("20261121T100000Z-7k2m"),
        is_sandbox: false,
        is_dry_run: false,
        looks_at: LooksAt::Nothing,
    })
}

fn reporter(renderer: &TestRenderer, info: &RunInfo) -> Reporter {
    Reporter::new(Box::new(renderer.clone()), QUIET, info.operations.len())
}

/// A command of two targets.
fn typed() -> TypedRun<'static> {
    TypedRun {
        vendors: VENDORS,
        line: &|| CommandLine::parse("livectl tencent resume a b".split(' '), &|_| false),
        kind: TypedKind::Targets,
        reads_input: false,
        has_journal: false,
        resume: &|_| String::new(),
    }
}

/// Closes a run whose journal, if any, is whole.
fn close(reporter: Reporter, info: &RunInfo, signal: Option<u8>) -> u8 {
    FinishedRun { reporter, signal, recorded: Ok(()), take_back: None }.close(info, &typed())
}

fn applied() -> Outcome {
    Outcome { status: Status::Applied, attempts: 1, ..Outcome::planned() }
}

fn settled(status: Status, kind: FaultKind) -> Outcome {
    Outcome { status, ..Outcome::skipped(Fault::new(kind, "why")) }
}

#[test]
fn summary_counts_outcomes_and_untried_targets() {
    let renderer = TestRenderer::default();
    let context = context(&[FORBID, RESUME, TIMEOUT], Some("prod"), &[]);
    let reporter = self::reporter(&renderer, &context);

    reporter.settled(1, applied());
    reporter.settled(0, settled(Status::Skipped, FaultKind::Stopped));
    reporter.settled(2, settled(Status::Skipped, FaultKind::DoneBefore));
    reporter.settled(2, settled(Status::NotApplied, FaultKind::Refused));
    reporter.settled(0, settled(Status::Skipped, FaultKind::Interrupted));

    assert_eq!(
        renderer.shown(),
        ["1 applied", "0 skipped", "2 skipped", "2 not_applied", "0 skipped"]
    );
    let state = reporter.state();
    assert_eq!((state.summary.total(), state.summary.done_before, state.untried), (5, 1, 2));
}

#[test]
fn nothing_is_written_after_the_first_failure() {
    let renderer = TestRenderer { is_failing: true, ..TestRenderer::default() };
    let context = context(&[FORBID, RESUME], Some("prod"), &[]);
    let reporter = self::reporter(&renderer, &context);
    assert!(reporter.failure().is_none());

    reporter.settled(0, applied());
    reporter.settled(1, applied());

    assert!(reporter.failure().is_some());
    assert_eq!(close(reporter, &context, None), 6);
    assert_eq!(renderer.shown(), ["0 applied"]);
}

#[test]
fn flush_never_ends_a_run() {
    let context = context(&[RESUME], Some("prod"), &[]);
    let reporter = self::reporter(&TestRenderer::default(), &context);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let ended = runtime
        .block_on(async { tokio::time::timeout(Duration::from_mins(1), reporter.keep_up()).await });
    assert!(ended.is_err());
}

#[test]
fn details_are_formatted_lazily() {
    for is_curious in [false, true] {
        let console = Console { quiet: false, verbose: is_curious };
        let reporter = Reporter::new(Box::new(TestRenderer::default()), console, 1);
        let is_told = Cell::new(false);
        reporter.detail(&|| {
            is_told.set(true);
            String::new()
        });
        assert_eq!(is_told.get(), is_curious);
    }
}

#[test]
fn exit_code_precedence() {
    let (refused, unknown) = (
        settled(Status::NotApplied, FaultKind::Refused),
        settled(Status::Unknown, FaultKind::Timeout),
    );
    for (outcome, is_recorded, signal, code) in [
        (applied(), true, None, 0),
        (refused, true, None, 5),
        (unknown.clone(), true, None, 4),
        (unknown.clone(), false, None, 6),
        (unknown, false, Some(143), 143),
        (applied(), true, Some(130), 130),
    ] {
        let renderer = TestRenderer::default();
        let context = context(&[RESUME], Some("prod"), &[]);
        let reporter = self::reporter(&renderer, &context);
        reporter.settled(0, outcome);
        let recorded = if is_recorded { Ok(()) } else { Err("no space".to_owned()) };
        assert_eq!(
            FinishedRun { reporter, signal, recorded, take_back: None }.close(&context, &typed()),
            code
        );
        assert_eq!(renderer.shown()[1], format!("1 in all, {code}"));
    }
}

#[test]
fn dry_run_succeeds() {
    let context = context(&[RESUME], Some("prod"), &[]);
    let renderer = TestRenderer::default();
    let reporter = self::reporter(&renderer, &context);
    reporter.settled(0, Outcome::planned());
    assert_eq!(close(reporter, &context, None), 0);
    assert_eq!(renderer.shown(), ["0 planned", "1 in all, 0"]);
}

#[test]
fn interruption_precedes_output_failure() {
    let context = context(&[RESUME], Some("prod"), &[]);
    let renderer = TestRenderer { is_failing: true, ..TestRenderer::default() };
    let reporter = self::reporter(&renderer, &context);
    reporter.settled(0, applied());
    assert_eq!(close(reporter, &context, Some(129)), 129);
}

#[test]
fn closing_line_counts_only_present_outcomes() {
    let summary =
        Summary { applied: 2, not_applied: 1, skipped: 3, done_before: 1, ..Summary::default() };
    assert_eq!(
        tally(&summary, "target", false),
        "6 targets: 2 applied, 1 not applied, 2 skipped, 1 done before"
    );
    let summary = Summary { unknown: 1, ..Summary::default() };
    assert_eq!(tally(&summary, "target", false), "1 target: 1 unknown");
    let summary = Summary { skipped: 4, done_before: 4, ..Summary::default() };
    assert_eq!(tally(&summary, "target", false), "4 targets: 4 done before");
    let summary = Summary { applied: 3, not_held: 1, not_verified: 2, ..Summary::default() };
    assert_eq!(
        tally(&summary, "target", true),
        "3 targets: 3 applied (1 live again, 2 not verified)"
    );
    assert_eq!(tally(&summary, "target", false), "3 targets: 3 applied (1 live again)");
}

#[test]
fn closing_line_names_profile_and_custom_endpoint() {
    let (one, other) = ("http://127.0.0.1:1", "http://127.0.0.1:2/prefix");
    let lines = [FORBID, TIMEOUT, CLOSE];
    for (lines, profile, places, said) in [
        (&lines[..], Some("prod"), vec![], " (profile prod)"),
        (&lines, None, vec![], " (credentials from the environment)"),
        (&lines, Some("a\u{202e}b"), vec![], " (profile a\\u{202e}b)"),
        (
            &lines[..1],
            None,
            vec![(tencent::profile::NAME, one)],
            " (credentials from the environment; tencent at http://127.0.0.1:1)",
        ),
        (&lines[..1], Some("prod"), vec![(jd::profile::NAME, one)], " (profile prod)"),
        (
            &lines,
            Some("prod"),
            vec![
                (jd::profile::NAME, one),
                (tencent::profile::NAME, other),
                (shumei::profile::NAME, one),
            ],
            " (profile prod; jd, shumei at http://127.0.0.1:1; tencent at http://127.0.0.1:2/prefix)",
        ),
    ] {
        assert_eq!(account(&context(lines, profile, &places)), said);
    }
}

#[test]
fn resume_command_is_shell_quoted() {
    let hint = |args: &[&str]| {
        let has_journal = args.iter().any(|arg| arg.starts_with("--journal"));
        let takes_value = |flag: &str| ["--journal", "--reason"].contains(&flag);
        let line = CommandLine::parse(args.iter().copied(), &takes_value);
        resume_hint(line, &[], has_journal, args.contains(&"-"))
    };
    assert_eq!(
        hint(&["livectl", "--journal", "my journal", "tencent", "resume", "a"]),
        "interrupted; resume with: livectl --journal 'my journal' tencent resume a --resume"
    );
    assert_eq!(
        hint(&["livectl", "tencent", "resume", "--journal=j", "--", "-a", "--"]),
        "interrupted; resume with: livectl tencent resume --journal=j --resume -- -a --"
    );
    assert_eq!(
        hint(&["livectl", "tencent", "resume", "a", "--journal=j", "--reason", "--"]),
        "interrupted; resume with: livectl tencent resume a --journal=j --reason -- --resume"
    );
    assert_eq!(
        hint(&["livectl", "--journal", "j", "--resume", "tencent", "resume", "a"]),
        "interrupted; resume with: livectl --journal j --resume tencent resume a"
    );
    assert_eq!(
        hint(&["livectl", "apply", "-", "--journal", "j"]),
        "interrupted; resume, which needs the same input on standard input, with: livectl apply - --journal j --resume"
    );
    assert_eq!(
        hint(&["livectl", "apply", "-"]),
        "interrupted; the same command may be run again with the same input on standard input (with --journal it could resume)"
    );
}

#[test]
fn repeated_command_warns_of_what_it_does_twice() {
    const DROP: &str = r#"{"vendor":"tencent","action":"drop","target":"c"}"#;
    const UNTIL: &str =
        r#"{"vendor":"tencent","action":"forbid","target":"a","until":"2026-11-21T12:00:00Z"}"#;
    for (lines, but) in [
        (&[RESUME, CLOSE, UNTIL][..], ""),
        (&[RESUME, DROP], ", but then a drop cuts again"),
        (&[FORBID, RESUME], ", but then a length begins anew"),
        (&[FORBID, DROP], ", but then a drop cuts again and a length begins anew"),
    ] {
        let line = CommandLine::parse("livectl apply o".split(' '), &|_| false);
        assert_eq!(
            resume_hint(line, &context(lines, None, &[]).operations, false, false),
            format!(
                "interrupted; the same command may be run again{but} (with --journal it could resume)"
            )
        );
    }
}
