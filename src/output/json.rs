//! `-o json` and `-o jsonl`: one document, or one result a line.

use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Renderer, RunInfo};
use crate::api::operation::Operation;
use crate::api::operation_json::OperationJson;
use crate::error::Error;
use crate::outcome::answer::{Code, JsonText, ListItem};
use crate::outcome::effect::Effect;
use crate::outcome::summary::Summary;
use crate::outcome::viewer::ViewerState;
use crate::outcome::{Outcome, Preview};
use crate::output::run_id::RunId;
use crate::text::is_deceptive;
use crate::time;

/// The `schema` of the document.
pub const SCHEMA: &str = "livectl/1";

/// One result, as `-o json` and `-o jsonl` print it and as a journal keeps it.
// The keys are in the order of the fields, and all are there: a script asks for `.code` without asking
// first whether it is there.
#[expect(clippy::option_option, reason = "a field that is null differs from one that is left out")]
#[derive(Serialize)]
pub struct ResultLine<'a, O> {
    ok: bool,
    outcome: &'static str,
    operation: O,
    effect: &'static str,
    run: Option<&'a str>,
    profile: Option<&'a str>,
    endpoint: Option<&'a str>,
    attempts: u32,
    http_status: Option<u16>,
    code: Option<&'a Code>,
    message: Option<&'a str>,
    started_at: Option<String>,
    elapsed_ms: Option<u64>,
    /// Left out of the memory's records.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Option<&'a JsonText>>,
    state: Option<&'a str>,
    /// Left out of them too.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Option<&'a [ListItem]>>,
    verified: Option<bool>,
    viewer: Option<&'static str>,
    off_after_ms: Option<u64>,
    held: Option<bool>,
    error: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

impl<'a> ResultLine<'a, OperationJson<'a>> {
    /// The result of an operation.
    #[must_use]
    pub fn new(info: &'a RunInfo, operation: &'a dyn Operation, outcome: &'a Outcome) -> Self {
        let sent = OperationJson::as_sent(operation, info.profile.as_deref());
        Self::of(info, operation, outcome, sent)
    }
}

impl<'a, O> ResultLine<'a, O> {
    /// The result of an operation, with the operation as it is sent.
    #[must_use]
    pub fn of(info: &'a RunInfo, operation: &dyn Operation, outcome: &'a Outcome, sent: O) -> Self {
        let spec = operation.spec();
        let request = operation.request(&[operation.target()]);
        let endpoint = info.vendor(spec.vendor).endpoint(&request).as_str();
        Self { endpoint: Some(endpoint), ..Self::unsent(info, spec.effect, outcome, sent) }
    }

    /// The result of a line that is not sent anywhere, with as much of its operation as could be read.
    #[must_use]
    pub fn unsent(info: &'a RunInfo, effect: Effect, outcome: &'a Outcome, sent: O) -> Self {
        let answer = &outcome.answer;
        Self {
            ok: outcome.is_ok(),
            outcome: outcome.status.as_str(),
            operation: sent,
            effect: effect.as_str(),
            run: info.id.as_ref().map(RunId::as_str),
            profile: info.profile.as_deref(),
            endpoint: None,
            attempts: outcome.attempts,
            http_status: answer.http_status,
            code: answer.code.as_ref(),
            message: answer.message.as_deref(),
            started_at: outcome.started_at.map(time::millis),
            elapsed_ms: outcome.elapsed.map(millis),
            response: Some(answer.response.as_ref()),
            state: answer.state.as_deref(),
            items: Some(answer.items.as_deref()),
            verified: answer.verified,
            viewer: outcome.viewer.map(ViewerState::as_str),
            off_after_ms: outcome.off_after.map(millis),
            held: outcome.held,
            error: outcome.fault.as_ref().map(|fault| {
                let again = outcome.may_succeed_later(effect);
                json!({"kind": fault.kind.as_str(), "message": fault.message, "hint": fault.hint, "again": again})
            }),
            request: outcome.preview.as_deref().map(request_json),
            line: None,
        }
    }

    /// The same with the number of its line.
    #[must_use]
    pub fn at(self, line: Option<u64>) -> Self {
        Self { line, ..self }
    }

    /// The same without what the vendor sent, which may be large.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { response: None, items: None, ..self }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn request_json(preview: &Preview) -> Value {
    let headers = preview.headers.iter();
    let headers: Map<_, _> =
        headers.map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    json!({"method": preview.method, "url": preview.url, "headers": headers, "body": preview.body})
}

