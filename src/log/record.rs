//! One line of a journal as the memory reads it: only what follows from it, and nothing that a later version may add.

use std::borrow::Cow;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;

use crate::api::spec::Vendors;
use crate::journal::record::SCHEMA;
use crate::journal::run_record::RunRecord;
use crate::log::change::{BanEnd, ChangeEffect, TargetState};
use crate::outcome::effect::Effect;
use crate::output::run_id::RunId;
use crate::time::{self, Timestamp};

/// A line of a journal.
#[derive(Debug)]
pub struct LogLine<'a> {
    /// When it was written.
    pub at: Timestamp,
    /// The run.
    pub run: RunId,
    /// Whether the line names its run; those of a journal from before runs had ids do not, and are of one run.
    pub is_named: bool,
    /// The profile; `None` for the environment alone.
    pub profile: Option<Cow<'a, str>>,
    /// What it records.
    pub record: LogRecord<'a>,
}

/// What a line records.
#[derive(Debug)]
pub enum LogRecord<'a> {
    /// A run begins.
    Run(Box<RunRecord>),
    /// A request is about to leave, for the attempt of this number.
    Intent(Box<OperationFields<'a>>, u32),
    /// A target has settled, after this many attempts.
    Result(Box<OperationFields<'a>>, u32, ResultFields<'a>),
    /// The run has ended, with this exit code.
    End(u8),
}

/// An operation as it was sent.
// Other keys are passed over: a later version may add some.
#[derive(Debug, Default, Deserialize)]
pub struct OperationFields<'a> {
    /// The vendor's word.
    // Empty, as the two that follow, where the line of the run was no operation: its result is recorded all the same.
    #[serde(borrow, default)]
    pub vendor: Cow<'a, str>,
    /// The action's word.
    #[serde(borrow, default)]
    pub action: Cow<'a, str>,
    /// The target.
    #[serde(borrow, default)]
    pub target: Cow<'a, str>,
    /// The domain that was used.
    pub domain: Option<Cow<'a, str>>,
    /// The application that was used.
    pub app: Option<Cow<'a, str>>,
    until: Option<Cow<'a, str>>,
    #[serde(rename = "for")]
    length: Option<Cow<'a, str>>,
    #[serde(default)]
    permanent: Value,
    #[serde(default)]
    seconds: Value,
    /// Why.
    pub reason: Option<Cow<'a, str>>,
}

/// The parts of a result that something follows from.
#[derive(Debug, Deserialize)]
pub struct ResultFields<'a> {
    /// Nothing is left to do.
    #[serde(default)]
    pub ok: bool,
    /// The outcome's word.
    #[serde(borrow)]
    pub outcome: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawLine<'a> {
    #[serde(borrow)]
    schema: Cow<'a, str>,
    #[serde(borrow)]
    record: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    run: Option<Cow<'a, str>>,
    profile: Option<Cow<'a, str>>,
    #[serde(borrow)]
    operation: Option<OperationFields<'a>>,
    attempt: Option<u32>,
    #[serde(borrow)]
    result: Option<ResultFields<'a>>,
    exit: Option<u8>,
}

impl<'a> LogLine<'a> {
    /// Reads a line; `None` when it is no record. `unnamed` is the run of the file's records that name none, once there is one.
    pub fn parse(line: &'a [u8], unnamed: &mut Option<RunId>) -> Option<Self> {
        let raw: RawLine<'a> = serde_json::from_slice(line).ok()?;
        if raw.schema != SCHEMA {
            return None;
        }
        let record = match (&*raw.record, raw.operation, raw.attempt, raw.result) {
            ("intent", Some(operation), Some(attempt), None) => {
                LogRecord::Intent(Box::new(operation), attempt)
            }
            ("result", Some(operation), Some(attempts), Some(result)) => {
                LogRecord::Result(Box::new(operation), attempts, result)
            }
            ("run", ..) => LogRecord::Run(Box::new(serde_json::from_slice(line).ok()?)),
            ("end", ..) => LogRecord::End(raw.exit?),
            _ => return None,
        };
        let at = DateTime::parse_from_rfc3339(&raw.at).ok()?.to_utc();
        let is_named = raw.run.is_some();
        let run = match raw.run {
            Some(id) => RunId::parse(&id)?,
            None => unnamed
                .get_or_insert_with(|| RunId::of_old_journal(at, &String::from_utf8_lossy(line)))
                .clone(),
        };
        Some(Self { at, run, is_named, profile: raw.profile, record })
    }
}

