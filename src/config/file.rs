//! [`ProfileFile`]: the content of a profile file, with every problem in it. [`super::load`] reads it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::policy::{FileRules, PolicyTable};
use super::value::{Entries, FileLocation};
use crate::text::visible;

/// A profile file and its problems.
pub(super) struct ProfileFile {
    pub(super) path: Arc<Path>,
    pub(super) allow_shared: bool,
    pub(super) default_profile: Option<String>,
    pub(super) profiles: BTreeMap<String, ProfileTable>,
    /// The rules for all of them.
    pub(super) rules: Box<FileRules>,
    /// Each with its location, in the order of the file.
    pub(super) problems: Vec<String>,
    /// Notes on what is allowed and yet risky, such as a folder that others can write.
    pub(super) notes: Vec<String>,
    /// Its permissions are refused, so nothing in it may be run.
    pub(super) is_untrusted: bool,
    pub(super) has_secret: bool,
}

/// One profile: its own settings and its vendors' tables.
#[derive(Default)]
pub(super) struct ProfileTable {
    pub(super) policy: PolicyTable,
    pub(super) settings: Entries,
    pub(super) sections: BTreeMap<&'static str, SectionTable>,
}

/// A vendor's keys in one profile.
#[derive(Default)]
pub(super) struct SectionTable {
    /// `None` for a table of the environment alone.
    pub(super) location: Option<FileLocation>,
    pub(super) entries: Entries,
    /// A problem in it was reported.
    pub(super) is_broken: bool,
}

impl ProfileFile {
    pub(super) fn empty(path: Arc<Path>) -> Self {
        Self {
            path,
            allow_shared: false,
            default_profile: None,
            profiles: BTreeMap::new(),
            rules: Box::default(),
            problems: Vec::new(),
            notes: Vec::new(),
            is_untrusted: false,
            has_secret: false,
        }
    }
}

/// The header of a profile's table, quoted where TOML requires it.
pub(super) fn header(names: &[&str]) -> String {
    let part = |name: &&str| {
        if is_bare_key(name) { format!(".{name}") } else { format!(".\"{}\"", visible(name)) }
    };
    format!("[profiles{}]", names.iter().map(part).collect::<String>())
}

/// Whether TOML takes the name without quotes.
pub(super) fn is_bare_key(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
