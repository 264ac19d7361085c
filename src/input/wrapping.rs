//! Targets in a wrapping: a URL, a query, quotes, JSON, several names in one, or what a spreadsheet made of an id.
//!
//! Vendors accept almost any text as a stream's name, so such a target would be blocked under a name that no encoder uses,
//! and the result would be `applied`. It is refused, never trimmed in silence; what was probably meant is printed instead.

use serde_json::Value;
use url::Url;

use crate::api::operation_input::OperationInput;
use crate::api::target::{domain as host_name, plain};
use crate::input::lines::InputLine;
use crate::input::spreadsheet;

/// The form of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetForm {
    /// `APP/STREAM`.
    Stream,
    /// One name or id.
    Name,
    /// A host name.
    Domain,
}

/// A target in a wrapping.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrapped {
    /// A description of the wrapping, for the error.
    pub(super) what: &'static str,
    /// The names inside, if they can be extracted: one, or those of a list.
    pub(super) names: Vec<String>,
    /// The hosts, where the wrapping is a URL or several.
    pub(super) hosts: Vec<String>,
}

impl Wrapped {
    fn new(what: &'static str, names: impl IntoIterator<Item = String>) -> Self {
        Self { what, names: names.into_iter().collect(), hosts: Vec::new() }
    }
}

/// What a line of a profile file is called in an error.
pub(super) const PROFILE_LINE: &str = "it looks like a line of a profile file, not like a name";

/// The wrapping of a target, all layers of it removed; `None` for a plain name. `domain` is the run's own.
pub(super) fn find(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let Wrapped { what, names, mut hosts } = layer(target, form, domain)?;
    let mut found = Vec::new();
    let mut is_whole = true;
    for name in names {
        // Layers come in any order: the line of a configuration may quote a URL.
        match find(&name, form, domain) {
            Some(inner) => {
                is_whole &= !inner.names.is_empty();
                hosts.extend(inner.hosts);
                found.extend(inner.names);
            }
            None => found.push(name),
        }
    }
    let is_host = |name: &String| form != TargetForm::Domain || host_name(name, "").is_ok();
    // A command with some of the names alone would look as if it did all of them.
    if !is_whole || !found.iter().all(is_host) {
        found.clear();
    }
    Some(Wrapped { what, names: found, hosts })
}

/// The outermost layer.
fn layer(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let trimmed = target.trim();
    if form == TargetForm::Domain {
        // Blanks and invisible characters are a fault of their own.
        return of_domain(trimmed).filter(|_| plain(target).is_ok() || target.contains("://"));
    }
    if trimmed.starts_with(['{', '[']) {
        return Some(Wrapped::new("it is JSON, not a name", only_text(trimmed)));
    }
    if is_profile_line(trimmed) {
        return Some(Wrapped::new(PROFILE_LINE, None));
    }
    spreadsheet::damaged(trimmed)
        .map(|(what, name)| Wrapped::new(what, name))
        .or_else(|| bulleted(trimmed))
        .or_else(|| listed(trimmed, form))
        .or_else(|| quoted(trimmed))
        .or_else(|| followed(trimmed))
        .or_else(|| url(trimmed, form))
        .or_else(|| in_domain(trimmed, form, domain?))
        .or_else(|| played(trimmed))
}

/// What follows a host name, or several of them. The rules of a host name refuse every other wrapping.
fn of_domain(text: &str) -> Option<Wrapped> {
    let parts = parts(text);
    if parts.len() > 1 || text.ends_with(SEPARATORS) {
        let what = "a domain is one host name; give several as several targets, not with commas";
        return Some(Wrapped::new(what, parts.into_iter().map(str::to_owned)));
    }
    if text.contains("://") {
        return Some(of_url(text, TargetForm::Domain));
    }
    let (host, what) = if let Some((host, _)) = text.split_once('/') {
        (host, "a domain is a host name alone, without a path")
    } else {
        (text.split_once(':')?.0, "a domain is a host name alone, without a port")
    };
    Some(Wrapped::new(what, [host.to_owned()]))
}

