//! The results of one run, as they are recorded, and the targets that have none.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use hashbrown::HashMap;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::api::spec::Vendors;
use crate::log::file::read_records;
use crate::log::filter::RecordFilter;
use crate::log::ledger::TargetKey;
use crate::log::record::{LogLine, LogRecord, OperationFields};
use crate::outcome::effect::Effect;
use crate::output::run_id::RunId;

/// Which records of a file show what became of a run's targets.
#[derive(Default)]
struct ResultIndex {
    /// Results that a later one amends, by the number of their record.
    amended: HashSet<u32>,
    /// Intents without a result.
    lost: HashSet<u32>,
}

/// The parts of a line that are printed.
#[derive(Deserialize)]
struct ResultRecord<'a> {
    #[serde(borrow)]
    operation: &'a RawValue,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    profile: Option<&'a RawValue>,
    at: String,
    attempt: u32,
}

/// Gives each result of the run to `visit`, in the order in which they were recorded; returns remarks on what could not be
/// read.
// A run may have a million results. They are not kept: the file is read once to learn which records count, and once more to
// print them.
pub fn read_results(
    path: &Path,
    run: &RunId,
    vendors: Vendors,
    visit: &mut dyn FnMut(&str),
) -> Vec<String> {
    let (index, notes) = index(path, run, vendors);
    let mut number = 0;
    read_records(path, &mut |text, line| {
        number += 1;
        let is_result = matches!(line.record, LogRecord::Result(..));
        let is_printed =
            is_result && !index.amended.contains(&number) || index.lost.contains(&number);
        if line.run == *run
            && is_printed
            && let Ok(record) = serde_json::from_slice(text)
        {
            visit(&result_text(&record, &line, vendors));
        }
    });
    notes
}

fn index(path: &Path, run: &RunId, vendors: Vendors) -> (ResultIndex, Vec<String>) {
    let hasher = RandomState::new();
    let key = |operation: &OperationFields<'_>| hasher.hash_one(TargetKey::of(vendors, operation));
    let mut index = ResultIndex::default();
    let mut open: HashMap<u64, u32> = HashMap::new();
    let mut last: HashMap<u64, u32> = HashMap::new();
    let mut number = 0;
    let notes = read_records(path, &mut |_, line| {
        number += 1;
        match line.record {
            _ if line.run != *run => {}
            // A first attempt while another is open: the run that left that one was killed.
            LogRecord::Intent(operation, 1) => {
                index.lost.extend(open.insert(key(&operation), number));
            }
            LogRecord::Intent(operation, _) => {
                open.entry(key(&operation)).or_insert(number);
            }
            LogRecord::Result(operation, attempts, _) => {
                let key = key(&operation);
                let was_open = open.remove(&key).is_some();
                let earlier = last.insert(key, number);
                let changes = operation.effect(vendors) != Some(Effect::None);
                index.amended.extend(earlier.filter(|_| !was_open && attempts > 0 && changes));
            }
            LogRecord::Run(_) | LogRecord::End(_) => {}
        }
    });
    index.lost.extend(open.into_values());
    (index, notes)
}

/// The result as it is recorded; of a target without one, that it is unknown.
fn result_text(record: &ResultRecord<'_>, line: &LogLine<'_>, vendors: Vendors) -> String {
    if let Some(result) = record.result {
        return result.get().to_owned();
    }
    let effect = match &line.record {
        LogRecord::Intent(operation, _) => operation.effect(vendors),
        _ => None,
    };
    let error = json!({
        "kind": "interrupted",
        "message": "the run ended before the vendor's answer was recorded",
        "hint": null,
        "again": effect.is_some_and(Effect::is_repeatable),
    });
    let ResultRecord { at, attempt, .. } = record;
    let (operation, run) = (record.operation.get(), &line.run);
    let profile = record.profile.map_or("null", RawValue::get);
    format!(
        "{{\"ok\":false,\"outcome\":\"unknown\",\"operation\":{operation},\"run\":\"{run}\",\"profile\":{profile},\"attempts\":{attempt},\"started_at\":\"{at}\",\"error\":{error}}}"
    )
}

/// The parts of a result that it is chosen by.
#[derive(Deserialize)]
struct ResultTarget<'a> {
    ok: bool,
    #[serde(borrow)]
    operation: OperationFields<'a>,
}

/// Whether the filter lets a result pass.
#[must_use]
pub fn passes(text: &str, filter: &RecordFilter) -> bool {
    filter.is_open()
        || serde_json::from_str(text)
            .is_ok_and(|result: ResultTarget<'_>| filter.passes(&result.operation))
}

/// The operation of a result that is ok.
#[must_use]
pub fn ok_operation(text: &str) -> Option<OperationFields<'_>> {
    let result: ResultTarget<'_> = serde_json::from_str(text).ok()?;
    result.ok.then_some(result.operation)
}
