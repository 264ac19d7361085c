//! The tables `[policy]`, at the top of a profile file and under a profile, and the top-level key `log`.

use std::time::Duration;

use toml::de::DeValue;

use super::{Node, Parser};
use crate::config::policy::{LogSetting, PolicyTable};
use crate::policy::pattern::Pattern;
use crate::policy::rules::Protection;
use crate::time;

const POLICY_KEYS: [&str; 4] = ["protect", "protect_file", "require_reason", "max_ban"];

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
    // The ends of bans are whole seconds.
    if length.subsec_nanos() == 0 { Ok(length) } else { Err("takes whole seconds".into()) }
}
