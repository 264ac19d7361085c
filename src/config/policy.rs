//! A table `[policy]` of a profile file, and the files that it names; also the top-level key `log`.
//!
//! The parser reads the table. The refusals are decided in [`crate::policy`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::value::FileLocation;
use crate::files;
use crate::policy::pattern::Pattern;
use crate::policy::rules::{BanLimit, Policy, Protection};
use crate::text::visible_path;

/// The largest file of patterns that is read, in bytes.
const LIMIT: usize = 4 << 20;

/// Where runs are remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogSetting {
    /// In the folder of the user who runs.
    #[default]
    OfUser,
    /// Nowhere.
    Off,
    /// In a folder that several people share.
    Shared(PathBuf),
}

/// The settings of a file for all its profiles: the rules at its top, and where runs are remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct FileRules {
    pub(super) policy: PolicyTable,
    pub(super) log: LogSetting,
}

/// A table `[policy]` as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct PolicyTable {
    pub(super) protect: Vec<Protection>,
    pub(super) protect_file: Option<(PathBuf, FileLocation)>,
    pub(super) require_reason: Option<FileLocation>,
    pub(super) max_ban: Option<(Duration, FileLocation)>,
}

impl PolicyTable {
    /// The rules, with the patterns of the file that the table names. `resolve` makes its path whole.
    pub(super) fn load(&self, vendors: &[&str], resolve: &dyn Fn(&Path) -> PathBuf) -> Policy {
        let mut policy = Policy {
            protect: self.protect.clone(),
            require_reason: self.require_reason.as_ref().map(ToString::to_string),
            max_ban: self.max_ban.as_ref().map(|(length, location)| BanLimit {
                length: *length,
                location: location.to_string(),
            }),
            unreadable: None,
        };
        // A file that cannot be read stops what it could protect, not each command of the profile.
        if let Some((path, location)) = &self.protect_file {
            match read_patterns(&resolve(path), vendors) {
                Ok(protect) => policy.protect.extend(protect),
                Err(why) => policy.unreadable = Some(format!("{why} (protect_file, {location})")),
            }
        }
        policy
    }
}

/// The patterns of a file, one a line; blank lines and what follows a `#` are comments.
fn read_patterns(path: &Path, vendors: &[&str]) -> Result<Vec<Protection>, String> {
    let shown = visible_path(path);
    let content =
        files::read(path, LIMIT).map_err(|error| format!("{shown}: {}", error.message()))?;
    // No secret, but whoever can change it takes the protection away.
    if let Some(why) = files::permission_problem(path, &content.metadata, false) {
        return Err(format!("{shown}: {why}"));
    }
    let text = std::str::from_utf8(&content.bytes)
        .map_err(|_| format!("{shown}: not UTF-8; save the file as UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut protect = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let pattern = without_comment(line);
        if pattern.is_empty() {
            continue;
        }
        let location = format!("{shown}:{number}");
        let pattern =
            Pattern::parse(pattern, vendors).map_err(|why| format!("{location}: {why}"))?;
        protect.push(Protection { pattern, location });
    }
    Ok(protect)
}

/// The line without its comment. A `#` within a word is a part of a name.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    let is_comment =
        |(at, _): &(usize, &str)| *at == 0 || line[..*at].ends_with(char::is_whitespace);
    let end = line.match_indices('#').find(is_comment).map_or(line.len(), |(at, _)| at);
    line[..end].trim_end()
}
