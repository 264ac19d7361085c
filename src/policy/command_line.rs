//! The command line of a run, changed and printed again, so that a refusal can show the command that is accepted.
//!
//! It reads words as clap does, without clap: only which flags take a value is asked of the caller.

use std::fmt;

use crate::text::shell_word;

/// The words of a command line, each with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    words: Vec<CommandWord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum CommandWord {
    /// A flag and its value, where it takes one.
    Flag(Flag),
    /// A command or a target.
    Positional(String),
    /// `--`: whatever follows is positional.
    Separator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Flag {
    /// `--name` or `-n`.
    name: String,
    value: Option<(Joint, String)>,
    /// A short one that was typed right behind another: the `q` of `-nq`.
    is_clustered: bool,
}

/// What stands between a flag and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    /// A blank: `-o json`.
    Blank,
    /// `=`: `--output=json`.
    Equals,
    /// Nothing: `-ojson`.
    Nothing,
}

impl Flag {
    fn new(name: &str, value: Option<&str>) -> Self {
        // A value that begins with a dash would be read as a flag.
        let joint = |value: &str| if value.starts_with('-') { Joint::Equals } else { Joint::Blank };
        let value = value.map(|value| (joint(value), value.to_owned()));
        Self { name: name.to_owned(), value, is_clustered: false }
    }

    fn is_short_switch(&self) -> bool {
        !self.name.starts_with("--") && self.value.is_none()
    }
}

