//! Plans one line of an input that is read as it comes: the checks of a [`Planner`], without those of a run as a whole.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::{Deserializer, Map, Value};

use crate::api::operation::Operation;
use crate::api::operation_input::{OPERATION_KEYS, OperationInput};
use crate::input::jsonl::json_problem;
use crate::input::lines::InputLine;
use crate::input::plan::Planner;
use crate::input::wrapping::masked;
use crate::secret::redact::urls;
use crate::text::visible;
use crate::time::Timestamp;

/// Why a line is no operation.
#[derive(Debug, PartialEq, Eq)]
pub struct BadLine {
    /// What is wrong, in one line.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

impl Planner<'_> {
    /// Reads a line of JSON as an operation, its relative times counted from now.
    pub fn plan_line(
        &mut self,
        text: &str,
        line: u64,
        now: Timestamp,
    ) -> Result<Box<dyn Operation>, BadLine> {
        self.context.now = now;
        self.context.words.trim();
        let read = if text.trim_start().starts_with('{') {
            self.input(text).map_err(|error| json_problem(&error))
        } else {
            // Serde would take an array for the values of an object in order.
            Err("it is not a JSON object".to_owned())
        };
        match read {
            Ok(input) => self.check_line(&input, line),
            Err(what) => {
                Err(BadLine { message: format!("line {line}: {}", visible(&what)), hint: None })
            }
        }
    }

    fn check_line(
        &mut self,
        input: &OperationInput<'_>,
        line: u64,
    ) -> Result<Box<dyn Operation>, BadLine> {
        let operation = self.check(input, InputLine::Line(line));
        let foreign = std::mem::take(&mut self.foreign);
        let problems = std::mem::take(&mut self.problems);
        if let Some(operation) = operation {
            return Ok(operation);
        }
        if !foreign.is_empty() {
            let what = foreign.message_of_line(&self.context.profile);
            return Err(BadLine { message: format!("line {line}: {what}"), hint: None });
        }
        let exact = "if the stream is really called so: --exact";
        let hint = problems.has_wrapped.then(|| exact.to_owned());
        Err(BadLine { message: urls(&problems.into_text()).into_owned(), hint })
    }

    /// As much of a bad line as can be read: its known keys that have a text, a number or a truth value.
    #[must_use]
    pub fn readable(&self, text: &str) -> Map<String, Value> {
        let mut object = Map::new();
        // What follows a fault cannot be read; the id, which the sender waits for, may be before it.
        let _ = Deserializer::from_str(text).deserialize_map(PartialObject(&mut object));
        let is_known =
            |key: &String| OPERATION_KEYS.iter().chain(self.params()).any(|known| known == key);
        let readable = |(key, value): (String, Value)| {
            let shown = match value {
                Value::String(text) if key == "target" => masked(&text).into(),
                Value::String(text) => urls(&text).into_owned().into(),
                value @ (Value::Number(_) | Value::Bool(_)) => value,
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            Some((key, shown))
        };
        object.into_iter().filter(|(key, _)| is_known(key)).filter_map(readable).collect()
    }
}

/// The members of an object up to the first that cannot be read.
struct PartialObject<'m>(&'m mut Map<String, Value>);

impl<'de> Visitor<'de> for PartialObject<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some((key, value)) = members.next_entry()? {
            self.0.insert(key, value);
        }
        Ok(())
    }
}
