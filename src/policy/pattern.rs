//! Patterns of protected targets, `VENDOR:PATTERN`: how one is read and which targets it matches.
//!
//! This file does not know where a pattern is written or what a run plans; [`Policy`](super::Policy) does.

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
    /// Every stream of that name, at all domains of the account: a ban at Tencent.
    Name,
    /// The stream of that name and application, whatever domain is named: a cut at Volcengine.
    AnyDomain,
    /// A whole domain.
    Domain,
}

impl Pattern {
    /// Reads `VENDOR:PATTERN`, the vendor one of `vendors` or `*`.
    pub fn parse(text: &str, vendors: &[&str]) -> Result<Self, String> {
        let (vendor, glob) = text.split_once(':').ok_or_else(|| {
            format!(
                "a pattern is written VENDOR:PATTERN; the vendors are {}, and `*` is all",
                vendors.join(", ")
            )
        })?;
        let vendor = match vendor {
            "*" => None,
            word => Some(
                vendors
                    .iter()
                    .find(|vendor| vendor.eq_ignore_ascii_case(word))
                    .map(|vendor| Box::from(*vendor))
                    .ok_or_else(|| {
                        format!(
                            "`{word}` is no vendor; the vendors are {}, and `*` is all",
                            vendors.join(", ")
                        )
                    })?,
            ),
        };
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
            Reach::Domain => {
                let domain = target.domain.unwrap_or_default();
                !has_slash && glob_matches(&self.glob, domain, domain.len())
            }
            Reach::Stream => self.matches_a_form(target),
            Reach::AnyDomain => self.matches_a_form(target) || self.matches_at_a_domain(target),
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

/// Refuses what is surely a mistake, because a pattern that matches nothing protects nothing and nobody notices.
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
///
/// A `*` is first taken to match nothing, and one character more each time that the rest fails. Only the last `*` is ever
/// taken back, so that the time stays within the product of both lengths.
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

fn is_same(one: char, other: char, ignores_case: bool) -> bool {
    one == other || ignores_case && one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VENDORS: [&str; 2] = ["jd", "tencent"];

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text, &VENDORS).unwrap()
    }

