//! [`Parameters`]: the texts that a request gives an action, in its query or in its JSON body.
//!
//! Owns what the clouds check alike. Which names and values an action takes is decided in the vendor's folder.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::sandbox::request::{query, within};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxCall, SandboxRequest};

/// A call whose parameters were read.
pub(crate) type ActionCall<'a> = SandboxCall<'a, Parameters>;

/// An action with the parameters that it knows.
pub(crate) struct SandboxAction {
    pub(crate) name: &'static str,
    /// The names of its parameters, divided by blanks.
    pub(crate) parameters: &'static str,
    pub(crate) perform: fn(&mut ActionCall) -> ActionResult,
}

/// How a vendor refuses parameters.
#[derive(Debug)]
pub(crate) struct ParameterRefusals {
    /// The code of a name or a value that the action does not take.
    pub(crate) invalid: &'static str,
    /// Refuses a request without the parameter of this name.
    pub(crate) missing: fn(&str) -> Refusal,
}

/// The parameters of one action, of which each is known and there once.
#[derive(Debug)]
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
    refusals: &'static ParameterRefusals,
}

impl Parameters {
    /// Takes these parameters of an action that knows those names.
    pub(crate) fn new(
        pairs: Vec<(String, String)>,
        known: &str,
        refusals: &'static ParameterRefusals,
    ) -> ActionResult<Self> {
        let parameters = Self { pairs, refusals };
        for (index, (name, _)) in parameters.pairs.iter().enumerate() {
            // The documents are silent here: a name that is misspelt or there twice shows, rather than have no effect.
            let problem = if known.split(' ').all(|known| known != name) {
                "is no parameter of this action"
            } else if parameters.pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                "is there twice"
            } else {
                continue;
            };
            return Err(parameters.invalid(format!("{name} {problem}")));
        }
        Ok(parameters)
    }

    /// Reads the query for an action that knows these parameters.
    pub(crate) fn of_query(
        request: &SandboxRequest,
        known: &str,
        refusals: &'static ParameterRefusals,
    ) -> ActionResult<Self> {
        let pairs = query(request).map_err(|message| Refusal::new(refusals.invalid, message))?;
        Self::new(pairs, known, refusals)
    }

    /// The refusal of a parameter.
    pub(crate) fn invalid(&self, message: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(self.refusals.invalid, message)
    }

    /// A text, where it is there.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// A text, where it is there and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|text| !text.is_empty())
    }

    /// A text that has to be there.
    pub(crate) fn required(&self, name: &str) -> ActionResult<&str> {
        self.text(name).ok_or_else(|| (self.refusals.missing)(name))
    }

    /// One of these words; the first where none is given.
    pub(crate) fn word(&self, name: &str, words: &[&'static str]) -> ActionResult<&'static str> {
        let Some(text) = self.text(name) else { return Ok(words[0]) };
        words
            .iter()
            .find(|word| **word == text)
            .copied()
            .ok_or_else(|| self.invalid(format!("{name} is one of {}", words.join(", "))))
    }

    /// A number within a range; one without a default has to be there.
    pub(crate) fn number(
        &self,
        name: &str,
        default: Option<usize>,
        range: RangeInclusive<usize>,
    ) -> ActionResult<usize> {
        let number = match (self.text(name), default) {
            (None, Some(default)) => return Ok(default),
            _ => self.required(name)?.parse().ok(),
        };
        within(name, number, range).map_err(|message| self.invalid(message))
    }
}
