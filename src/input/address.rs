//! Targets in a URL, or with the query or the domain of one.
//!
//! Their tests are those of [`wrapping`](super::wrapping), which refuses them.

use url::Url;

use crate::input::wrapped::{TargetForm, Wrapped, is_between};

/// A URL, in any form that pages and encoders write, or a name with a query.
pub(super) fn url(text: &str, form: TargetForm) -> Option<Wrapped> {
    // JD would get `rtmp:` as the application.
    if text.contains("://") {
        return Some(of_url(text, form));
    }
    if is_encoded(text) {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        return Some(of_url(&decoded, form));
    }
    if let Some(rest) = text.strip_prefix("//").filter(|rest| rest.contains('/')) {
        return Some(of_url(&format!("rtmp://{rest}"), form));
    }
    // The push secret would be part of the name, and get into the journal.
    let without_mark = || text.split_once('&').filter(|(_, query)| is_query(query));
    let (path, query) = text.split_once('?').or_else(without_mark)?;
    let path = Some(path).filter(|path| !path.contains(is_between) && !has_name(query));
    Some(Wrapped::new(QUERY, path.map(|path| without_ending(path).to_owned())))
}

/// Whether a URL is percent-encoded whole.
pub(super) fn is_encoded(text: &str) -> bool {
    // Nearly no name has a `%`, and every name of a list is looked at.
    text.contains('%') && text.to_ascii_lowercase().contains("%3a%2f%2f")
}

/// Whether a further name may follow in what looks like a query.
fn has_name(query: &str) -> bool {
    let is_list = |(_, rest): (&str, &str)| rest.contains('/');
    query.contains(|c: char| c.is_whitespace() || c == '|')
        || query.split_once(is_between).is_some_and(is_list)
}

/// What a name with a query is called in an error.
pub(super) const QUERY: &str = "it has a query";

/// `key=value&key=value`.
fn is_query(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.~%+/".contains(c);
    let is_pair = |pair: &str| {
        let pair = pair.split_once('=').filter(|(key, _)| !key.is_empty());
        pair.is_some_and(|(key, value)| key.chars().chain(value.chars()).all(is_word))
    };
    text.split('&').all(is_pair)
}

/// A name behind the domain and perhaps its port, as in a URL without a scheme.
// The first `/` divides, so that the domain would be sent as the application.
pub(super) fn in_domain(text: &str, form: TargetForm, domain: &str) -> Option<Wrapped> {
    let start = text.get(..domain.len())?;
    let rest = &text[start.len()..];
    let port =
        rest.strip_prefix(':').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let path = port.unwrap_or(rest).strip_prefix('/')?;
    start.eq_ignore_ascii_case(domain).then(|| Wrapped {
        hosts: vec![domain.to_owned()],
        has_long_path: is_long(path),
        ..Wrapped::new("it begins with the domain", name_in(path, form).filter(|_| is_one(path)))
    })
}

/// Whether a path has more parts than an application and a name.
fn is_long(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path.trim_matches('/').matches('/').count() > 1
}

/// Whether a path, perhaps with a query, names one stream: none of its characters may divide names.
fn is_one(path: &str) -> bool {
    let (path, query) = path.split_once(['?', '#']).unwrap_or((path, ""));
    !path.contains(is_between) && !path.contains("://") && !has_name(query)
}

/// A URL, of which nothing but a domain or the last parts of the path is meant.
pub(super) fn of_url(text: &str, form: TargetForm) -> Wrapped {
    let what = "it is a URL, not a name";
    let Ok(url) = Url::parse(text) else { return Wrapped::new(what, None) };
    let host = url.host_str().map(str::to_owned);
    if form == TargetForm::Domain {
        return Wrapped::new("a domain is a host name alone, without http://", host);
    }
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = percent_encoding::percent_decode_str(url.path().trim_matches('/'));
    let path = path.decode_utf8().ok().filter(|_| is_one(after_scheme));
    let name = path.and_then(|path| name_in(without_ending(&path), form));
    Wrapped {
        hosts: host.into_iter().collect(),
        has_long_path: is_long(url.path()),
        ..Wrapped::new(what, name)
    }
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
pub(super) fn without_ending(path: &str) -> &str {
    [".flv", ".m3u8"].iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}
