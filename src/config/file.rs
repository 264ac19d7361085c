//! [`ProfileFile`]: the profile file as it was read, with every problem in it. How it is parsed is in [`super::parser`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::parser::{self, Parser};
use super::section::Section;
use super::value::{Entries, FileLocation};
use crate::files::{self, OpenError};
use crate::text::visible_path;

/// The largest profile file that is read, in bytes.
const LIMIT: usize = 1 << 20;

/// A profile file and its problems.
pub(super) struct ProfileFile {
    pub(super) path: Arc<Path>,
    pub(super) allow_shared: bool,
    pub(super) default_profile: Option<String>,
    pub(super) profiles: BTreeMap<String, ProfileTable>,
    /// Each with its location, in the order of the file.
    pub(super) problems: Vec<String>,
    /// What is allowed and yet worth a note, such as a folder that others can write.
    pub(super) notes: Vec<String>,
    /// Its permissions are refused, so nothing in it may be run.
    pub(super) is_untrusted: bool,
    pub(super) holds_secret: bool,
}

/// One profile: its own settings and its vendors' tables.
#[derive(Default)]
pub(super) struct ProfileTable {
    pub(super) settings: Entries,
    pub(super) sections: BTreeMap<&'static str, SectionTable>,
}

/// A vendor's table in one profile.
pub(super) struct SectionTable {
    pub(super) location: FileLocation,
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
            problems: Vec::new(),
            notes: Vec::new(),
            is_untrusted: false,
            holds_secret: false,
        }
    }
}

/// Reads and checks the file as a whole.
pub(super) fn read(path: &Path, sections: &[&'static Section]) -> Result<ProfileFile, OpenError> {
    let content = files::read(path, LIMIT)?;
    let mut file = match std::str::from_utf8(&content.bytes) {
        Ok(text) => parser::parse(text, path, sections),
        Err(error) => {
            let valid = &content.bytes[..error.valid_up_to()];
            let valid = std::str::from_utf8(valid).unwrap_or_default();
            let mut parser = Parser::new(valid, path, sections);
            parser.problem(valid.len(), "not UTF-8; save the file as UTF-8");
            parser.finish()
        }
    };
    let holds_secret = file.holds_secret && !file.allow_shared;
    if let Some(why) = files::permission_problem(path, &content.metadata, holds_secret) {
        file.problems.insert(0, format!("{}: {why}", visible_path(path)));
        file.is_untrusted = true;
    }
    file.notes.extend(files::folder_note(path));
    Ok(file)
}
