//! Targets in a wrapping: a URL, a query, quotes, JSON, several names in one, or what a spreadsheet made of an id.

use serde_json::Value;

use crate::api::operation_input::OperationInput;
use crate::api::target::{domain as host_name, plain};
use crate::input::address::{QUERY, in_domain, is_encoded, of_url, url, without_ending};
use crate::input::lines::InputLine;
use crate::input::spreadsheet;
use crate::input::wrapped::{SEPARATORS, TargetForm, Wrapped, is_between};

/// What a line of a profile file is called in an error.
pub(super) const PROFILE_LINE: &str = "it looks like a line of a profile file, not like a name";

/// The wrapping of a target, all layers of it removed; `None` for a plain name. `domain` is the run's own.
// Vendors accept almost any text as a stream's name, so such a target would be blocked under a name that no encoder uses, and
// the result would be `applied`. It is refused, never trimmed in silence; what was probably meant is printed instead.
pub(super) fn find(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let Wrapped { what, names, mut hosts, mut has_long_path } = layer(target, form, domain)?;
    let mut found = Vec::new();
    let mut is_whole = true;
    for name in names {
        // Layers come in any order: the line of a configuration may quote a URL.
        match find(&name, form, domain) {
            Some(inner) => {
                is_whole &= !inner.names.is_empty();
                hosts.extend(inner.hosts);
                has_long_path |= inner.has_long_path;
                found.extend(inner.names);
            }
            None => found.push(name),
        }
    }
    // A command with some of the names alone would look as if it did all of them.
    if !is_whole || !found.iter().all(|name| is_fit(name, form)) {
        found.clear();
    }
    Some(Wrapped { what, names: found, hosts, has_long_path })
}

/// Whether a name out of a wrapping can be a separate target.
fn is_fit(name: &str, form: TargetForm) -> bool {
    match form {
        // A domain of streams has a dot; a word without one is an application or a stream.
        TargetForm::Domain => host_name(name, "").is_ok() && name.contains('.'),
        TargetForm::Stream => {
            let (app, stream) = name.split_once('/').unwrap_or_default();
            plain(app).is_ok() && plain(stream).is_ok()
        }
        // A lone `-` is the word for standard input.
        TargetForm::Name => plain(name).is_ok() && name != "-",
    }
}

/// The outermost layer.
fn layer(target: &str, form: TargetForm, domain: Option<&str>) -> Option<Wrapped> {
    let trimmed = target.trim();
    if form == TargetForm::Domain {
        // Blanks and invisible characters are a fault of their own.
        return of_domain(trimmed).filter(|_| plain(target).is_ok() || target.contains("://"));
    }
    if let Some(document) = json(trimmed) {
        return Some(Wrapped::new(JSON, only_text(&document)));
    }
    if is_profile_line(trimmed) {
        return Some(Wrapped::new(PROFILE_LINE, None));
    }
    spreadsheet::damaged(trimmed)
        .map(|(what, name)| Wrapped::new(what, name))
        .or_else(|| bulleted(trimmed))
        .or_else(|| several(trimmed))
        .or_else(|| listed(trimmed, form))
        .or_else(|| quoted(trimmed))
        .or_else(|| followed(trimmed))
        .or_else(|| url(trimmed, form))
        .or_else(|| in_domain(trimmed, form, domain?))
        .or_else(|| played(trimmed))
        .or_else(|| is_torn_json(trimmed).then(|| Wrapped::new(JSON, None)))
}

/// What follows a host name, or several of them. The rules of a host name refuse every other wrapping.
fn of_domain(text: &str) -> Option<Wrapped> {
    // No host name holds any of them.
    let parts: Vec<_> = text.split(is_between).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 || text.ends_with(is_between) {
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

/// Several URLs or quoted names in one, whatever is between them: each is surely a separate name.
fn several(text: &str) -> Option<Wrapped> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(is_between);
    while !rest.is_empty() {
        let (part, after) = rest.split_at(quotation(rest).or_else(|| address(rest))?);
        parts.push(part.to_owned());
        rest = after.trim_start_matches(is_between);
    }
    (parts.len() > 1).then(|| Wrapped::new(SEVERAL, parts))
}

/// The length of the quoted name that a text begins with; the quotes end it.
fn quotation(text: &str) -> Option<usize> {
    let start = text.chars().next()?;
    let (_, close) = QUOTES.iter().find(|(open, _)| *open == start)?;
    let from = start.len_utf8();
    let end = from + text[from..].find(*close)? + close.len_utf8();
    let is_ended = text[end..].chars().next().is_none_or(is_between);
    (is_ended && end > from + close.len_utf8()).then_some(end)
}

/// The length of the URL, or the name with a query, that a text begins with.
fn address(text: &str) -> Option<usize> {
    let end = text.find(is_between).unwrap_or(text.len());
    let part = &text[..end];
    let is_address = part.contains("://") || part.contains('?') || is_encoded(part);
    is_address.then_some(end)
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

/// What begins an item of a list.
const MARKS: [char; 6] = ['-', '*', '•', '·', '–', '—'];

/// An item of a list as notes and documents write it: `- name`, `2. name`.
fn bulleted(text: &str) -> Option<Wrapped> {
    let (mark, name) = text.split_once(char::is_whitespace)?;
    let name = Some(name.trim()).filter(|name| is_mark(mark) && !name.is_empty())?;
    // Behind a further mark is another item.
    let name = Some(name).filter(|name| !name.split_whitespace().any(is_mark));
    Some(Wrapped::new("it is an item of a list, with its mark", name.map(str::to_owned)))
}

/// `-` or `2.`
fn is_mark(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number || word.strip_prefix(MARKS) == Some("")
}

/// A name with the file ending of a player's URL.
fn played(text: &str) -> Option<Wrapped> {
    let name = without_ending(text);
    let is_name = name.len() < text.len() && !name.is_empty() && !name.ends_with('/');
    is_name.then(|| Wrapped::new("it has the file ending of a play URL", [name.to_owned()]))
}

/// `api_key = "…"`: piped in as a list, such a line would send a key to the vendor as a name.
fn is_profile_line(text: &str) -> bool {
    if text.starts_with("[profiles.") {
        return true;
    }
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
    // `a;b;` may be one name or two.
    let name = Some(name).filter(|name| !name.contains([';', '；']));
    Some(Wrapped::new(what, name.map(str::to_owned)))
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
    let (inside, quotes) = QUOTES.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.is_empty()).then_some((inside, [*open, *close]))
    })?;
    // A quote inside ends the first name, unless it is quoted twice.
    let is_one = !inside.contains(quotes) || inside.starts_with(quotes) && inside.ends_with(quotes);
    Some(Wrapped::new("it is in quotes", is_one.then(|| inside.to_owned())))
}

/// What a JSON document is called in an error.
const JSON: &str = "it is JSON, not a name";

/// A JSON object or array.
fn json(text: &str) -> Option<Value> {
    // Streams are called `[live]cam` and `{x}` too.
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// Whether a text begins as a JSON document does that goes on in further lines.
fn is_torn_json(text: &str) -> bool {
    let inside = text.strip_prefix(['{', '[']).map(str::trim_start);
    inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(['"', '{', '[']))
}

/// The one text in a JSON document that can be a name.
fn only_text(document: &Value) -> Option<String> {
    let mut texts = match document {
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
    let json = target.char_indices().find(|(at, _)| is_torn_json(&target[*at..]));
    let json = json.map(|(at, _)| at);
    let cut = target.find(['?', '=']).into_iter().chain(encoded).chain(json).min();
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
mod tests;
