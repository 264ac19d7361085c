//! Patterns of protected targets, `VENDOR:PATTERN`: how one is read and which targets it matches.
//!
//! This file does not know where a pattern is written or what a run plans; [`Policy`](super::rules::Policy) does.

use std::fmt;

use crate::text::{is_deceptive, visible};

/// A pattern of targets at one vendor, or at all of them. `*` matches any run of characters, `/` included; `?` matches one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// `None` for `*`.
    vendor: Option<Box<str>>,
    glob: Box<str>,
}

/// The names under which a target is known, which patterns are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetForms<'a> {
    /// The vendor's name in commands and files.
    pub vendor: &'a str,
    /// The host name that the stream is pushed to, where the operation or the profile names one.
    pub domain: Option<&'a str>,
    /// The application, where the vendor has one.
    pub app: Option<&'a str>,
    /// The stream, channel or request; empty where a whole domain is the target.
    pub name: &'a str,
    /// How far an operation on the target reaches.
    pub reach: Reach,
}

/// How far an operation on a target reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The stream of that name at its domain and application.
    Stream,
    /// Every stream of that name, at all domains of the account.
    // A ban at Tencent.
    Name,
    /// The stream of that name and application, whatever domain is named.
    // A cut at Volcengine, whose API takes the space of a stream (`vhost`) and no domain.
    AnyDomain,
    /// A whole domain.
    Domain,
}

impl Pattern {
    /// Reads `VENDOR:PATTERN`, the vendor one of `vendors` or `*`.
    pub fn parse(text: &str, vendors: &[&str]) -> Result<Self, String> {
        let refuse =
            |what: &str| format!("{what}; the vendors are {}, and `*` is all", vendors.join(", "));
        let (word, glob) =
            text.split_once(':').ok_or_else(|| refuse("a pattern is written VENDOR:PATTERN"))?;
        let mut known = vendors.iter().filter(|vendor| vendor.eq_ignore_ascii_case(word));
        let vendor = known.next().map(|vendor| Box::from(*vendor));
        if vendor.is_none() && word != "*" {
            return Err(refuse(&format!("`{word}` is no vendor")));
        }
        check_glob(glob)?;
        Ok(Self { vendor, glob: glob.into() })
    }

    /// Whether it matches the target under one of its names.
    #[must_use]
    pub fn matches(&self, target: &TargetForms<'_>) -> bool {
        if self.vendor.as_deref().is_some_and(|vendor| vendor != target.vendor) {
            return false;
        }
        let last = self.glob.rsplit('/').next().unwrap_or_default();
        let has_slash = last.len() < self.glob.len();
        match target.reach {
            // Only a pattern without `/` can mean a whole domain: any other means streams of it.
            Reach::Domain => {
                let domain = target.domain.unwrap_or_default();
                !has_slash && glob_matches(&self.glob, domain, domain.len())
            }
            Reach::Stream => self.matches_a_form(target),
            Reach::AnyDomain => self.matches_a_form(target) || self.matches_at_a_domain(target),
            // The ban holds on every domain, so the domain and the application of a pattern are not compared.
            Reach::Name if !has_slash => glob_matches(last, target.name, 0),
            // `live/*` means every stream of the application; without a domain and an application it would mean every stream.
            Reach::Name if last.bytes().all(|byte| byte == b'*') => self.matches_a_form(target),
            Reach::Name => {
                glob_matches(last, target.name, 0) || glob_matches(&self.glob, target.name, 0)
            }
        }
    }

    /// Whether it matches `NAME`, `APP/NAME` or `DOMAIN/APP/NAME`.
    fn matches_a_form(&self, target: &TargetForms<'_>) -> bool {
        if glob_matches(&self.glob, target.name, 0) {
            return true;
        }
        let Some(app) = target.app else { return false };
        let short = format!("{app}/{}", target.name);
        glob_matches(&self.glob, &short, 0)
            || target.domain.is_some_and(|domain| {
                glob_matches(&self.glob, &format!("{domain}/{short}"), domain.len())
            })
    }

    /// Whether it matches `DOMAIN/APP/NAME` at any domain, by a name and not by `*` alone.
    fn matches_at_a_domain(&self, target: &TargetForms<'_>) -> bool {
        let path = format!("/{}/{}", target.app.unwrap_or_default(), target.name);
        let ends = self.glob.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.take_while(|end| !self.glob[..*end].contains('/')).any(|end| {
            // A `*` that the domain begins with may go on behind it.
            let goes_on = self.glob[..end].ends_with('*');
            let rest = &self.glob[end - usize::from(goes_on)..];
            let last = rest.rsplit('/').next().unwrap_or_default();
            // `push.example.com/live/*` means that domain alone.
            last.bytes().any(|byte| byte != b'*') && glob_matches(rest, &path, 0)
        })
    }

    /// Whether it matches every target of its vendor.
    #[must_use]
    pub fn matches_everything(&self) -> bool {
        let count = |wanted: char| self.glob.chars().filter(|c| *c == wanted).count();
        count('*') > 0 && count('?') <= 1 && self.glob.chars().all(|c| "*?".contains(c))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.vendor.as_deref().unwrap_or("*"), visible(&self.glob))
    }
}

/// Refuses what is surely a mistake.
// A pattern that matches nothing protects nothing, and nothing would show that.
fn check_glob(glob: &str) -> Result<(), String> {
    if glob.is_empty() {
        return Err("the pattern after the colon is empty; `*` matches every target".into());
    }
    if let Some(c) = glob.chars().find(|c| is_deceptive(*c)) {
        let shown = c.escape_unicode();
        return Err(format!("it holds the invisible character {shown}; `?` matches any character"));
    }
    if glob.trim() != glob {
        return Err("it has leading or trailing whitespace".into());
    }
    if glob.contains("://") {
        return Err("it is a URL; a pattern is NAME, APP/NAME or DOMAIN/APP/NAME".into());
    }
    Ok(())
}

/// Whether the pattern matches the whole text, of which the first `domain` bytes are a host name: there case is ignored.
// A `*` is first taken to match nothing, and one character more each time that the rest fails. Only the last `*` is ever
// taken back, so that the time stays within the product of both lengths.
fn glob_matches(glob: &str, text: &str, domain: usize) -> bool {
    let (mut in_glob, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text[in_text..].chars().next() {
        match glob[in_glob..].chars().next() {
            Some('*') => {
                in_glob += 1;
                star = Some((in_glob, in_text));
            }
            Some(p) if p == '?' || is_same(p, c, in_text < domain) => {
                in_glob += p.len_utf8();
                in_text += c.len_utf8();
            }
            Some(_) | None => {
                let Some((after, from)) = star else { return false };
                let next = from + text[from..].chars().next().map_or(1, char::len_utf8);
                star = Some((after, next));
                (in_glob, in_text) = (after, next);
            }
        }
    }
    glob[in_glob..].bytes().all(|byte| byte == b'*')
}

// Host names are compared without regard to case, names of streams never: `CAM1` is another stream.
fn is_same(one: char, other: char, ignores_case: bool) -> bool {
    one == other || ignores_case && one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests;