/// What people put between the names of a list.
const SEPARATORS: [char; 3] = [',', '，', '、'];

/// What several names in one are called in an error.
const SEVERAL: &str = "it is several names in one; each is a target of its own";

/// Whether the only wrapping is that of names with commas between them, all of them plain.
pub(super) fn is_plain_list(target: &str, form: TargetForm, domain: Option<&str>) -> bool {
    let found = layer(target, form, domain).filter(|found| found.what == SEVERAL);
    found.is_some_and(|found| found.names.iter().all(|name| find(name, form, domain).is_none()))
}

fn parts(text: &str) -> Vec<&str> {
    text.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Several names in one, as other tools take them.
fn listed(text: &str, form: TargetForm) -> Option<Wrapped> {
    let parts = parts(text);
    if parts.len() < 2 {
        return None;
    }
    // A separator in a query or within quotes divides no names.
    let is_url = |part: &&str| part.contains("://") || part.contains('?');
    let has_query = parts.iter().skip_while(|part| !is_url(part)).any(|part| !is_url(part));
    let is_torn = |part: &&str| {
        let is_quote = |c| QUOTES.iter().any(|(open, close)| c == *open || c == *close);
        part.starts_with(is_quote) != part.ends_with(is_quote)
    };
    if has_query || parts.iter().any(is_torn) {
        return None;
    }
    // `live/a,b`: the application of the first is that of all.
    let app = match parts[0].split_once('/') {
        Some((app, _)) if form == TargetForm::Stream && !parts.iter().any(is_url) => app,
        _ => "",
    };
    let whole = |part: &&str| match app {
        "" => (*part).to_owned(),
        _ if part.contains('/') => (*part).to_owned(),
        app => format!("{app}/{part}"),
    };
    Some(Wrapped::new(SEVERAL, parts.iter().map(whole)))
}

/// An item of a list as notes and documents write it: `- name`, `2. name`.
fn bulleted(text: &str) -> Option<Wrapped> {
    let after_number = || {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < text.len() { rest.strip_prefix(['.', ')']) } else { None }
    };
    let rest = text.strip_prefix(['-', '*', '•', '·', '–', '—']).or_else(after_number)?;
    let name = rest.strip_prefix(char::is_whitespace)?.trim();
    (!name.is_empty())
        .then(|| Wrapped::new("it is an item of a list, with its mark", [name.to_owned()]))
}

/// A name with the file ending of a player's URL.
fn played(text: &str) -> Option<Wrapped> {
    let name = without_ending(text);
    let is_name = name.len() < text.len() && !name.is_empty() && !name.ends_with('/');
    is_name.then(|| Wrapped::new("it has the file ending of a play URL", [name.to_owned()]))
}

/// `api_key = "…"`: piped in as a list, such a line would send a key to the vendor as a name.
fn is_profile_line(text: &str) -> bool {
    let Some((key, value)) = text.split_once('=') else { return false };
    let is_key = |c: char| c.is_ascii_lowercase() || c == '_';
    let (key, value) = (key.trim_end(), value.trim_start());
    let is_value = value.starts_with(['"', '\'', '{', '[']) && value.len() > 1;
    key.len() > 1 && key.chars().all(is_key) && is_value
}

/// A name with what separates it from the next, or with a comment.
fn followed(text: &str) -> Option<Wrapped> {
    let comment = || text.split_once('#').filter(|(name, _)| name.ends_with(char::is_whitespace));
    let (name, what) = if let Some(name) = text.strip_suffix([',', '，', '、']) {
        (name, "it ends with a comma")
    } else if let Some(name) = text.strip_suffix([';', '；']) {
        (name, "it ends with a semicolon")
    } else {
        (comment()?.0.trim_end(), "it is followed by a comment")
    };
    Some(Wrapped::new(what, [name.to_owned()]))
}

/// A URL, in any form that pages and encoders write, or a name with a query.
fn url(text: &str, form: TargetForm) -> Option<Wrapped> {
    // JD would get `rtmp:` as the application.
    if text.contains("://") {
        return Some(of_url(text, form));
    }
    if text.to_ascii_lowercase().contains("%3a%2f%2f") {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        return Some(of_url(&decoded, form));
    }
    if let Some(rest) = text.strip_prefix("//").filter(|rest| rest.contains('/')) {
        return Some(of_url(&format!("rtmp://{rest}"), form));
    }
    // The push secret would be part of the name, and get into the journal.
    let without_mark = || text.split_once('&').filter(|(_, query)| is_query(query));
    let (path, _) = text.split_once('?').or_else(without_mark)?;
    Some(Wrapped::new(QUERY, [without_ending(path).to_owned()]))
}

const QUERY: &str = "it has a query";

/// `key=value&key=value`.
fn is_query(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.~%+/".contains(c);
    let is_pair = |pair: &str| {
        let pair = pair.split_once('=').filter(|(key, _)| !key.is_empty());
        pair.is_some_and(|(key, value)| key.chars().chain(value.chars()).all(is_word))
    };
    text.split('&').all(is_pair)
}

/// A name behind the domain and perhaps its port, as in a URL without a scheme: the first `/` divides, so the domain would
/// be sent as the application.
fn in_domain(text: &str, form: TargetForm, domain: &str) -> Option<Wrapped> {
    let start = text.get(..domain.len())?;
    let rest = &text[start.len()..];
    let port =
        rest.strip_prefix(':').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let path = port.unwrap_or(rest).strip_prefix('/')?;
    start.eq_ignore_ascii_case(domain).then(|| Wrapped {
        hosts: vec![domain.to_owned()],
        ..Wrapped::new("it begins with the domain", name_in(path, form))
    })
}

/// Whether a URL's path has more parts than an application and a name.
pub(super) fn has_long_path(text: &str) -> bool {
    let is_long = |url: Url| url.path().trim_matches('/').matches('/').count() > 1;
    let mut urls = text.split(SEPARATORS).filter_map(|part| Url::parse(part.trim()).ok());
    urls.any(is_long)
}

fn of_url(text: &str, form: TargetForm) -> Wrapped {
    let what = "it is a URL, not a name";
    let Ok(url) = Url::parse(text) else { return Wrapped::new(what, None) };
    let host = url.host_str().map(str::to_owned);
    if form == TargetForm::Domain {
        return Wrapped::new("a domain is a host name alone, without http://", host);
    }
    let path = percent_encoding::percent_decode_str(url.path().trim_matches('/'));
    let path = path.decode_utf8().ok();
    let name = path.and_then(|path| name_in(without_ending(&path), form));
    Wrapped { hosts: host.into_iter().collect(), ..Wrapped::new(what, name) }
}

/// The last parts of a path that make a target of this form.
fn name_in(path: &str, form: TargetForm) -> Option<String> {
    let mut parts = path.rsplitn(2, '/');
    let name = parts.next().filter(|name| !name.is_empty())?;
    match form {
        TargetForm::Stream => {
            // Of a longer path, the folder before the name is the application.
            let app = parts.next()?.rsplit('/').next().filter(|app| !app.is_empty())?;
            Some(format!("{app}/{name}"))
        }
        TargetForm::Name | TargetForm::Domain => Some(name.to_owned()),
    }
}

/// A path without the file ending that players add.
fn without_ending(path: &str) -> &str {
    [".flv", ".m3u8"].iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

const QUOTES: [(char, char); 8] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('`', '`'),
    ('<', '>'),
    ('《', '》'),
];

fn quoted(text: &str) -> Option<Wrapped> {
    let inside = QUOTES.iter().find_map(|(open, close)| {
        text.strip_prefix(*open)?.strip_suffix(*close).filter(|inside| !inside.is_empty())
    })?;
    Some(Wrapped::new("it is in quotes", [inside.to_owned()]))
}

/// The one text in a JSON document that can be a name.
fn only_text(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut texts = match &value {
        Value::Object(members) => members.values().collect::<Vec<_>>(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    texts.retain(|value| value.is_string());
    match texts[..] {
        [only] => only.as_str().map(str::to_owned),
        _ => None,
    }
}

/// An application or a stream's name that is given as a setting, in a wrapping.
pub(super) fn wrapped_setting(
    input: &OperationInput<'_>,
    place: InputLine,
) -> Option<(String, &'static str)> {
    ["app", "stream"].into_iter().find_map(|key| {
        let value = input.get(key)?;
        let wrapped = find(value, TargetForm::Name, None)?;
        // No encoder writes a query without its mark, or a comma between names, into an application.
        let is_plain = match wrapped.what {
            QUERY => !value.contains('?'),
            SEVERAL => wrapped.hosts.is_empty(),
            _ => false,
        };
        if is_plain {
            return None;
        }
        let at = match place {
            InputLine::Line(line) => format!("line {line}: {key}"),
            InputLine::Arguments | InputLine::List(_) => format!("--{key}"),
        };
        Some((format!("{at}: {}", wrapped.what), wrapped.what))
    })
}

/// A refused target as a message shows it: without a login, and cut where a secret may begin.
pub(super) fn masked(target: &str) -> String {
    // A secret may begin here: the query of a push URL, or a line of a profile that is piped in.
    let encoded = target.to_ascii_lowercase().find("%3f").map(|at| at + 2);
    let cut = target.find(['?', '=', '{', '[']).into_iter().chain(encoded).min();
    let cut = cut.map_or(target.len(), |at| at + 1);
    let mut shown = target[..cut].to_owned();
    if cut < target.len() {
        shown.push_str("***");
    }
    if let Some((scheme, rest)) = shown.split_once("://")
        && let Some((_, host)) = rest.rsplit_once('@')
    {
        shown = format!("{scheme}://***@{host}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wrappings found, at most one, each with the name inside.
    fn name(target: &str, form: TargetForm) -> Vec<Option<String>> {
        let found = find(target, form, Some("push.example.com")).into_iter();
        let joined = |names: Vec<String>| (!names.is_empty()).then(|| names.join(" "));
        found.map(|wrapped| joined(wrapped.names)).collect()
    }

    #[test]
    fn plain_names_have_no_wrapping() {
        for target in [
            "live/cam1",
            "live/a b",
            "live/cam-1.flv1",
            "直播/1号",
            "live/it's",
            "a/b/c",
            "live/.flv",
        ] {
            assert_eq!(name(target, TargetForm::Stream), [], "{target}");
        }
        for target in [
            "8888_test123",
            "1639825145166",
            "1E12",
            "2h",
            "a&b",
            "a; b;c",
            "a&b=c#d",
            "a&=b",
            "a=b",
            "-x",
            "1.a",
            "true",
            "c#1",
            "1.05",
            "e+5",
            "10.100.200.123",
            "100",
        ] {
            assert_eq!(name(target, TargetForm::Name), [], "{target}");
        }
    }

    #[test]
    fn layers_are_removed_to_the_name() {
        for (target, meant) in [
            ("rtmp://push.example.com/live/cam1?txSecret=abc", "live/cam1"),
            ("https://u:p@push.example.com:8080/x/live/cam1.m3u8", "live/cam1"),
            ("rtmp://push.example.com/live/%E7%9B%B4", "live/直"),
            ("PUSH.example.com/live/cam1.flv?a=b", "live/cam1"),
            ("\"live/cam1\",", "live/cam1"),
            ("live/cam1 # spam", "live/cam1"),
            ("live/cam1；", "live/cam1"),
            ("live/cam1;", "live/cam1"),
            ("<rtmp://push.example.com/live/cam1?txSecret=abc>,", "live/cam1"),
            ("//push.example.com/live/cam1", "live/cam1"),
            ("push.example.com:1935/live/cam1", "live/cam1"),
            ("live/cam1&txSecret=abc&txTime=5C", "live/cam1"),
            ("live/cam1.flv", "live/cam1"),
            ("- live/cam1", "live/cam1"),
            ("• live/cam1.m3u8,", "live/cam1"),
            ("12) live/cam1", "live/cam1"),
            ("live/a,b", "live/a live/b"),
            ("live/a，show/b, ", "live/a show/b"),
            ("\"live/a\",\"live/b\"", "live/a live/b"),
            ("\"live/a,live/b\"", "live/a live/b"),
            ("rtmp://push.example.com/live/a?k=1,2", "live/a"),
            ("rtmp://push.example.com/live/a?k=1,rtmp://push.example.com/live/b", "live/a live/b"),
            ("live/a?k=1,live/b?k=2", "live/a live/b"),
            ("rtmp%3A%2F%2Fpush.example.com%2Flive%2Fcam1%3FtxSecret%3Dabc", "live/cam1"),
        ] {
            assert_eq!(name(target, TargetForm::Stream), [Some(meant.into())], "{target}");
        }
        for (target, meant) in [
            ("rtmp://push.example.com/live/8888_t?txSecret=abc", "8888_t"),
            ("{\"requestId\":\"1639825145166\"}", "1639825145166"),
            ("=\"1639825145166\"", "1639825145166"),
            ("'1639825145166", "1639825145166"),
            ("1639825145166.0", "1639825145166"),
            ("1639825145166,00", "1639825145166"),
            ("1,639,825,145,166", "1639825145166"),
            ("1.639.825.145.166", "1639825145166"),
            ("1 639 825 145 166", "1639825145166"),
            ("1,23", "1 23"),
            ("a,b", "a b"),
            ("a、b，c", "a b c"),
            ("* 8888_a", "8888_a"),
            ("2. 8888_a", "8888_a"),
            ("8888_a.m3u8?k=1", "8888_a"),
        ] {
            assert_eq!(name(target, TargetForm::Name), [Some(meant.into())], "{target}");
        }
        for (domain, meant) in [
            ("https://push.example.com/live", Some("push.example.com")),
            ("push.example.com:1935", Some("push.example.com")),
            ("push.example.com/live", Some("push.example.com")),
            ("rtmp://a.cn/live, b.cn:80", Some("a.cn b.cn")),
            ("a.cn,", Some("a.cn")),
            ("http://", None),
            ("a_.cn-:80", None),
        ] {
            assert_eq!(name(domain, TargetForm::Domain), [meant.map(str::to_owned)], "{domain}");
        }
        assert_eq!(name("push.example.com", TargetForm::Domain), []);
    }

    #[test]
    fn lost_ids_have_no_name() {
        for target in [
            "1.63983E+12",
            "1,63983E+12",
            "#N/A",
            "#REF!",
            "########",
            "[]",
            "rtmp://",
            "rtmp://a/",
            "null",
            "undefined",
            "TRUE",
            "FALSE",
            "=A1",
            "=B2&\".x\"",
            "rtmp://a/,rtmp://a/live/b",
        ] {
            assert_eq!(name(target, TargetForm::Name), [None], "{target}");
        }
        assert_eq!(name("rtmp://a.com/cam1", TargetForm::Stream), [None]);
    }

    #[test]
    fn masked_targets_hold_no_secret() {
        for (target, shown) in [
            ("live/cam1?key=s3cret", "live/cam1?***"),
            ("api_key = \"s3cret\"", "api_key =***"),
            ("rtmp://u:s3cret@a.com/live/x", "rtmp://***@a.com/live/x"),
            ("{\"key\":\"s3cret\"}", "{***"),
            ("live/cam1", "live/cam1"),
            ("rtmp%3A%2F%2Fa%2Fb%3Fkey%3Ds3cret", "rtmp%3A%2F%2Fa%2Fb%3F***"),
        ] {
            assert_eq!(masked(target), shown);
        }
    }
}
