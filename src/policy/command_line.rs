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
    Flag { name: String, value: Option<String>, is_joined: bool },
    /// A command or a target.
    Positional(String),
    /// `--`: whatever follows is positional.
    Separator,
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
                let is_joined = word.starts_with("--") && word.contains('=');
                let (name, value) = match word.split_once('=').filter(|_| is_joined) {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None if ends_with_value_flag(word, takes_value) => {
                        (word, words.next().map(str::to_owned))
                    }
                    None => (word, None),
                };
                read.push(CommandWord::Flag { name: name.to_owned(), value, is_joined });
            }
        }
        Self { words: read }
    }

    /// The same without these flags and their values.
    #[must_use]
    pub fn without(mut self, flags: &[&str]) -> Self {
        let is_kept = |word: &CommandWord| match word {
            CommandWord::Flag { name, .. } => !flags.contains(&name.as_str()),
            CommandWord::Positional(_) | CommandWord::Separator => true,
        };
        self.words.retain(is_kept);
        self
    }

    /// The same with those of its flags alone that are to be kept.
    #[must_use]
    pub fn only(mut self, is_kept: &dyn Fn(&str) -> bool) -> Self {
        self.words.retain(|word| match word {
            CommandWord::Flag { name, .. } => is_kept(name),
            CommandWord::Positional(_) | CommandWord::Separator => true,
        });
        self
    }

    /// The same without this flag where its value is not to be kept.
    #[must_use]
    pub fn retain_values(mut self, flag: &str, is_kept: &dyn Fn(&str) -> bool) -> Self {
        self.words.retain(|word| match word {
            CommandWord::Flag { name, value: Some(value), .. } => name != flag || is_kept(value),
            CommandWord::Flag { .. } | CommandWord::Positional(_) | CommandWord::Separator => true,
        });
        self
    }

    /// The same with the values of this flag changed.
    #[must_use]
    pub fn map_values(mut self, flag: &str, change: &dyn Fn(&str) -> String) -> Self {
        for word in &mut self.words {
            match word {
                CommandWord::Flag { name, value: Some(value), .. } if name == flag => {
                    *value = change(value);
                }
                _ => {}
            }
        }
        self
    }

    /// The same with a flag more that takes no value, behind all others and before a `--`.
    #[must_use]
    pub fn with_switch(mut self, name: &str) -> Self {
        let separator = self.words.iter().position(|word| *word == CommandWord::Separator);
        let flag = CommandWord::Flag { name: name.to_owned(), value: None, is_joined: false };
        self.words.insert(separator.unwrap_or(self.words.len()), flag);
        self
    }

    /// The same with other words for the command and its action, which follow the program's name.
    #[must_use]
    pub fn with_action(mut self, command: &str, action: &str) -> Self {
        let positionals = self.words.iter_mut().filter_map(|word| match word {
            CommandWord::Positional(text) => Some(text),
            CommandWord::Flag { .. } | CommandWord::Separator => None,
        });
        for (word, new) in positionals.skip(1).zip([command, action]) {
            new.clone_into(word);
        }
        self
    }

    /// The same with one flag more, behind all others and before a `--`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let separator = self.words.iter().position(|word| *word == CommandWord::Separator);
        // A value that begins with a dash would be read as a flag.
        let is_joined = value.starts_with('-');
        let flag =
            CommandWord::Flag { name: name.to_owned(), value: Some(value.to_owned()), is_joined };
        self.words.insert(separator.unwrap_or(self.words.len()), flag);
        self
    }

    /// Whether the flag stands in it.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        let is_it =
            |word: &CommandWord| matches!(word, CommandWord::Flag { name, .. } if name == flag);
        self.words.iter().any(is_it)
    }

    /// The words that are neither flags nor their values, the program's own name first.
    pub fn positionals(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|word| match word {
            CommandWord::Positional(text) => Some(text.as_str()),
            CommandWord::Flag { .. } | CommandWord::Separator => None,
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
        if !has_separator && others.iter().any(|text| text.starts_with('-') && *text != "-") {
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
        for (index, word) in self.words.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            match word {
                CommandWord::Flag { name, value: None, .. } => f.write_str(&shell_word(name))?,
                CommandWord::Flag { name, value: Some(value), is_joined } => {
                    let between = if *is_joined { '=' } else { ' ' };
                    write!(f, "{}{between}{}", shell_word(name), shell_word(value))?;
                }
                CommandWord::Positional(text) => f.write_str(&shell_word(text))?,
                CommandWord::Separator => f.write_str("--")?,
            }
        }
        Ok(())
    }
}

/// Whether the next word is the value of this one: `--for`, or the last letter of `-qo`.
fn ends_with_value_flag(word: &str, takes_value: &dyn Fn(&str) -> bool) -> bool {
    if word.starts_with("--") {
        return takes_value(word);
    }
    let mut letters = word.chars().skip(1);
    // What follows a letter that takes a value is that value: `-ojson`.
    let first = letters.by_ref().find(|letter| takes_value(&format!("-{letter}")));
    first.is_some() && letters.next().is_none()
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
