//! Random histories at the served sandbox: an undo leaves each target as it was before the run, or its row tells why not.

use fastrand::Rng;

use super::fixture::outcome;
use crate::prelude::*;

const HISTORIES: u64 = 40;
/// The most operations of a history.
const LONGEST: usize = 8;
/// How a target that is a domain ends.
const DOMAIN: &str = ".example.com";

/// An operation that was applied, and by which run of the history.
struct Applied {
    run: usize,
    action: String,
    target: String,
    is_recorded: bool,
}

/// The state of a target at the sandbox.
#[derive(Clone, Copy, Debug, PartialEq)]
enum SandboxState {
    Allowed,
    Permanent,
    Until(DateTime<Utc>),
    Timeout(Option<u64>),
}

impl SandboxState {
    /// Whether both are the same, as far as JD's legacy API counts in whole minutes.
    fn is_about(self, other: Self) -> bool {
        match (self, other) {
            (Self::Until(one), Self::Until(two)) => (one - two).num_seconds().abs() <= 90,
            (one, two) => one == two,
        }
    }
}

/// A history while it is made.
struct RandomHistory<'a> {
    served: &'a ServedSandbox,
    seed: u64,
    random: Rng,
    profile: &'static str,
    applied: Vec<Applied>,
    lines: Vec<String>,
}

impl<'a> RandomHistory<'a> {
    fn new(served: &'a ServedSandbox, seed: u64) -> Self {
        let profile = if seed.is_multiple_of(2) { "local" } else { "next" };
        let random = Rng::with_seed(seed);
        Self { served, seed, random, profile, applied: Vec::new(), lines: Vec::new() }
    }

    /// The targets of the history, each with its vendor.
    fn targets(&self) -> Vec<(&'static str, String)> {
        let seed = self.seed;
        let streams = [("jd", "live/h"), ("tencent", "h")].into_iter();
        let mut targets: Vec<_> = streams
            .flat_map(|(vendor, start)| {
                ["a", "b"].map(|end| (vendor, format!("{start}{seed}{end}")))
            })
            .collect();
        if self.profile == "local" {
            targets.push(("jd", format!("h{seed}{DOMAIN}")));
        }
        targets
    }

    /// A random operation on a target, as `apply` reads it.
    fn operation(&mut self, vendor: &str, target: &str) -> Value {
        let mut operation = json!({"vendor": vendor, "target": target});
        let lift = if vendor == "jd" { "permit" } else { "resume" };
        // JD's legacy API has none.
        let can_drop = vendor == "tencent" || self.profile == "next";
        if target.ends_with(DOMAIN) {
            operation["action"] = json!("timeout");
            operation["seconds"] = json!(self.random.u32(20..60));
            return operation;
        }
        if vendor == "jd" {
            operation["domain"] = json!("push.example.com");
        }
        match self.random.u32(0..10) {
            0 if can_drop => operation["action"] = json!("drop"),
            1 if vendor == "jd" => {
                operation["action"] = json!("forbid");
                operation["permanent"] = json!(true);
            }
            0..=5 => {
                operation["action"] = json!("forbid");
                operation["for"] = json!(format!("{}h", self.random.u32(1..12)));
            }
            _ => operation["action"] = json!(lift),
        }
        operation
    }

    /// Runs some operations as one run; returns its id and how many they were.
    fn run(&mut self, run: usize, most: usize, is_recorded: bool) -> (String, usize) {
        let mut targets = self.targets();
        self.random.shuffle(&mut targets);
        targets.truncate(self.random.usize(1..=most.min(3)));
        let operations: Vec<_> =
            targets.iter().map(|(vendor, target)| self.operation(vendor, target)).collect();
        let input: Vec<_> = operations.iter().map(Value::to_string).collect();
        let memory = if is_recorded { "" } else { " --no-log" };
        let line = format!("apply - -o json -p {}{memory}", self.profile);
        let output = self.served.home.run_with_input(&line, input.join("\n"));
        self.lines.push(format!("{line}\n{}\n{:?}", input.join("\n"), output.stderr));
        for result in output.results().iter().filter(|result| result["outcome"] == "applied") {
            let text = |name: &str| result["operation"][name].as_str().unwrap().to_owned();
            let (action, target) = (text("action"), text("target"));
            self.applied.push(Applied { run, action, target, is_recorded });
        }
        (output.json()["run"].as_str().unwrap_or_default().to_owned(), operations.len())
    }

    /// The states of all targets.
    fn states(&self) -> BTreeMap<String, SandboxState> {
        let state = self.served.state();
        let ban_of = |(vendor, target): &(&'static str, String)| {
            let (kind, name) = match *vendor {
                "jd" => ("stream", target.trim_start_matches("live/")),
                _ => ("channel", &**target),
            };
            let bans = state[vendor]["forbidden"].as_array().unwrap();
            match bans.iter().find(|ban| ban[kind] == name).map(|ban| ban["until"].as_str()) {
                None => SandboxState::Allowed,
                Some(None) => SandboxState::Permanent,
                Some(Some(end)) => SandboxState::Until(end.parse().unwrap()),
            }
        };
        let targets = self.targets();
        let states = targets.iter().map(|target| match &*target.1 {
            domain if domain.ends_with(DOMAIN) => {
                (domain.to_owned(), SandboxState::Timeout(state["jd"]["timeouts"][domain].as_u64()))
            }
            name => (name.to_owned(), ban_of(target)),
        });
        states.collect()
    }