    fn stream<'a>(domain: &'a str, app: &'a str, name: &'a str) -> TargetForms<'a> {
        TargetForms {
            vendor: "jd",
            domain: Some(domain),
            app: Some(app),
            name,
            reach: Reach::Stream,
        }
    }

    fn channel<'a>(domain: Option<&'a str>, name: &'a str) -> TargetForms<'a> {
        let app = domain.map(|_| "live");
        TargetForms { vendor: "tencent", domain, app, name, reach: Reach::Name }
    }

    #[test]
    fn stream_matches_each_of_its_forms() {
        let target = stream("push.example.com", "live", "cam1");
        for (text, is_hit) in [
            ("jd:cam1", true),
            ("jd:cam?", true),
            ("jd:live/cam1", true),
            ("jd:push.example.com/live/cam1", true),
            ("jd:PUSH.Example.com/live/cam1", true),
            ("jd:push.example.com/*", true),
            ("jd:*/cam1", true),
            ("jd:*EXAMPLE*cam1", true),
            ("*:*", true),
            ("JD:cam1", true),
            ("tencent:cam1", false),
            ("jd:CAM1", false),
            ("jd:Live/cam1", false),
            ("jd:push.example.com/Live/cam1", false),
            ("jd:push.example.com/LIVE*", false),
            ("jd:cam", false),
            ("jd:am1", false),
            ("jd:cam1?", false),
            ("jd:live", false),
            ("jd:push.example.com", false),
            ("jd:push.example.com/cam1", false),
        ] {
            assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
        }
    }

    #[test]
    fn name_with_a_slash_is_matched_whole() {
        let target = stream("a.cn", "live", "x/y");
        for (text, is_hit) in
            [("jd:x/y", true), ("jd:live/x/y", true), ("jd:y", false), ("jd:a.cn/live/*", true)]
        {
            assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
        }
        assert!(pattern("tencent:x/y").matches(&channel(None, "x/y")));
    }

    #[test]
    fn tencent_ban_is_matched_by_name() {
        let (legacy, v3) = (channel(None, "8888_gala"), channel(Some("a.cn"), "8888_gala"));
        for (text, is_legacy_hit, is_v3_hit) in [
            ("tencent:8888_gala", true, true),
            ("tencent:8888_*", true, true),
            ("tencent:other.cn/live/8888_gala", true, true),
            ("tencent:other.cn/app/8888_*", true, true),
            ("tencent:app/8888_gala", true, true),
            ("tencent:a.cn/live/*", false, true),
            ("tencent:A.CN/live/*", false, true),
            ("tencent:a.cn/live/**", false, true),
            ("tencent:a.cn/*", false, true),
            ("tencent:live/*", false, true),
            ("tencent:other.cn/live/*", false, false),
            ("tencent:a.cn*", false, false),
            ("tencent:8888_Gala", false, false),
            ("*:*", true, true),
        ] {
            let pattern = pattern(text);
            assert_eq!(pattern.matches(&legacy), is_legacy_hit, "{text} legacy");
            assert_eq!(pattern.matches(&v3), is_v3_hit, "{text} v3");
        }
    }

    #[test]
    fn cut_by_space_is_matched_by_name() {
        let target = TargetForms {
            reach: Reach::AnyDomain,
            vendor: "jd",
            ..stream("other.cn", "live", "cam1")
        };
        for (text, is_hit) in [
            ("jd:cam1", true),
            ("jd:live/cam1", true),
            ("jd:push.example.com/live/cam1", true),
            ("jd:push.example.com/live/cam?", true),
            ("jd:push.*cam1", true),
            ("jd:*.example.com/*/cam*", true),
            ("jd:p*/live/c*1", true),
            ("jd:other.cn/live/*", true),
            ("jd:other.cn*", true),
            ("jd:live/*", true),
            ("jd:push.example.com/live/*", false),
            ("jd:push.example.com/*", false),
            ("jd:push.example.com*", false),
            ("jd:push.example.com/show/cam1", false),
            ("jd:push.example.com/live/cam2", false),
            ("jd:push.example.com/Live/cam1", false),
            ("jd:a/push.example.com/live/cam1", false),
            ("tencent:cam1", false),
        ] {
            assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
        }
    }

    #[test]
    fn domain_is_matched_only_without_a_slash() {
        let domain = Some("push.example.com");
        let target =
            TargetForms { vendor: "jd", domain, app: None, name: "", reach: Reach::Domain };
        for (text, is_hit) in [
            ("jd:push.example.com", true),
            ("jd:PUSH.example.COM", true),
            ("jd:*.example.com", true),
            ("*:push.*", true),
            ("jd:push.example.com/*", false),
            ("jd:push.example.com/live/cam1", false),
            ("jd:example.com", false),
            ("jd:", false),
        ] {
            let parsed = Pattern::parse(text, &VENDORS);
            assert_eq!(parsed.is_ok_and(|pattern| pattern.matches(&target)), is_hit, "{text}");
        }
    }

    #[test]
    fn malformed_pattern_is_refused() {
        for (text, why) in [
            ("8888_gala", "VENDOR:PATTERN"),
            ("", "VENDOR:PATTERN"),
            ("jdx:a", "`jdx` is no vendor; the vendors are jd, tencent"),
            ("j*:a", "is no vendor"),
            (":a", "`` is no vendor"),
            (" jd:a", "` jd` is no vendor"),
            ("jd:", "is empty"),
            ("jd: a", "whitespace"),
            ("jd:a ", "whitespace"),
            ("jd:a\u{200b}", "\\u{200b}"),
            ("jd:rtmp://a.cn/live/b", "URL"),
        ] {
            let error = Pattern::parse(text, &VENDORS).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn pattern_of_wildcards_alone_matches_everything() {
        for text in ["jd:*", "*:*", "jd:**", "jd:?*", "jd:*?"] {
            assert!(pattern(text).matches_everything(), "{text}");
        }
        for text in ["jd:?", "jd:??*", "jd:*a", "jd:*/*", "jd:live/*"] {
            assert!(!pattern(text).matches_everything(), "{text}");
        }
    }

    #[test]
    fn pattern_is_shown_as_written() {
        for text in ["jd:live/*", "*:?_cctv"] {
            assert_eq!(pattern(text).to_string(), text);
        }
    }

    /// The definition of a glob, without a thought for time.
    fn defined(glob: &[char], text: &[(char, bool)]) -> bool {
        match (glob.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some(('*', others)), rest) => {
                defined(others, text) || rest.is_some_and(|(_, rest)| defined(glob, rest))
            }
            (Some(_), None) => false,
            (Some((p, others)), Some(((c, folds), rest))) => {
                let is_same = *p == '?'
                    || if *folds { p.to_lowercase().eq(c.to_lowercase()) } else { p == c };
                is_same && defined(others, rest)
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn glob_is_matched_as_defined(glob in "[aAé*?/]{0,7}", text in "[aAé/]{0,9}", cut in 0usize..10) {
            let cut = text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at);
            let chars: Vec<_> = text.char_indices().map(|(at, c)| (c, at < cut)).collect();
            let expected = defined(&glob.chars().collect::<Vec<_>>(), &chars);
            prop_assert_eq!(glob_matches(&glob, &text, cut), expected);
        }

        #[test]
        fn literal_pattern_matches_its_name_alone(name in "[a-c/]{1,4}", other in "[a-c/]{1,4}") {
            let protected = pattern(&format!("jd:{name}"));
            let target = TargetForms { app: None, domain: None, ..stream("", "", &other) };
            prop_assert_eq!(protected.matches(&target), name == other);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            if let Ok(pattern) = Pattern::parse(&text, &VENDORS) {
                prop_assert_eq!(Pattern::parse(&pattern.to_string(), &VENDORS), Ok(pattern));
            }
        }
    }
}
