//! A run that is killed, whatever its journal contains by then, and the run that resumes it.

use super::*;
use crate::journal::history::History;
use crate::journal::record::{Record, SCHEMA};
use crate::journal::tests::learn;

/// Runs on one journal, one after another; the last of them crashes.
#[derive(Clone, Debug)]
struct CrashScenario {
    runs: Vec<Vec<TestOperation>>,
    /// After how many of the last run's records, in thousandths of them.
    crash: usize,
    /// The vendor had already done what the lost records contained.
    is_behind: bool,
}

/// The events, in order.
enum CrashEvent {
    /// A record of this row was written.
    Record { row: usize, line: String },
    /// The operation of this row took effect, by a request whose intent is the record of this number.
    Effect { row: usize, intent: usize },
}

fn crash_scenarios() -> impl Strategy<Value = CrashScenario> {
    let input = (0..24u8, replies()).prop_map(|(n, replies)| TestOperation {
        kind: SHARED + n % 6,
        name: n / 6,
        replies,
    });
    let run = prop::collection::vec(input, 1..4);
    (prop::collection::vec(run, 1..3), 0..1000usize, any::<bool>())
        .prop_map(|(runs, crash, is_behind)| CrashScenario { runs, crash, is_behind })
}

/// The last operation that took effect on each target.
type State = BTreeMap<String, Map<String, Value>>;

struct CrashSimulation {
    journal: History,
    state: State,
    minutes: i64,
}

impl CrashSimulation {
    fn new() -> Self {
        Self { journal: History::new(VENDORS), state: State::new(), minutes: 0 }
    }

    /// Runs these lines as a resumed run would, and returns what happened; nothing of it has happened here yet.
    fn run(
        &mut self,
        inputs: &[TestOperation],
        is_well: bool,
    ) -> (Vec<Box<dyn Operation>>, Vec<CrashEvent>) {
        let history = &self.journal;
        let mut inputs = inputs.to_vec();
        let mut seen = BTreeSet::new();
        inputs.retain(|input| seen.insert(input.target()));
        self.minutes += 1;
        let now = base() + TimeDelta::minutes(self.minutes);
        let operations = plan(inputs.iter().map(TestOperation::line), now, &|operation| {
            history.kept_end(Some("prod"), &to_json(operation, operation.requested()))
        });
        let replies = inputs.iter().map(|input| {
            (input.target(), if is_well { Vec::new() } else { input.replies.clone() })
        });
        let transport = ScriptedVendors::new(replies.collect());
        let limits = Limits {
            concurrency: 4,
            rate: Some(0),
            attempts: 3,
            timeout: Duration::from_millis(500),
            deadline: Duration::from_secs(30),
            max_failures: 0,
            verify: None,
            verify_viewers: Duration::from_secs(90),
            hold: None,
        };
        let due = |row: usize| {
            let asked = to_json(&*operations[row], operations[row].requested());
            history.applied_at(Some("prod"), &asked).is_none()
        };
        if (0..operations.len()).any(due) {
            play(&transport, &operations, limits, now, due, &[]);
        }
        let steps = steps(&operations, &transport.events.into_inner());
        (operations, steps)
    }

    fn happen<'s>(
        &mut self,
        operations: &[Box<dyn Operation>],
        steps: impl IntoIterator<Item = &'s CrashEvent>,
    ) {
        for step in steps {
            match step {
                CrashEvent::Record { line, .. } => learn(&mut self.journal, line),
                CrashEvent::Effect { row, .. } => {
                    let settled = to_json(&*operations[*row], operations[*row].settings());
                    self.state.insert(operations[*row].target().to_owned(), settled);
                }
            }
        }
    }
}

impl TestOperation {
    fn target(&self) -> String {
        let line: Value = serde_json::from_str(&self.line()).unwrap();
        line["target"].as_str().unwrap().to_owned()
    }
}

