//! `[policy]` of a profile file, at its top and under a profile, and the top-level key `log`.
//!
//! What a policy refuses is decided in [`crate::policy`]; here it is only read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::parser::Parser;
use super::value::FileLocation;
use crate::files;
use crate::policy::pattern::Pattern;
use crate::policy::rules::{BanLimit, Policy, Protection};
use crate::text::visible_path;
use crate::time;

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

/// What the file says of all its profiles: the rules at its top, and where runs are remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct FileRules {
    pub(super) policy: PolicyTable,
    pub(super) log: LogSetting,
}

/// A table `[policy]` as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct PolicyTable {
    protect: Vec<Protection>,
    protect_file: Option<(PathBuf, FileLocation)>,
    require_reason: Option<FileLocation>,
    max_ban: Option<(Duration, FileLocation)>,
}

const POLICY_KEYS: [&str; 4] = ["protect", "protect_file", "require_reason", "max_ban"];

type Node<'i> = Spanned<DeValue<'i>>;

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

impl Parser<'_> {
    /// The table `[policy]`, called `title` in messages.
    pub(super) fn policy(&mut self, title: &str, node: &Node<'_>) -> PolicyTable {
        let mut policy = PolicyTable::default();
        let Some(table) = self.table(node, title) else { return policy };
        for (key, node) in table {
            let offset = node.span().start;
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("protect", DeValue::Array(patterns)) => {
                    policy.protect =
                        patterns.iter().filter_map(|node| self.pattern(node)).collect();
                }
                ("protect", _) => self.problem(offset, "protect takes an array of patterns"),
                ("protect_file", DeValue::String(path)) if !path.trim().is_empty() => {
                    policy.protect_file = Some((path.as_ref().into(), self.location(offset)));
                }
                ("protect_file", _) => {
                    self.problem(offset, "protect_file takes the path of a file");
                }
                ("require_reason", DeValue::Boolean(is_required)) => {
                    policy.require_reason = is_required.then(|| self.location(offset));
                }
                ("require_reason", _) => {
                    self.problem(offset, "require_reason takes true or false");
                }
                ("max_ban", DeValue::String(length)) => match ban_length(length) {
                    Ok(length) => policy.max_ban = Some((length, self.location(offset))),
                    Err(why) => self.problem(offset, &format!("max_ban: {why}")),
                },
                ("max_ban", _) => self.problem(offset, "max_ban takes a duration, such as \"7d\""),
                _ => self.unknown_key(key, &format!("in {title}"), &POLICY_KEYS),
            }
        }
        policy
    }

    fn pattern(&mut self, node: &Node<'_>) -> Option<Protection> {
        let offset = node.span().start;
        let DeValue::String(text) = node.get_ref() else {
            self.problem(offset, "a pattern is a string, such as \"tencent:8888_gala*\"");
            return None;
        };
        match Pattern::parse(text, &self.vendors()) {
            Ok(pattern) => {
                Some(Protection { pattern, location: self.location(offset).to_string() })
            }
            Err(why) => {
                self.problem(offset, &format!("protect: {why}"));
                None
            }
        }
    }

    /// The key `log`: `false`, or a folder.
    pub(super) fn log(&mut self, node: &Node<'_>) {
        match node.get_ref() {
            DeValue::Boolean(true) => self.file.rules.log = LogSetting::OfUser,
            DeValue::Boolean(false) => self.file.rules.log = LogSetting::Off,
            DeValue::String(path) if !path.trim().is_empty() => {
                self.file.rules.log = LogSetting::Shared(path.as_ref().into());
            }
            _ => self.problem(node.span().start, "log takes true, false or the path of a folder"),
        }
    }
}

fn ban_length(text: &str) -> Result<Duration, String> {
    let length = time::duration(text)?;
    if length.subsec_nanos() == 0 { Ok(length) } else { Err("takes whole seconds".into()) }
}
