//! Targets in a wrapping: a URL, a query, quotes, JSON, or what a spreadsheet made of an id.
//!
//! Vendors accept almost any text as a stream's name, so such a target would be blocked under a name that no encoder uses,
//! and the result would be `applied`. It is refused, never trimmed in silence; what was probably meant is printed instead.

use serde_json::Value;
use url::Url;

use crate::api::operation_input::OperationInput;
use crate::input::lines::InputLine;

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
    /// The name inside, if it can be extracted.
    pub(super) name: Option<String>,
    /// The host, where the wrapping is a URL.
    pub(super) host: Option<String>,
}

impl Wrapped {
    fn new(what: &'static str, name: impl Into<Option<String>>) -> Self {
        Self { what, name: name.into(), host: None }
    }
}

/// What a line of a profile file is called in an error.
pub(super) const PROFILE_LINE: &str = "it looks like a line of a profile file, not like a name";

const SPREADSHEET: &str = "a spreadsheet has changed this id; format the column as text";

/// The wrapping of a target, all layers of it removed; `None` for a plain name. `domain` is the run's own.
pub(super) fn find(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let mut found = layer(target, form, domain)?;
    // Layers come in any order: the line of a configuration may quote a URL.
    while let Some(inner) = found.name.as_deref().and_then(|name| layer(name, form, domain)) {
        found = Wrapped { what: found.what, host: inner.host.or(found.host), name: inner.name };
    }
    Some(found)
}

/// The outermost layer.
fn layer(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let trimmed = target.trim();
    // The rules of a host name refuse every other wrapping.
    if form == TargetForm::Domain {
        return trimmed.contains("://").then(|| of_url(trimmed, form));
    }
    if trimmed.starts_with(['{', '[']) {
        return Some(Wrapped::new("it is JSON, not a name", only_text(trimmed)));
    }
    if is_profile_line(trimmed) {
        return Some(Wrapped::new(PROFILE_LINE, None));
    }
    of_spreadsheet(trimmed)
        .or_else(|| quoted(trimmed))
        .or_else(|| followed(trimmed))
        .or_else(|| url(trimmed, form))
        .or_else(|| in_domain(trimmed, form, domain?))
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
    Some(Wrapped::new(what, name.to_owned()))
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
    let (path, _) = text.split_once('?')?;
    Some(Wrapped::new("it has a query", without_ending(path).to_owned()))
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
        host: Some(domain.to_owned()),
        ..Wrapped::new("it begins with the domain", name_in(path, form))
    })
}

/// Whether a URL's path has more parts than an application and a name.
pub(super) fn has_long_path(text: &str) -> bool {
    let url = Url::parse(text.trim()).ok();
    url.is_some_and(|url| url.path().trim_matches('/').matches('/').count() > 1)
}

fn of_url(text: &str, form: TargetForm) -> Wrapped {
    let what = "it is a URL, not a name";
    let Ok(url) = Url::parse(text) else { return Wrapped::new(what, None) };
    let host = url.host_str().map(str::to_owned);
    if form == TargetForm::Domain {
        let what = "a domain is a host name alone, without http://";
        return Wrapped { name: host.clone(), host, ..Wrapped::new(what, None) };
    }
    let path = percent_encoding::percent_decode_str(url.path().trim_matches('/'));
    let path = path.decode_utf8().ok();
    let name = path.and_then(|path| name_in(without_ending(&path), form));
    Wrapped { what, name, host }
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

fn quoted(text: &str) -> Option<Wrapped> {
    const PAIRS: [(char, char); 8] = [
        ('"', '"'),
        ('\'', '\''),
        ('“', '”'),
        ('‘', '’'),
        ('「', '」'),
        ('`', '`'),
        ('<', '>'),
        ('《', '》'),
    ];
    let inside = PAIRS.iter().find_map(|(open, close)| {
        text.strip_prefix(*open)?.strip_suffix(*close).filter(|inside| !inside.is_empty())
    })?;
    Some(Wrapped::new("it is in quotes", inside.to_owned()))
}

/// A value that a spreadsheet wrote in place of an id: a number, a formula or an error.
fn of_spreadsheet(text: &str) -> Option<Wrapped> {
    const ERRORS: [&str; 8] =
        ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A column that is too narrow for a number is exported as `####`.
    let is_too_wide = text.len() > 2 && text.bytes().all(|byte| byte == b'#');
    if ERRORS.contains(&text) || is_too_wide || is_scientific(text) {
        return Some(Wrapped::new(SPREADSHEET, None));
    }
    // `jq -r .id` prints it for an id that is not there.
    if matches!(text, "null" | "undefined" | "NaN" | "None") {
        return Some(Wrapped::new("a program prints that where it has no name", None));
    }
    let is_zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
    let decimals = || {
        let (number, rest) = text.rsplit_once(['.', ','])?;
        (is_digits(number) && !rest.is_empty() && rest.len() <= 2 && is_zeros(rest))
            .then_some(number)
    };
    let inside = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        // A leading apostrophe is how a spreadsheet marks a cell as text.
        .or_else(|| text.strip_prefix('\'').filter(|rest| is_digits(rest)))
        .or_else(decimals)
        .map(str::to_owned)
        .or_else(|| grouped(text))?;
    Some(Wrapped::new(SPREADSHEET, inside))
}

/// The digits of `1,639,825,145,166`, in the notation of any locale. An IP address has three points, a version fewer.
fn grouped(text: &str) -> Option<String> {
    let (separator, least) = match text.find(|c: char| !c.is_ascii_digit()).map(|at| &text[at..])? {
        rest if rest.starts_with(',') => (',', 2),
        rest if rest.starts_with('.') => ('.', 5),
        rest => (rest.chars().next().filter(|c| " \u{a0}\u{202f}'".contains(*c))?, 2),
    };
    let mut groups = text.split(separator);
    let is_first = |group: &str| (1..=3).contains(&group.len());
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|group| is_first(group) && is_number(group))?;
    let rest: Vec<_> = groups.collect();
    let is_grouped = rest.iter().all(|group| group.len() == 3 && is_number(group));
    (is_grouped && rest.len() + 1 >= least).then(|| format!("{first}{}", rest.concat()))
}

/// `1.63983E+12`, in the notation of any locale.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.' || byte == b',';
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(is_number)
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
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
        let wrapped = find(input.get(key)?, TargetForm::Name, None)?;
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
        find(target, form, Some("push.example.com"))
            .map(|wrapped| wrapped.name)
            .into_iter()
            .collect()
    }

    #[test]
    fn plain_names_have_no_wrapping() {
        for target in ["live/cam1", "live/a b", "live/cam-1.flv", "直播/1号", "live/it's", "a/b/c"]
        {
            assert_eq!(name(target, TargetForm::Stream), [], "{target}");
        }
        for target in [
            "8888_test123",
            "1639825145166",
            "1E12",
            "2h",
            "a,b",
            "c#1",
            "1.05",
            "e+5",
            "10.100.200.123",
            "1,23",
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
        ] {
            assert_eq!(name(target, TargetForm::Name), [Some(meant.into())], "{target}");
        }
        let domain = name("https://push.example.com/live", TargetForm::Domain);
        assert_eq!(domain, [Some("push.example.com".into())]);
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