impl CommandLine {
    /// Reads the words; `takes_value` is asked of `--name` and of `-n`.
    pub fn parse<'w>(
        words: impl IntoIterator<Item = &'w str>,
        takes_value: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut words = words.into_iter();
        let mut read = Vec::new();
        let mut is_positional_from_here = false;
        while let Some(word) = words.next() {
            if is_positional_from_here || !word.starts_with('-') || word == "-" {
                read.push(CommandWord::Positional(word.to_owned()));
            } else if word == "--" {
                is_positional_from_here = true;
                read.push(CommandWord::Separator);
            } else {
                let mut flags = match word.strip_prefix("--") {
                    Some(_) => vec![long_flag(word)],
                    None => short_flags(&word[1..], takes_value),
                };
                if let Some(last) = flags.last_mut()
                    && last.value.is_none()
                    && takes_value(&last.name)
                {
                    last.value = words.next().map(|value| (Joint::Blank, value.to_owned()));
                }
                read.extend(flags.into_iter().map(CommandWord::Flag));
            }
        }
        Self { words: read }
    }

    /// The same without these flags and their values.
    #[must_use]
    pub fn without(mut self, flags: &[&str]) -> Self {
        let is_kept = |word: &CommandWord| match word {
            CommandWord::Flag(flag) => !flags.contains(&flag.name.as_str()),
            CommandWord::Positional(_) | CommandWord::Separator => true,
        };
        self.words.retain(is_kept);
        self
    }

    /// The same with those of its flags alone that are to be kept.
    #[must_use]
    pub fn only(mut self, is_kept: &dyn Fn(&str) -> bool) -> Self {
        self.words.retain(|word| match word {
            CommandWord::Flag(flag) => is_kept(&flag.name),
            CommandWord::Positional(_) | CommandWord::Separator => true,
        });
        self
    }

    /// The same without this flag where its value is not to be kept.
    #[must_use]
    pub fn retain_values(mut self, flag: &str, is_kept: &dyn Fn(&str) -> bool) -> Self {
        self.words.retain(|word| match word {
            CommandWord::Flag(Flag { name, value: Some((_, value)), .. }) => {
                name != flag || is_kept(value)
            }
            CommandWord::Flag(_) | CommandWord::Positional(_) | CommandWord::Separator => true,
        });
        self
    }

    /// The same with the values of this flag changed.
    #[must_use]
    pub fn map_values(mut self, flag: &str, change: &dyn Fn(&str) -> String) -> Self {
        for own in self.flags_mut().filter(|own| own.name == flag) {
            if let Some((_, value)) = &mut own.value {
                *value = change(value);
            }
        }
        self
    }

    /// The same with every value and every positional word changed.
    #[must_use]
    pub fn map_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        for word in &mut self.words {
            match word {
                CommandWord::Flag(Flag { value: Some((_, text)), .. })
                | CommandWord::Positional(text) => *text = change(text),
                CommandWord::Flag(_) | CommandWord::Separator => {}
            }
        }
        self
    }

    /// The same with each positional word from the one of this number on replaced by others in its place.
    #[must_use]
    pub fn map_positionals(self, from: usize, others: &dyn Fn(&str) -> Vec<String>) -> Self {
        let mut number = 0;
        let mut is_escaped = false;
        let mut has_odd_word = false;
        let mut words = Vec::new();
        for word in &self.words {
            match word {
                CommandWord::Positional(text) if number >= from => {
                    let others = others(text);
                    has_odd_word |= !is_escaped && others.iter().any(|other| is_like_a_flag(other));
                    words.extend(others.into_iter().map(CommandWord::Positional));
                }
                _ => words.push(word.clone()),
            }
            number += usize::from(matches!(word, CommandWord::Positional(_)));
            is_escaped |= *word == CommandWord::Separator;
        }
        let line = Self { words };
        if !has_odd_word {
            return line;
        }
        let texts: Vec<_> = line.positionals().skip(from).map(str::to_owned).collect();
        line.with_positionals(from, texts.iter().map(String::as_str))
    }

    /// The same with a flag more that takes no value, behind all others and before a `--`.
    #[must_use]
    pub fn with_switch(self, name: &str) -> Self {
        self.with_flag(Flag::new(name, None))
    }

    /// The same with other words for the command and its action, which follow the program's name.
    #[must_use]
    pub fn with_action(mut self, command: &str, action: &str) -> Self {
        let positionals = self.words.iter_mut().filter_map(|word| match word {
            CommandWord::Positional(text) => Some(text),
            CommandWord::Flag(_) | CommandWord::Separator => None,
        });
        for (word, new) in positionals.skip(1).zip([command, action]) {
            new.clone_into(word);
        }
        self
    }

    /// The same as another command, with these targets: the flags before the command stay there, all others follow.
    #[must_use]
    pub fn as_command<'t>(
        self,
        command: &[&str],
        targets: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        let is_positional = |word: &CommandWord| matches!(word, CommandWord::Positional(_));
        let program = self.words.iter().position(is_positional).unwrap_or_default();
        let command_at = self.words.iter().skip(program + 1).position(is_positional);
        let before = command_at.map_or(self.words.len(), |at| program + 1 + at);
        let mut words = self.words;
        let behind = words.split_off(before);
        words.extend(command.iter().map(|word| CommandWord::Positional((*word).to_owned())));
        let targets: Vec<_> = targets.into_iter().collect();
        let has_odd_word = targets.iter().any(|target| is_like_a_flag(target));
        let positionals =
            || targets.iter().map(|target| CommandWord::Positional((*target).to_owned()));
        if !has_odd_word {
            words.extend(positionals());
        }
        words.extend(behind.into_iter().filter(|word| matches!(word, CommandWord::Flag(_))));
        if has_odd_word {
            words.push(CommandWord::Separator);
            words.extend(positionals());
        }
        Self { words }
    }

    /// The same with one flag more, behind all others and before a `--`.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.with_flag(Flag::new(name, Some(value)))
    }

    /// The same with one flag more, right behind the program's name.
    #[must_use]
    pub fn with_first(mut self, name: &str, value: Option<&str>) -> Self {
        let at = self.words.len().min(1);
        self.words.insert(at, CommandWord::Flag(Flag::new(name, value)));
        self
    }

    /// The same with this value of a flag, in its place where it is typed.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &str) -> Self {
        let typed = self.flags_mut().find(|flag| flag.name == name);
        let Some(Flag { value: Some((joint, old)), .. }) = typed else {
            return self.with(name, value);
        };
        value.clone_into(old);
        if value.starts_with('-') {
            *joint = Joint::Equals;
        }
        self
    }

    fn with_flag(mut self, flag: Flag) -> Self {
        let separator = self.words.iter().position(|word| *word == CommandWord::Separator);
        self.words.insert(separator.unwrap_or(self.words.len()), CommandWord::Flag(flag));
        self
    }

    fn flags_mut(&mut self) -> impl Iterator<Item = &mut Flag> {
        self.words.iter_mut().filter_map(|word| match word {
            CommandWord::Flag(flag) => Some(flag),
            CommandWord::Positional(_) | CommandWord::Separator => None,
        })
    }

    /// Whether the flag stands in it.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        let is_it = |word: &CommandWord| matches!(word, CommandWord::Flag(own) if own.name == flag);
        self.words.iter().any(is_it)
    }

    /// The words that are neither flags nor their values, the program's own name first.
    pub fn positionals(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|word| match word {
            CommandWord::Positional(text) => Some(text.as_str()),
            CommandWord::Flag(_) | CommandWord::Separator => None,
        })
    }

    /// The same with its positional words from the one of this number on replaced by others.
    #[must_use]
    pub fn with_positionals<'t>(
        mut self,
        from: usize,
        others: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        let mut number = 0;
        self.words.retain(|word| {
            let is_positional = matches!(word, CommandWord::Positional(_));
            number += usize::from(is_positional);
            !is_positional || number <= from
        });
        let others: Vec<_> = others.into_iter().collect();
        let has_separator = self.words.contains(&CommandWord::Separator);
        if !has_separator && others.iter().any(|text| is_like_a_flag(text)) {
            self.words.push(CommandWord::Separator);
        }
        let others = others.into_iter().map(|text| CommandWord::Positional(text.to_owned()));
        self.words.extend(others);
        self
    }
}

