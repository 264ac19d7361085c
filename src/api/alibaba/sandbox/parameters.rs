//! The parameters of an action, all of them in the query.

use std::ops::RangeInclusive;

use crate::api::alibaba::sandbox::refusal::RpcRefusal;
use crate::sandbox::request::query;
use crate::sandbox::simulator::{Refusal, SandboxRequest};

/// The parameters of one action, of which each is known and there once.
#[derive(Debug)]
pub(super) struct RpcParameters(Vec<(String, String)>);

impl RpcParameters {
    /// Reads the parameters of an action that knows these.
    pub(super) fn read(request: &SandboxRequest, known: &[&str]) -> Result<Self, RpcRefusal> {
        let pairs = query(request).map_err(|message| Refusal::new("InvalidParameter", message))?;
        for (index, (name, _)) in pairs.iter().enumerate() {
            let problem = if !known.contains(&&**name) {
                "is no parameter of this action"
            } else if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                "is there twice"
            } else {
                continue;
            };
            return Err(Refusal::new("InvalidParameter", format!("{name} {problem}")));
        }
        Ok(Self(pairs))
    }

    /// A text, where it is there and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| &**value)
    }

    /// A text that has to be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, RpcRefusal> {
        let missing = || Refusal::new("MissingParameter", format!("{name} is mandatory"));
        self.text(name).ok_or_else(missing)
    }

    /// One of these words; the first where none is given.
    pub(super) fn word(
        &self,
        name: &'static str,
        words: &[&'static str],
    ) -> Result<&'static str, RpcRefusal> {
        let Some(text) = self.text(name) else { return Ok(words[0]) };
        words.iter().find(|word| **word == text).copied().ok_or_else(|| {
            Refusal::new("InvalidParameter", format!("{name} is one of {}", words.join(", ")))
        })
    }

    /// A number within a range, or its default.
    pub(super) fn number(
        &self,
        name: &'static str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, RpcRefusal> {
        let Some(digits) = self.text(name) else { return Ok(default) };
        digits.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            let (least, most) = range.into_inner();
            Refusal::new("InvalidParameter", format!("{name} is a number from {least} to {most}"))
        })
    }
}
