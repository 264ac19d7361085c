//! What becomes of a run that is killed, whatever its journal holds by then, and of the one that resumes it.

use super::*;
use crate::journal::history::History;
use crate::journal::record::{Record, SCHEMA};
use crate::journal::tests::learn;

/// Runs on one journal, one after another; the last of them crashes.
#[derive(Clone, Debug)]
struct Night {
    runs: Vec<Vec<TestOperation>>,
    /// After how many of the last run's records, in thousandths of them.
    crash: usize,
    /// The vendor had already done what the lost records would tell.
    is_behind: bool,
}

/// What happened, in order.
enum Step {
    /// A record of this row was written.
    Record { row: usize, line: String },
    /// What was asked in this row happened, by a request whose intent is the record of this number.
    Effect { row: usize, intent: usize },
}

fn nights() -> impl Strategy<Value = Night> {
    let ask = (0..24u8, turns()).prop_map(|(n, turns)| TestOperation {
        kind: SHARED + n % 6,
        name: n / 6,
        turns,
    });
    let run = prop::collection::vec(ask, 1..4);
    (prop::collection::vec(run, 1..3), 0..1000usize, any::<bool>())
        .prop_map(|(runs, crash, is_behind)| Night { runs, crash, is_behind })
}

/// What the vendors were last told of each target that listened.
type State = BTreeMap<String, Map<String, Value>>;

struct Ground {
    journal: History,
    state: State,
    minutes: i64,
}

impl Ground {
    fn new() -> Self {
        Self { journal: History::new(VENDORS), state: State::new(), minutes: 0 }
    }

    /// Runs these lines as a resumed run would, and tells what happened; nothing of it has happened here yet.
    fn run(
        &mut self,
        asks: &[TestOperation],
        is_well: bool,
    ) -> (Vec<Box<dyn Operation>>, Vec<Step>) {
        let history = &self.journal;
        let mut asks = asks.to_vec();
        let mut seen = BTreeSet::new();
        asks.retain(|ask| seen.insert(ask.target()));
        self.minutes += 1;
        let now = base() + TimeDelta::minutes(self.minutes);
        let operations = plan(asks.iter().map(TestOperation::line), now, &|operation| {
            history.kept_end(Some("prod"), &to_json(operation, operation.requested()))
        });
        let turns = asks
            .iter()
            .map(|ask| (ask.target(), if is_well { Vec::new() } else { ask.turns.clone() }));
        let world = World::new(turns.collect());
        let limits = Limits {
            concurrency: 4,
            rate: Some(0),
            attempts: 3,
            timeout: Duration::from_millis(500),
            deadline: Duration::from_secs(30),
            max_failures: 0,
            verify: None,
        };
        let due = |row: usize| {
            let asked = to_json(&*operations[row], operations[row].requested());
            history.applied_at(Some("prod"), &asked).is_none()
        };
        if (0..operations.len()).any(due) {
            play(&world, &operations, limits, now, due, &[]);
        }
        let steps = steps(&operations, &world.events.into_inner());
        (operations, steps)
    }

    fn happen<'s>(
        &mut self,
        operations: &[Box<dyn Operation>],
        steps: impl IntoIterator<Item = &'s Step>,
    ) {
        for step in steps {
            match step {
                Step::Record { line, .. } => learn(&mut self.journal, line),
                Step::Effect { row, .. } => {
                    let told = to_json(&*operations[*row], operations[*row].settings());
                    self.state.insert(operations[*row].target().to_owned(), told);
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
fn steps(operations: &[Box<dyn Operation>], events: &[LogEvent]) -> Vec<Step> {
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
                    steps.push(Step::Record {
                        row,
                        line: record(&*operations[row], *attempt, None),
                    });
                    left.entry(departure.number).or_default().push((row, records));
                    records += 1;
                }
            }
            LogEvent::Came(number, said, proves) => {
                // Of what proves nothing, a part has happened.
                let has_happened = *proves == Proves::Applied
                    || *said == Reaction::SendError
                    || *said == Reaction::Fault;
                let rows = left[number].iter().filter(|_| has_happened);
                steps.extend(rows.map(|(row, intent)| Step::Effect { row: *row, intent: *intent }));
            }
            LogEvent::Settled(row, outcome) => {
                steps.push(Step::Record {
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
        at: crate::time::millis(base()),
        profile: Some("prod"),
        asked: &to_json(operation, operation.requested()),
        operation: &to_json(operation, operation.settings()),
        attempt,
        result: outcome.map(|outcome| json!({"outcome": outcome.status.as_str()})),
    };
    serde_json::to_string(&record).unwrap()
}

/// Runs the last of the night again until all of it is recorded as applied, and tells which targets were sent.
fn resume(ground: &mut Ground, asks: &[TestOperation]) -> Vec<String> {
    let mut sent = Vec::new();
    for _ in 0..3 {
        let (operations, steps) = ground.run(asks, true);
        sent.extend(steps.iter().filter_map(|step| match step {
            Step::Effect { row, .. } => Some(operations[*row].target().to_owned()),
            Step::Record { .. } => None,
        }));
        ground.happen(&operations, &steps);
        if steps.is_empty() {
            return sent;
        }
    }
    panic!("it never ends: {sent:?}");
}

#[test]
fn resuming_after_any_prefix_of_the_journal_ends_as_if_there_had_been_no_crash() {
    try_all(nights(), |night| {
        let (last, earlier) = night.runs.split_last().unwrap();
        let mut ground = Ground::new();
        let mut calm = Ground::new();
        for asks in earlier {
            let (operations, steps) = ground.run(asks, false);
            ground.happen(&operations, &steps);
            calm.happen(&operations, &steps);
        }
        let (operations, steps) = ground.run(last, false);
        calm.minutes = ground.minutes;

        // One run ends as it should, the other in the middle.
        calm.happen(&operations, &steps);
        let lines: Vec<_> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Record { row, line } => Some((*row, line)),
                Step::Effect { .. } => None,
            })
            .collect();
        let kept = (lines.len() + 1) * night.crash / 1000;
        let mut written = 0;
        let happened = steps.iter().filter(|step| match step {
            Step::Record { .. } => {
                written += 1;
                written <= kept
            }
            Step::Effect { intent, .. } => written <= kept || night.is_behind && *intent < kept,
        });
        ground.happen(&operations, happened);
        let known: BTreeSet<_> = lines[..kept].iter().map(|(row, _)| *row).collect();
        let is_done = |row: &usize| {
            let asked = to_json(&*operations[*row], operations[*row].requested());
            ground.journal.applied_at(Some("prod"), &asked).is_some()
        };
        let done: BTreeSet<_> = (0..operations.len())
            .filter(is_done)
            .map(|row| operations[row].target().to_owned())
            .collect();

        let sent = resume(&mut ground, last);
        resume(&mut calm, last);

        prop_assert!(
            sent.iter().all(|target| !done.contains(target)),
            "{sent:?} were sent again, {done:?} were recorded"
        );
        for (row, operation) in operations.iter().enumerate() {
            let (after, without) =
                (&ground.state[operation.target()], &calm.state[operation.target()]);
            let asked = to_json(&**operation, operation.settings());
            if known.contains(&row) || done.contains(operation.target()) {
                prop_assert_eq!(after, without, "{}", operation.target());
                prop_assert_eq!(after, &asked);
            } else {
                // Nobody had been told of its end yet, so it may be another.
                prop_assert_eq!(&after["action"], &without["action"]);
            }
        }
        Ok(())
    });
}