impl fmt::Display for CommandLine {
    /// As a POSIX shell reads it, without deceptive characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_open_cluster = false;
        for (index, word) in self.words.iter().enumerate() {
            let is_joined =
                matches!(word, CommandWord::Flag(flag) if flag.is_clustered && is_open_cluster);
            f.write_str(if index == 0 || is_joined { "" } else { " " })?;
            match word {
                CommandWord::Flag(flag) => write_flag(f, flag, is_joined)?,
                CommandWord::Positional(text) => f.write_str(&shell_word(text))?,
                CommandWord::Separator => f.write_str("--")?,
            }
            is_open_cluster = matches!(word, CommandWord::Flag(flag) if flag.is_short_switch());
        }
        Ok(())
    }
}

fn write_flag(f: &mut fmt::Formatter<'_>, flag: &Flag, is_joined: bool) -> fmt::Result {
    let name = if is_joined { flag.name.trim_start_matches('-') } else { &flag.name };
    f.write_str(&shell_word(name))?;
    let Some((joint, value)) = &flag.value else { return Ok(()) };
    let between = match joint {
        Joint::Blank => " ",
        // Without the `=`, an empty value would be the next word, and a first `=` would be dropped.
        Joint::Nothing if value.is_empty() || value.starts_with('=') => "=",
        Joint::Nothing => "",
        Joint::Equals => "=",
    };
    write!(f, "{between}{}", shell_word(value))
}

/// Whether a target is read as a flag unless it stands behind `--`.
fn is_like_a_flag(text: &str) -> bool {
    text.starts_with('-') && text != "-"
}

/// `--name` or `--name=value`.
fn long_flag(word: &str) -> Flag {
    match word.split_once('=') {
        Some((name, value)) => {
            Flag { value: Some((Joint::Equals, value.to_owned())), ..Flag::new(name, None) }
        }
        None => Flag::new(word, None),
    }
}

