//! What each inner part costs for one item: `cargo bench`. Medians of many rounds, in nanoseconds; figures to compare with
//! each other and with yesterday's, on a calm machine.

use std::hint::black_box;
use std::io::Cursor;
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use livectl::api::operation::{Operation, PlanContext};
use livectl::api::request::Request;
use livectl::api::signature::SigningContext;
use livectl::api::spec::Api;
use livectl::api::{VENDORS, tencent};
use livectl::config::account::Account;
use livectl::engine::classify::classify;
use livectl::input::plan::Planner;
use livectl::input::source::{self, InputFormat};
use livectl::journal::history::History;
use livectl::journal::writer::Journal;
use livectl::net::message::Response;
use livectl::outcome::{Outcome, Status};
use livectl::output::json::{ResultLine, to_line};
use livectl::output::table::{Table, TableStyle};
use livectl::output::{LooksAt, Renderer, RunInfo};
use livectl::secret::redact::Redactor;

const TARGETS: usize = 1000;

fn main() {
    let now = Utc::now();
    let vendor = vendor();
    let lines = lines();
    let run = Rc::new(RunInfo {
        operations: plan(&lines, now),
        arrived: None,
        profile: Some("bench".into()),
        vendors: vec![Rc::clone(&vendor)],
        due: vec![true; TARGETS],
        id: None,
        is_sandbox: false,
        is_dry_run: false,
        looks_at: LooksAt::Nothing,
    });
    let operation = &*run.operations[0];
    let request = operation.request(&[operation.target()]);
    let context = SigningContext::fresh(now);
    let signature = vendor.sign(&request, context);
    let body = r#"{"ret":0,"message":"success"}"#;
    let reply = Response::new(200, body);
    let redactor = Redactor::new(vendor.secrets());
    let outcome = applied(&*vendor, &request, context, &reply, now, &redactor);

    bench("parse a line", || drop(black_box(plan(&lines, now))), TARGETS);
    bench("request", each(|| drop(black_box(operation.request(&[operation.target()])))), TARGETS);
    bench(
        "sign",
        each(|| drop(black_box(vendor.authorize(&request, &vendor.sign(&request, context))))),
        TARGETS,
    );
    bench("authorize", each(|| drop(black_box(vendor.authorize(&request, &signature)))), TARGETS);
    bench(
        "classify",
        each(|| drop(black_box(classify(&*vendor, &request, context, &reply, now, &redactor)))),
        TARGETS,
    );
    bench(
        "render a JSON line",
        each(|| drop(black_box(to_line(&ResultLine::new(&run, operation, &outcome))))),
        TARGETS,
    );
    bench("render a table", || render(&run, &outcome), TARGETS);
    bench("append to the journal", || append(&run, &outcome), TARGETS);
}

fn each(mut act: impl FnMut()) -> impl FnMut() {
    move || (0..TARGETS).for_each(|_| act())
}

/// Runs rounds for half a second and prints the median round's cost for one of its items.
fn bench(what: &str, mut round: impl FnMut(), items: usize) {
    const LENGTH: Duration = Duration::from_millis(500);
    round();
    let (start, mut rounds) = (Instant::now(), Vec::new());
    while start.elapsed() < LENGTH || rounds.len() < 5 {
        let begun = Instant::now();
        round();
        rounds.push(begun.elapsed());
    }
    rounds.sort_unstable();
    let cost = rounds[rounds.len() / 2].as_nanos() / items as u128;
    #[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
    {
        println!("{what:<24} {cost:>8} ns");
    }
}

fn vendor() -> Rc<dyn Api> {
    let values = [
        ("app_id", "1251234567"),
        ("api_key", "5d41402abc4b2a76b9719d911017c592"),
        ("endpoint", "http://127.0.0.1:9"),
    ];
    let account = Account::made_up(&tencent::SECTION, "bench", &values);
    tencent::VENDOR.open(&account).expect("the account is whole")
}

fn lines() -> String {
    let line = |number| {
        format!(
            "{{\"vendor\":\"tencent\",\"action\":\"forbid\",\"target\":\"8888_{number}\",\"for\":\"2h\"}}\n"
        )
    };
    (0..TARGETS).map(line).collect()
}

fn plan(lines: &str, now: DateTime<Utc>) -> Vec<Box<dyn Operation>> {
    let mut planner = Planner::new(VENDORS, PlanContext::at(now));
    let input = Box::new(Cursor::new(lines.to_owned()));
    source::read(input, "lines", InputFormat::Jsonl, &mut planner).expect("the lines are good");
    planner.finish().expect("the plan is good").operations
}

fn applied(
    vendor: &dyn Api,
    request: &Request,
    context: SigningContext,
    reply: &Response,
    now: DateTime<Utc>,
    redactor: &Redactor,
) -> Outcome {
    let result = classify(vendor, request, context, reply, now, redactor);
    assert_eq!(result.status, Status::Applied);
    Outcome {
        status: result.status,
        attempts: 1,
        started_at: Some(now),
        elapsed: Some(Duration::from_millis(80)),
        answer: result.answer,
        ..Outcome::planned()
    }
}

fn render(run: &Rc<RunInfo>, outcome: &Outcome) {
    let mut table = Table::new(Rc::clone(run), TableStyle { width: Some(120), colour: true });
    let mut out = Vec::new();
    for row in 0..TARGETS {
        table.settled(&mut out, row, outcome.clone()).expect("a vector takes everything");
    }
    black_box(out);
}

/// A result for each target, all on disk at the end.
fn append(run: &RunInfo, outcome: &Outcome) {
    let folder = tempfile::TempDir::new().expect("a folder for the journal");
    let (journal, _) = Journal::open(&folder.path().join("journal"), History::new(VENDORS))
        .expect("a new journal");
    for operation in &run.operations {
        let operation = &**operation;
        let line = to_line(&ResultLine::new(run, operation, outcome)).expect("a result is JSON");
        journal.record(line.into_bytes());
    }
    journal.finish().expect("everything is on disk");
}
