//! [`Wrapped`]: what was found in a wrapping; and the characters that divide names.

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
    /// A URL's path has more parts than an application and a name, so that none is surely the application.
    pub(super) has_long_path: bool,
}

impl Wrapped {
    /// A wrapping without hosts.
    pub(super) fn new(what: &'static str, names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().collect();
        Self { what, names, hosts: Vec::new(), has_long_path: false }
    }
}

/// What people put between the names of a list.
pub(super) const SEPARATORS: [char; 3] = [',', '，', '、'];

/// Whether a character may be between two names: that of a list, `;`, `|` or a blank.
pub(super) fn is_between(c: char) -> bool {
    SEPARATORS.contains(&c) || [';', '；', '|'].contains(&c) || c.is_whitespace()
}