/// The flags of `-nq`, `-ojson` or `-p=prod`: what follows a letter that takes a value is that value.
fn short_flags(letters: &str, takes_value: &dyn Fn(&str) -> bool) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    for (at, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let rest = &letters[at + letter.len_utf8()..];
        let value = match rest.strip_prefix('=') {
            _ if rest.is_empty() || !takes_value(&name) => None,
            Some(value) => Some((Joint::Equals, value.to_owned())),
            None => Some((Joint::Nothing, rest.to_owned())),
        };
        let is_last = value.is_some();
        flags.push(Flag { name, value, is_clustered: at > 0 });
        if is_last {
            break;
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes_value(flag: &str) -> bool {
        ["--for", "--reason", "--profile", "-p", "--output", "-o", "--even-protected"]
            .contains(&flag)
    }

    fn parsed(text: &str) -> CommandLine {
        CommandLine::parse(text.split(' '), &takes_value)
    }

    #[test]
    fn command_line_is_printed_as_typed() {
        for text in [
            "livectl tencent forbid a b --for 2h",
            "livectl -qp prod tencent forbid --for=2h - -ojson",
            "livectl tencent forbid --for 2h --reason --odd -- -a --for",
        ] {
            assert_eq!(parsed(text).to_string(), text);
        }
        let words = ["livectl", "tencent", "forbid", "a b", "it's\u{200b}"];
        assert_eq!(
            CommandLine::parse(words, &takes_value).to_string(),
            r#"livectl tencent forbid 'a b' "$(printf %b 'it\0047s\0342\0200\0213')""#
        );
    }

    #[test]
    fn flag_is_removed_with_its_value() {
        for text in [
            "livectl jd forbid a --for 2h --permanent b",
            "livectl jd forbid a --for=2h --permanent b",
            "livectl jd --permanent forbid --for --permanent a b",
        ] {
            assert_eq!(
                parsed(text).without(&["--for", "--permanent"]).to_string(),
                "livectl jd forbid a b",
                "{text}"
            );
        }
    }

    #[test]
    fn target_behind_a_separator_is_no_flag() {
        let line = parsed("livectl jd forbid --for 2h -- --for 2h");
        assert_eq!(line.clone().without(&["--for"]).to_string(), "livectl jd forbid -- --for 2h");
        assert_eq!(
            line.without(&["--for"]).with("--for", "7d").to_string(),
            "livectl jd forbid --for 7d -- --for 2h"
        );
        assert!(!parsed("livectl -- --for").has("--for"));
    }

    #[test]
    fn value_that_begins_with_a_dash_is_joined() {
        let line = parsed("livectl jd forbid -- -x").with("--even-protected", "-x");
        assert_eq!(line.to_string(), "livectl jd forbid --even-protected=-x -- -x");
    }

    #[test]
    fn value_of_a_short_flag_is_no_target() {
        for text in
            ["livectl -p x undo 7k2m", "livectl -px undo 7k2m", "livectl -qo json undo 7k2m"]
        {
            let words: Vec<_> = parsed(text).positionals().map(str::to_owned).collect();
            assert_eq!(words, ["livectl", "undo", "7k2m"], "{text}");
        }
    }

    #[test]
    fn command_becomes_another() {
        let line = parsed("livectl -p prod tencent forbid --for 2h --odd a b");
        let look = line.only(&|flag| flag == "-p").with_action("tencent", "status");
        assert_eq!(look.to_string(), "livectl -p prod tencent status a b");
        let resumed = parsed("livectl jd forbid -- -a").with_switch("--resume");
        assert_eq!(resumed.to_string(), "livectl jd forbid --resume -- -a");
    }

    #[test]
    fn targets_are_replaced() {
        let line = parsed("livectl undo 7k2m a b -p prod c");
        assert_eq!(
            line.clone().with_positionals(3, ["d", "e"]).to_string(),
            "livectl undo 7k2m -p prod d e"
        );
        assert_eq!(line.with_positionals(3, ["-d"]).to_string(), "livectl undo 7k2m -p prod -- -d");
    }
}