impl OperationFields<'_> {
    /// What the operation does; `None` for one that this version does not know.
    #[must_use]
    pub fn effect(&self, vendors: Vendors) -> Option<Effect> {
        let mut operations = vendors.operations();
        let spec = operations
            .find(|spec| spec.vendor.as_str() == self.vendor && spec.name == self.action)?;
        Some(spec.effect)
    }

    /// What it does to its target, heard by the vendor at this moment; `None` where it only looks.
    // JD counts a length from when it hears of it, so that the record of an answer gives the end and that of an intent a guess.
    #[must_use]
    pub fn change(&self, vendors: Vendors, heard: Timestamp) -> Option<ChangeEffect> {
        let state = match self.effect(vendors) {
            Some(Effect::None) => return None,
            Some(Effect::OnAir) => TargetState::Allowed,
            Some(Effect::OffAir) => TargetState::Banned(self.end(heard)),
            Some(Effect::DomainSetting) => match self.seconds() {
                Some(seconds) => TargetState::Setting(seconds),
                None => return Some(ChangeEffect::Momentary),
            },
            // One of a later version may have changed anything, which nothing here could put back.
            Some(Effect::CutOnce | Effect::ModerationEnded) | None => {
                return Some(ChangeEffect::Momentary);
            }
        };
        Some(ChangeEffect::Sets(state))
    }

    fn end(&self, heard: Timestamp) -> BanEnd {
        let until = self.until.as_deref().and_then(|moment| time::moment_at(moment).ok());
        let after = || {
            let length = time::duration(self.length.as_deref()?).ok()?;
            heard.checked_add_signed(chrono::TimeDelta::from_std(length).ok()?)
        };
        match until.or_else(after) {
            Some(end) if self.permanent != Value::Bool(true) => BanEnd::At(end),
            Some(_) | None => BanEnd::Never,
        }
    }

    fn seconds(&self) -> Option<u64> {
        self.seconds.as_u64().or_else(|| self.seconds.as_str()?.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;

    const AT: &str = "2026-11-21T10:00:00.500Z";

    fn at() -> Timestamp {
        AT.parse().unwrap()
    }

    fn change(operation: &str) -> Option<ChangeEffect> {
        let line = format!(
            r#"{{"schema":"livectl-journal/1","record":"intent","at":"{AT}","profile":null,"asked":{{}},"operation":{{{operation}}},"attempt":1,"result":null}}"#
        );
        let LogRecord::Intent(operation, 1) =
            LogLine::parse(line.as_bytes(), &mut None).unwrap().record
        else {
            panic!("no intent");
        };
        operation.change(VENDORS, at())
    }

    #[test]
    fn operation_reports_its_setting() {
        let banned = |end| Some(ChangeEffect::Sets(TargetState::Banned(end)));
        let until = |text: &str| banned(BanEnd::At(text.parse().unwrap()));
        for (operation, expected) in [
            (
                r#""vendor":"tencent","action":"forbid","target":"a","until":"2026-11-21T12:00:00Z""#,
                until("2026-11-21T12:00:00Z"),
            ),
            (
                r#""vendor":"jd","action":"forbid","target":"live/a","domain":"a.cn","for":"30m""#,
                until("2026-11-21T10:30:00.500Z"),
            ),
            (
                r#""vendor":"jd","action":"forbid","target":"live/a","domain":"a.cn","permanent":true"#,
                banned(BanEnd::Never),
            ),
            (
                r#""vendor":"jd","action":"permit","target":"live/a","domain":"a.cn""#,
                Some(ChangeEffect::Sets(TargetState::Allowed)),
            ),
            (
                r#""vendor":"jd","action":"timeout","target":"a.cn","seconds":30"#,
                Some(ChangeEffect::Sets(TargetState::Setting(30))),
            ),
            (r#""vendor":"jd","action":"drop","target":"live/a""#, Some(ChangeEffect::Momentary)),
            (
                r#""vendor":"shumei","action":"close","target":"r","audio":true"#,
                Some(ChangeEffect::Momentary),
            ),
            (r#""vendor":"tencent","action":"status","target":"a""#, None),
            (r#""vendor":"later","action":"freeze","target":"a""#, Some(ChangeEffect::Momentary)),
        ] {
            assert_eq!(change(operation), expected, "{operation}");
        }
    }

    #[test]
    fn run_and_end_are_read() {
        let run = r#"{"schema":"livectl-journal/1","record":"run","at":"2026-11-21T10:00:00.500Z","run":"20261121T100000Z-7k2m","by":{"user":"op","sudo_user":null,"host":"h","pid":7},"version":"0.2.0","command":"livectl tencent forbid a","config":"/c","profile":"prod","accounts":{"tencent":{"api":"legacy","endpoint":"http://e","id":"1"}},"undoes":null,"later":1}"#;
        let line = LogLine::parse(run.as_bytes(), &mut None).unwrap();
        assert_eq!(line.run.short(), "7k2m");
        assert_eq!(line.at, at());
        let LogRecord::Run(record) = line.record else { panic!("no run") };
        assert_eq!(record.by.pid, 7);
        assert_eq!(record.accounts["tencent"].id.as_deref(), Some("1"));
        let end = r#"{"schema":"livectl-journal/1","record":"end","at":"2026-11-21T10:00:00.500Z","run":"20261121T100000Z-7k2m","exit":5}"#;
        let line = LogLine::parse(end.as_bytes(), &mut None).unwrap();
        assert!(matches!(line.record, LogRecord::End(5)));
    }

    #[test]
    fn other_lines_are_no_records() {
        for line in [
            "",
            "{}",
            "[]",
            r#"{"schema":"livectl/1","record":"end","at":"2026-11-21T10:00:00Z","exit":0}"#,
            r#"{"schema":"livectl-journal/1","record":"end","at":"2026-11-21T10:00:00Z"}"#,
            r#"{"schema":"livectl-journal/1","record":"end","at":"soon","exit":0}"#,
            r#"{"schema":"livectl-journal/1","record":"end","at":"2026-11-21T10:00:00Z","run":"x","exit":0}"#,
            r#"{"schema":"livectl-journal/1","record":"intent","at":"2026-11-21T10:00:00Z","attempt":1}"#,
            r#"{"schema":"livectl-journal/1","record":"else","at":"2026-11-21T10:00:00Z"}"#,
            r#"{"schema":"livectl-journal/1","record":"end","at":"2026-11-21T10:00:00Z","exit":0"#,
        ] {
            assert!(LogLine::parse(line.as_bytes(), &mut None).is_none(), "{line}");
        }
    }
}