    /// The rows of an undo, by target.
    fn undo(&mut self, run: &str) -> (String, BTreeMap<String, String>) {
        let output = self.served.home.run_json(&format!("undo {run}"));
        self.lines.push(format!("undo {run}\n{output:?}"));
        let row = |result: &Value| {
            (result["operation"]["target"].as_str().unwrap().to_owned(), outcome(result))
        };
        let rows = output.results().iter().map(row).collect();
        (output.json()["run"].as_str().unwrap_or_default().to_owned(), rows)
    }

    /// Makes the history, undoes one run of it, and then the undo; returns the outcomes that came.
    fn check(&mut self) -> BTreeSet<String> {
        let undone = self.random.usize(0..3);
        let (mut id, mut before) = (String::new(), BTreeMap::new());
        let mut left = LONGEST;
        for run in 0..=undone + self.random.usize(0..3) {
            if left == 0 {
                break;
            }
            // Of what nobody recorded before the run, no undo can know.
            let is_recorded = run <= undone || self.random.u32(0..3) > 0;
            let states = self.states();
            let (named, operations) = self.run(run, left, is_recorded);
            left -= operations;
            if run == undone {
                (id, before) = (named, states);
            }
        }
        if self.applied.iter().all(|applied| applied.run != undone) {
            return BTreeSet::new();
        }
        let changed = self.states();
        let (undo, rows) = self.undo(&id);
        let restored = self.states();
        let own = self.applied.iter().filter(|applied| applied.run == undone);
        let own: BTreeSet<_> = own.map(|applied| &applied.target).collect();
        assert_eq!(rows.keys().collect::<BTreeSet<_>>(), own, "{}", self.lines.join("\n\n"));
        for (target, row) in &rows {
            let states = [before[target], changed[target], restored[target]];
            self.check_row(undone, target, row, states);
        }
        let applied = rows.iter().filter(|(_, row)| *row == "applied").map(|(target, _)| target);
        let applied: Vec<_> = applied.cloned().collect();
        if !applied.is_empty() {
            self.check_redo(&undo, &applied, &changed);
        }
        rows.into_values().collect()
    }

    /// Checks what the undo of a run did with a target, from its states before the run, before the undo and after it.
    fn check_row(&self, undone: usize, target: &str, row: &str, states: [SandboxState; 3]) {
        let [before, changed, restored] = states;
        let lines = self.lines.join("\n\n");
        let story = format!("seed {}: {target} {row} {states:?}: {lines}", self.seed);
        let of_target = self.applied.iter().filter(|applied| applied.target == target);
        let own = of_target.clone().find(|applied| applied.run == undone).unwrap();
        let mut earlier = of_target.clone().filter(|applied| applied.run < undone);
        let is_known = own.action == "forbid" || earlier.any(|applied| applied.action != "drop");
        let can_be_undone = own.action != "drop" && is_known;
        let mut later = of_target.filter(|applied| applied.run > undone).peekable();
        let is_changed = later.peek().is_some();
        let is_recorded_later = later.any(|applied| applied.is_recorded);
        match row {
            "applied" | "skipped done_before" => {
                // A run that set what already held needs no undo, whatever somebody has done since.
                let needs_none = row != "applied" && is_changed;
                assert!(needs_none || restored.is_about(before), "{story}");
                assert!(can_be_undone && !is_recorded_later, "{story}");
            }
            "skipped changed" => assert!(is_changed, "{story}"),
            "skipped no_inverse" => assert!(!can_be_undone, "{story}"),
            _ => panic!("{story}"),
        }
        assert!(row == "applied" || restored == changed, "{story}");
    }

    /// Undoes the undo: it leaves these targets as they were before it, where the records tell all.
    fn check_redo(
        &mut self,
        undo: &str,
        targets: &[String],
        changed: &BTreeMap<String, SandboxState>,
    ) {
        let (_, rows) = self.undo(undo);
        let redone = self.states();
        for target in targets {
            let of_target = self.applied.iter().filter(|applied| applied.target == *target);
            if of_target.clone().all(|applied| applied.is_recorded) {
                let story = || format!("seed {}: {target}: {}", self.seed, self.lines.join("\n\n"));
                assert_eq!(rows[target], "applied", "{}", story());
                assert!(redone[target].is_about(changed[target]), "{}", story());
            }
        }
    }
}

#[test]
fn undo_restores_what_held_before_random_runs() {
    let served = ServedSandbox::remembered();
    let mut seen = BTreeSet::new();
    for seed in 0..HISTORIES {
        seen.append(&mut RandomHistory::new(&served, seed).check());
    }
    // Each rule was tested.
    let all = ["applied", "skipped changed", "skipped done_before", "skipped no_inverse"];
    assert_eq!(seen.iter().collect::<Vec<_>>(), all);
}
