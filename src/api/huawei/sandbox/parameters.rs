//! The parameters of a request, in its query or as members of its body.

use crate::api::huawei::sandbox::refusal::{LiveRefusal, illegal};
use crate::sandbox::names::{is_foreign_domain, is_host_name, is_unknown};
use crate::sandbox::request::{JsonBody, PageQuery, query};
use crate::sandbox::simulator::SandboxRequest;
use crate::sandbox::stream_state::StreamKey;

/// The parameters of a request, of which each is known and there once.
#[derive(Debug)]
pub(super) struct LiveParameters(Vec<(String, String)>);

impl LiveParameters {
    /// Reads the query of a request that knows these.
    pub(super) fn of_query(request: &SandboxRequest, known: &[&str]) -> Result<Self, LiveRefusal> {
        Self::checked(query(request).map_err(illegal)?, known)
    }

    /// Reads the body of a request that knows these; all are texts.
    pub(super) fn of_body(request: &SandboxRequest, known: &[&str]) -> Result<Self, LiveRefusal> {
        let body = JsonBody::read(request).ok_or_else(|| illegal("the body is no JSON object"))?;
        let member = |(name, value): (&String, &serde_json::Value)| {
            let text = value.as_str().ok_or_else(|| illegal(format!("{name} is no text")))?;
            Ok((name.clone(), text.to_owned()))
        };
        Self::checked(body.members().map(member).collect::<Result<_, _>>()?, known)
    }

    fn checked(pairs: Vec<(String, String)>, known: &[&str]) -> Result<Self, LiveRefusal> {
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&&**name) {
                return Err(illegal(format!("{name} is no parameter of this request")));
            }
            if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(illegal(format!("{name} is there twice")));
            }
        }
        Ok(Self(pairs))
    }

    /// A text, where it is there and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| &**value)
    }

    /// A text that has to be there, of at most so many characters.
    fn required(&self, name: &str, longest: usize) -> Result<&str, LiveRefusal> {
        let text = self.text(name).ok_or_else(|| illegal(format!("{name} is mandatory")))?;
        if text.chars().count() > longest {
            return Err(illegal(format!("{name} has more than {longest} characters")));
        }
        Ok(text)
    }

    /// The stream that the parameters name, where the account has one of this name.
    pub(super) fn stream(&self) -> Result<StreamKey, LiveRefusal> {
        let domain = self.domain("domain")?;
        let (app, name) = (self.required("app_name", 128)?, self.required("stream_name", 512)?);
        if name == "*" {
            return Err(illegal("stream_name is not *"));
        }
        if is_unknown(name) {
            return Err(illegal("stream_name names no stream of this domain"));
        }
        Ok(StreamKey::new(domain, app, name))
    }

    /// A domain of this project.
    pub(super) fn domain(&self, name: &str) -> Result<&str, LiveRefusal> {
        let domain = self.required(name, 255)?;
        if is_foreign_domain(domain) || !is_host_name(domain) {
            return Err(illegal(format!("{name} is no domain of this project")));
        }
        Ok(domain)
    }

    /// The page that a number, counted from 0, and a size select.
    pub(super) fn page(&self) -> Result<PageQuery, LiveRefusal> {
        let number = self.number("page", 0, 0, usize::MAX - 1)? + 1;
        Ok(PageQuery { number, size: self.number("size", 10, 1, 100)? })
    }

    /// A number within a range, or its default.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        least: usize,
        most: usize,
    ) -> Result<usize, LiveRefusal> {
        let Some(digits) = self.text(name) else { return Ok(default) };
        let number = digits.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| illegal(format!("{name} is a number from {least} to {most}")))
    }
}