/// The records that a run writes, and the effects that it has, in order.
fn steps(operations: &[Box<dyn Operation>], events: &[LogEvent]) -> Vec<CrashEvent> {
    let row = |target: &str| {
        operations.iter().position(|operation| operation.target() == target).unwrap()
    };
    let mut steps = Vec::new();
    let mut records = 0;
    let mut attempts: HashMap<usize, u32> = HashMap::new();
    let mut left: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    for event in events {
        match event {
            LogEvent::Left(departure) => {
                for row in departure.targets.iter().map(|target| row(target)) {
                    let attempt = attempts.entry(row).or_default();
                    *attempt += 1;
                    steps.push(CrashEvent::Record {
                        row,
                        line: record(&*operations[row], *attempt, None),
                    });
                    left.entry(departure.number).or_default().push((row, records));
                    records += 1;
                }
            }
            LogEvent::Came(number, said, proves) => {
                // Of what proves nothing, a part has happened.
                let has_happened = *proves == Evidence::Applied
                    || *said == ReplyKind::SendError
                    || *said == ReplyKind::Fault;
                let rows = left[number].iter().filter(|_| has_happened);
                steps.extend(
                    rows.map(|(row, intent)| CrashEvent::Effect { row: *row, intent: *intent }),
                );
            }
            LogEvent::Settled(row, outcome) => {
                steps.push(CrashEvent::Record {
                    row: *row,
                    line: record(&*operations[*row], outcome.attempts, Some(outcome)),
                });
                records += 1;
            }
        }
    }
    steps
}

fn record(operation: &dyn Operation, attempt: u32, outcome: Option<&Outcome>) -> String {
    let record = Record {
        schema: SCHEMA,
        record: if outcome.is_some() { "result" } else { "intent" },
        run: "20261121T100000Z-7k2m",
        at: crate::time::millis(base()),
        profile: Some("prod"),
        asked: &to_json(operation, operation.requested()),
        operation: &to_json(operation, operation.settings()),
        attempt,
        result: outcome.map(|outcome| json!({"outcome": outcome.status.as_str()})),
    };
    serde_json::to_string(&record).unwrap()
}

/// Runs the last of the night again until all of it is recorded as applied, and returns which targets were sent.
fn resume(simulation: &mut CrashSimulation, inputs: &[TestOperation]) -> Vec<String> {
    let mut sent = Vec::new();
    for _ in 0..3 {
        let (operations, steps) = simulation.run(inputs, true);
        sent.extend(steps.iter().filter_map(|step| match step {
            CrashEvent::Effect { row, .. } => Some(operations[*row].target().to_owned()),
            CrashEvent::Record { .. } => None,
        }));
        simulation.happen(&operations, &steps);
        if steps.is_empty() {
            return sent;
        }
    }
    panic!("it never ends: {sent:?}");
}

#[test]
fn resume_after_any_crash_reaches_the_same_end() {
    try_all(crash_scenarios(), |scenario| {
        let (last, earlier) = scenario.runs.split_last().unwrap();
        let mut simulation = CrashSimulation::new();
        let mut calm = CrashSimulation::new();
        for inputs in earlier {
            let (operations, steps) = simulation.run(inputs, false);
            simulation.happen(&operations, &steps);
            calm.happen(&operations, &steps);
        }
        let (operations, steps) = simulation.run(last, false);
        calm.minutes = simulation.minutes;

        // One run ends as it should, the other in the middle.
        calm.happen(&operations, &steps);
        let lines: Vec<_> = steps
            .iter()
            .filter_map(|step| match step {
                CrashEvent::Record { row, line } => Some((*row, line)),
                CrashEvent::Effect { .. } => None,
            })
            .collect();
        let kept = (lines.len() + 1) * scenario.crash / 1000;
        let mut written = 0;
        let happened = steps.iter().filter(|step| match step {
            CrashEvent::Record { .. } => {
                written += 1;
                written <= kept
            }
            CrashEvent::Effect { intent, .. } => {
                written <= kept || scenario.is_behind && *intent < kept
            }
        });
        simulation.happen(&operations, happened);
        let known: BTreeSet<_> = lines[..kept].iter().map(|(row, _)| *row).collect();
        let is_done = |row: &usize| {
            let asked = to_json(&*operations[*row], operations[*row].requested());
            simulation.journal.applied_at(Some("prod"), &asked).is_some()
        };
        let done: BTreeSet<_> = (0..operations.len())
            .filter(is_done)
            .map(|row| operations[row].target().to_owned())
            .collect();

        let sent = resume(&mut simulation, last);
        resume(&mut calm, last);

        prop_assert!(
            sent.iter().all(|target| !done.contains(target)),
            "{sent:?} were sent again, {done:?} were recorded"
        );
        for (row, operation) in operations.iter().enumerate() {
            let (after, without) =
                (&simulation.state[operation.target()], &calm.state[operation.target()]);
            let asked = to_json(&**operation, operation.settings());
            if known.contains(&row) || done.contains(operation.target()) {
                prop_assert_eq!(after, without, "{}", operation.target());
                prop_assert_eq!(after, &asked);
            } else {
                // Its end was reported nowhere yet, so it may be another.
                prop_assert_eq!(&after["action"], &without["action"]);
            }
        }
        Ok(())
    });
}
