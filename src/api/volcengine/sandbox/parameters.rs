//! The parameters of an action: those of the query of a GET, or the members of the JSON body of a POST.

use std::ops::RangeInclusive;

use hyper::Method;

use crate::api::volcengine::sandbox::refusal::OpenApiRefusal;
use crate::sandbox::names::is_host_name;
use crate::sandbox::request::{JsonBody, query};
use crate::sandbox::simulator::{Refusal, SandboxRequest};

/// The parameters of one action, of which each is known and there once.
#[derive(Debug)]
pub(super) struct ActionParameters(Vec<(String, String)>);

impl ActionParameters {
    /// Reads the parameters of an action that knows these.
    pub(super) fn read(request: &SandboxRequest, known: &[&str]) -> Result<Self, OpenApiRefusal> {
        let queried = query(request).map_err(|message| Refusal::new("InvalidParam", message))?;
        let mut pairs: Vec<_> = queried
            .into_iter()
            .filter(|(name, _)| !["Action", "Version"].contains(&&**name))
            .collect();
        if request.method() == Method::POST {
            pairs.extend(members(request)?);
        }
        for (index, (name, _)) in pairs.iter().enumerate() {
            let problem = if !known.contains(&&**name) {
                "is no parameter of this action"
            } else if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                "is there twice"
            } else {
                continue;
            };
            return Err(Refusal::new("InvalidParam", format!("{name} {problem}")));
        }
        Ok(Self(pairs))
    }

    /// A text, where it is there and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| &**value)
    }

    /// A name of at most so many letters, digits, `_`, `-` and `.`.
    pub(super) fn name(
        &self,
        name: &'static str,
        longest: usize,
    ) -> Result<Option<&str>, OpenApiRefusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        if text.len() > longest || !text.bytes().all(is_plain) {
            let message = format!("{name} is not 1 to {longest} of A-Z, a-z, 0-9, _, - and .");
            return Err(Refusal::new("InvalidParam.Format", message));
        }
        Ok(Some(text))
    }

    /// A domain, or the space of one, which has its name here.
    pub(super) fn host(&self, name: &'static str) -> Result<Option<&str>, OpenApiRefusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        if is_host_name(text) {
            return Ok(Some(text));
        }
        Err(Refusal::new("InvalidParam.Format", format!("{name} is no host name")))
    }

    /// One of these words; the first where none is given.
    pub(super) fn word(
        &self,
        name: &'static str,
        words: &[&'static str],
    ) -> Result<&'static str, OpenApiRefusal> {
        let Some(text) = self.text(name) else { return Ok(words[0]) };
        words.iter().find(|word| **word == text).copied().ok_or_else(|| {
            Refusal::new("InvalidParam", format!("{name} is one of {}", words.join(", ")))
        })
    }

    /// A number within a range, which has to be there.
    pub(super) fn number(
        &self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<usize, OpenApiRefusal> {
        let digits = self.text(name).ok_or_else(|| missing(name))?;
        digits.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            let (least, most) = range.into_inner();
            Refusal::new("InvalidParam", format!("{name} is a number from {least} to {most}"))
        })
    }
}

/// The refusal of a request without this parameter.
pub(super) fn missing(name: &str) -> OpenApiRefusal {
    Refusal::new("MissingParameter", format!("The request is missing {name} parameter."))
}

/// The members of the body, all of them texts.
fn members(request: &SandboxRequest) -> Result<Vec<(String, String)>, OpenApiRefusal> {
    let unreadable = |message: String| Refusal::new("InvalidParam.BindError", message);
    let body = JsonBody::read(request)
        .ok_or_else(|| unreadable("the body is no JSON object".to_owned()))?;
    let text = |(name, value): (&String, &serde_json::Value)| {
        let text = value.as_str().ok_or_else(|| unreadable(format!("{name} is no text")))?;
        Ok((name.clone(), text.to_owned()))
    };
    body.members().map(text).collect()
}
