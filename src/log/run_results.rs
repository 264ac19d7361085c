//! `livectl log RUN`: the results of one run, as they are recorded, and the targets that have none.
//!
//! A run may have a million results. They are not kept: the file is read once to learn which records count, and once more to
//! print them.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

use hashbrown::HashMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::api::spec::Vendors;
use crate::log::file::read_records;
use crate::log::ledger::TargetKey;
use crate::log::overview::RecordFilter;
use crate::log::record::{LogLine, LogRecord, OperationFields};
use crate::log::run_list::rows_of;
use crate::outcome::effect::Effect;
use crate::outcome::fault::FaultKind;
use crate::output::cells::shown_settings;
use crate::output::csv::RESULT;
use crate::output::json;
use crate::output::run_id::RunId;
use crate::text::{json_text, visible};
use crate::time::{self, Timestamp};

/// Which records of a file tell what became of a run's targets.
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
pub fn read_results(
    path: &Path,
    run: &RunId,
    vendors: Vendors,
    visit: &mut dyn FnMut(&str),
) -> Vec<String> {
    let (index, notes) = index(path, run, vendors);
    let mut number = 0;
    let mut unnamed = None;
    read_records(path, &mut |text, line| {
        number += 1;
        if !is_of(run, &line, text, &mut unnamed) {
            return;
        }
        let is_result = matches!(line.record, LogRecord::Result(..));
        let is_printed =
            is_result && !index.amended.contains(&number) || index.lost.contains(&number);
        if let Some(record) = is_printed.then(|| serde_json::from_slice(text).ok()).flatten() {
            visit(&result_text(&record, run, &line, vendors));
        }
    });
    notes
}

/// Whether the line belongs to the run. The lines of an old journal name none, and are of one run.
fn is_of(run: &RunId, line: &LogLine<'_>, text: &[u8], unnamed: &mut Option<RunId>) -> bool {
    let id = line.run.as_ref().unwrap_or_else(|| {
        unnamed
            .get_or_insert_with(|| RunId::of_old_journal(line.at, &String::from_utf8_lossy(text)))
    });
    id == run
}

fn index(path: &Path, run: &RunId, vendors: Vendors) -> (ResultIndex, Vec<String>) {
    let hasher = RandomState::new();
    let key = |operation: &OperationFields<'_>| hasher.hash_one(TargetKey::of(vendors, operation));
    let mut index = ResultIndex::default();
    let mut open: HashMap<u64, u32> = HashMap::new();
    let mut last: HashMap<u64, u32> = HashMap::new();
    let (mut number, mut unnamed) = (0, None);
    let notes = read_records(path, &mut |text, line| {
        number += 1;
        if !is_of(run, &line, text, &mut unnamed) {
            return;
        }
        match line.record {
            LogRecord::Intent(operation, attempt) => {
                let killed = match open.entry(key(&operation)) {
                    hashbrown::hash_map::Entry::Occupied(mut place) if attempt == 1 => {
                        Some(place.insert(number))
                    }
                    hashbrown::hash_map::Entry::Occupied(_) => None,
                    hashbrown::hash_map::Entry::Vacant(place) => {
                        place.insert(number);
                        None
                    }
                };
                index.lost.extend(killed);
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
fn result_text(
    record: &ResultRecord<'_>,
    run: &RunId,
    line: &LogLine<'_>,
    vendors: Vendors,
) -> String {
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
    let profile = record.profile.map_or("null", RawValue::get);
    format!(
        "{{\"ok\":false,\"outcome\":\"unknown\",\"operation\":{},\"run\":\"{run}\",\"profile\":{profile},\"attempts\":{},\"started_at\":\"{}\",\"error\":{error}}}",
        record.operation.get(),
        record.attempt,
        record.at
    )
}

/// The operation's word, the target and what became of it, for people: times in this machine's zone.
fn row(result: &Value, now: Timestamp) -> [String; 4] {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let operation = &result["operation"];
    let detail = match &result["error"] {
        Value::Null => {
            let settings = operation.as_object().into_iter().flatten().filter(|(name, _)| {
                !["vendor", "action", "target", "profile"].contains(&name.as_str())
            });
            let settings = settings.map(|(name, value)| (name.as_str(), value)).collect();
            shown_settings(settings, now).collect::<Vec<_>>().join(", ")
        }
        error => fault_message(error, now),
    };
    let title = format!("{} {}", text(&operation["vendor"]), text(&operation["action"]));
    [text(&result["outcome"]), title, text(&operation["target"]), detail]
        .map(|cell| visible(&cell).into_owned())
}

/// The message of a fault. A vendor's message is printed unchanged.
fn fault_message(error: &Value, now: Timestamp) -> String {
    let message = error["message"].as_str().unwrap_or_default();
    let kind = FaultKind::VARIANTS.iter().find(|kind| error["kind"] == kind.as_str());
    match kind {
        Some(kind) if kind.has_own_moments() => time::localized(message, now),
        _ => message.to_owned(),
    }
}

/// Results as rows for people.
#[must_use]
pub fn table(results: &[Value], width: Option<usize>, now: Timestamp) -> String {
    let header = ["OUTCOME", "OPERATION", "TARGET", "DETAIL"].map(str::to_owned);
    let rows: Vec<_> =
        std::iter::once(header).chain(results.iter().map(|result| row(result, now))).collect();
    rows_of(&rows, width)
}

/// Results as rows for a spreadsheet: the columns of their operations, then those of the result.
pub fn csv(out: &mut dyn Write, results: &[Value]) -> io::Result<()> {
    let mut columns: Vec<&str> = Vec::new();
    for operation in results.iter().filter_map(|result| result.get("operation")?.as_object()) {
        for name in operation.keys() {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
    }
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(value) => json_text(value),
    };
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().copied().chain(RESULT))?;
    for result in results {
        let operation = columns.iter().map(|name| text(result["operation"].get(name)));
        let fault = &result["error"];
        // As in the rows of a run: the vendor's message, else that of the fault.
        let message = Some(&result["message"]).filter(|message| !message.is_null());
        let outcome = RESULT.into_iter().map(|column| match column {
            "result.kind" => text(fault.get("kind")),
            "result.message" => text(message.or(fault.get("message"))),
            column => text(result.get(column.trim_start_matches("result."))),
        });
        writer.write_record(operation.chain(outcome))?;
    }
    writer.flush()
}

/// A recorded result; null where it is none. A foreign journal may lack any of its members.
#[must_use]
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A recorded result, with deceptive characters escaped.
pub fn print_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => write!(out, "{}", json::to_line(&raw)?),
        Err(_) => Ok(()),
    }
}

/// A recorded result on a line of its own.
pub fn print_line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    print_text(out, text)?;
    writeln!(out)
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
