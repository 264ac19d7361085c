//! The outcome of every row of the table, and the deadline of those that hang.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::case::FaultCase;
use super::connections::{before_sending, while_waiting};
use super::{FaultRow, Op, case_count, report_skipped, table};
use crate::prelude::*;

use Op::Forbid;

/// Does the work on several threads, since the program mostly waits.
fn side_by_side<T: Sync>(items: &[T], work: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = work(item);
                    problems.lock().unwrap().extend(found);
                }
            });
        }
    });
    problems.into_inner().unwrap()
}

fn assert_no_problems(problems: &[String]) {
    let mut text = format!("{} problems:\n", problems.len());
    problems.iter().for_each(|problem| writeln!(text, "- {problem}").unwrap());
    assert!(problems.is_empty(), "{text}");
}

#[test]
fn every_fault_has_its_outcome() {
    let table = table();
    let cases: Vec<_> =
        table.iter().flat_map(|row| row.operations.iter().map(move |op| (row, *op))).collect();
    let started = Instant::now();
    let problems = side_by_side(&cases, |(row, op)| {
        if let Some(case) = FaultCase::new(row, *op) {
            return case.problems();
        }
        report_skipped(row.name);
        Vec::new()
    });
    assert_no_problems(&problems);
    assert_eq!(cases.len(), case_count());
    assert!(started.elapsed() < Duration::from_mins(5), "{:?}", started.elapsed());
}

/// What `--deadline 2s` gives, and what a busy machine needs to start and end a process.
const ENOUGH: Duration = Duration::from_millis(2500 + 1000);

#[test]
fn deadline_ends_the_process() {
    let table: Vec<_> = before_sending()
        .into_iter()
        .chain(while_waiting().into_iter().filter(FaultRow::is_hasty))
        .collect();

    let problems = side_by_side(&table, |row| {
        let Some(case) = FaultCase::new(row, Forbid) else { return Vec::new() };
        let started = Instant::now();
        let output = case.run(&["--deadline", "2s", "--attempts", "5"]);
        let elapsed = started.elapsed();
        let document: Value = serde_json::from_str(&output.stdout).unwrap_or_default();
        let outcome = document["results"][0]["outcome"].as_str().unwrap_or_default();
        let is_right = elapsed < ENOUGH && outcome == row.expected.outcome;
        if is_right {
            Vec::new()
        } else {
            vec![format!("{}: {outcome} after {elapsed:?}: {output:?}", row.name)]
        }
    });

    assert_no_problems(&problems);
}

#[test]
#[cfg(target_os = "linux")]
fn silent_name_server_delays_nothing() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:53");
    let home = TestHome::new("http://vendor.test");
    home.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:10 attempts:3\n");
    let with_it = |program: &str, args: &[&str]| {
        let mut command = assert_cmd::Command::new("unshare");
        let script = "mount --bind resolv.conf /etc/resolv.conf && exec \"$@\"";
        command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh", program]).args(args);
        command.env_clear().env("PATH", env!("PATH")).env("HOME", home.folder.path());
        command.env("XDG_CONFIG_HOME", home.folder.path());
        command.current_dir(home.folder.path()).timeout(Duration::from_mins(1)).output()
    };
    // Not everybody may listen on port 53 and mount over a file.
    let can_mount = with_it("true", &[]).is_ok_and(|output| output.status.success());
    if silent.is_err() || !can_mount {
        return report_skipped("dns_hang");
    }

    let started = Instant::now();
    let args = [&["-o", "json", "--deadline", "2s"], Forbid.args()].concat();
    let output = RunOutput::from(with_it(env!("CARGO_BIN_EXE_livectl"), &args).unwrap()).exits(5);

    assert!(started.elapsed() < ENOUGH, "{:?}", started.elapsed());
    let result = &output.json()["results"][0];
    assert_members(result, &json!({"outcome": "not_applied", "error": {"kind": "timeout"}}));
}

#[test]
fn fault_names_are_unique() {
    let mut names: Vec<_> = table().iter().map(|row| row.name).collect();
    names.sort_unstable();
    let rows = names.len();
    names.dedup();
    assert_eq!(names.len(), rows);
    assert!(case_count() >= 400, "{}", case_count());
}