/// The end of a text, where the serializer writes.
struct TextEnd<'a>(&'a mut Vec<u8>);

impl Write for TextEnd<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    // Most pieces are one quote, colon or comma. To copy each as a slice took 4,000 instructions of a line's 15,000.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Appends JSON in which characters that deceive the eye are escaped, and a line feed.
pub fn append_line(lines: &mut Vec<u8>, value: &impl Serialize) -> io::Result<()> {
    let start = lines.len();
    serde_json::to_writer(TextEnd(lines), value)?;
    let text = &lines[start..];
    // Inside strings the serializer escapes C0 itself; everything else that is not ASCII is in strings too.
    // Looking at all bytes first saves 15,000 instructions a row, a tenth of all, over looking at every character.
    let is_plain = text.is_ascii() && memchr::memchr(0x7f, text).is_none();
    if !is_plain {
        let escaped = escape_deceptive(str::from_utf8(text).map_err(io::Error::other)?);
        lines.truncate(start);
        lines.extend_from_slice(escaped.as_bytes());
    }
    lines.push(b'\n');
    Ok(())
}

/// JSON in which characters that deceive the eye are escaped, on one line.
pub fn to_line(value: &impl Serialize) -> io::Result<String> {
    let mut line = Vec::new();
    append_line(&mut line, value)?;
    line.pop();
    String::from_utf8(line).map_err(io::Error::other)
}

fn escape_deceptive(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 32);
    for c in text.chars() {
        if is_deceptive(c) {
            // As two units where the character is beyond the first 65,536: JSON has no longer escape.
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// The document for a run that could not start.
pub fn refusal(error: &Error) -> io::Result<String> {
    let error =
        json!({"kind": error.kind.as_str(), "message": error.to_string(), "hint": error.hint});
    let summary = summary(&Summary::default());
    to_line(
        &json!({"schema": SCHEMA, "ok": false, "error": error, "run": null, "summary": summary, "results": []}),
    )
}

fn summary(summary: &Summary) -> Value {
    json!({
        "total": summary.total(), "applied": summary.applied, "read": summary.read,
        "not_applied": summary.not_applied, "unknown": summary.unknown, "skipped": summary.skipped,
        "done_before": summary.done_before, "planned": summary.planned,
    })
}

/// `-o jsonl`: a result a line, as each settles.
pub struct Lines {
    info: Rc<RunInfo>,
    /// The line being printed.
    // Kept for the next: an allocation for each line took 3,000 instructions.
    line: Vec<u8>,
}

impl Lines {
    /// Ready for the first.
    #[must_use]
    pub fn new(info: Rc<RunInfo>) -> Self {
        Self { info, line: Vec::new() }
    }
}

impl Renderer for Lines {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        self.line.clear();
        let (operation, _) = self.info.row(row);
        append_line(&mut self.line, &ResultLine::new(&self.info, &*operation, &outcome))?;
        out.write_all(&self.line)
    }
}

/// `-o json`: one document, its results in the order of the input.
pub struct Document {
    info: Rc<RunInfo>,
    results: Vec<Option<Box<str>>>,
}

impl Document {
    /// Ready for the first.
    #[must_use]
    pub fn new(info: Rc<RunInfo>) -> Self {
        let results = vec![None; info.operations.len()];
        Self { info, results }
    }
}

impl Renderer for Document {
    fn settled(&mut self, _: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        let (operation, _) = self.info.row(row);
        let line = to_line(&ResultLine::new(&self.info, &*operation, &outcome))?;
        self.results[row] = Some(line.into());
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, counted: &Summary, exit_code: u8) -> io::Result<()> {
        let run = self.info.id.as_ref().map(|id| format!("\"{}\"", id.as_str()));
        let (ok, run) = (exit_code == 0, run.as_deref().unwrap_or("null"));
        writeln!(out, "{{\"schema\":\"{SCHEMA}\",\"ok\":{ok},\"error\":null,\"run\":{run},")?;
        write!(out, " \"summary\":{},\n \"results\":[", summary(counted))?;
        for (index, result) in self.results.drain(..).flatten().enumerate() {
            write!(out, "{}\n  {result}", if index == 0 { "" } else { "," })?;
        }
        writeln!(out, "]}}")
    }
}
