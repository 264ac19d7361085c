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

impl CommandWord {
    fn target(text: &str) -> Self {
        Self::Positional(text.to_owned())
    }

    fn positional(&self) -> Option<&str> {
        match self {
            Self::Positional(text) => Some(text),
            Self::Flag(_) | Self::Separator => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Flag {
    /// `--name` or `-n`.
    name: String,
    value: Option<(Joint, String)>,
    /// A short one that was typed right behind another: the `q` of `-nq`.
    is_clustered: bool,
}

/// What separates a flag from its value.
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
                read.push(CommandWord::target(word));
            } else if word == "--" {
                is_positional_from_here = true;
                read.push(CommandWord::Separator);
            } else {
                let mut flags = if word.starts_with("--") {
                    vec![long_flag(word)]
                } else {
                    short_flags(&word[1..], takes_value)
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
    pub fn without(self, flags: &[&str]) -> Self {
        self.retain(&|flag, _| !flags.contains(&flag))
    }

    /// The same with those of its flags alone that are to be kept, by name and value.
    // A flag that hits nothing, or that the other command does not take, would be refused.
    #[must_use]
    pub fn retain(mut self, is_kept: &dyn Fn(&str, Option<&str>) -> bool) -> Self {
        self.words.retain(|word| match word {
            CommandWord::Flag(Flag { name, value, .. }) => {
                is_kept(name, value.as_ref().map(|(_, value)| value.as_str()))
            }
            CommandWord::Positional(_) | CommandWord::Separator => true,
        });
        self
    }

    /// The same with the values of this flag changed.
    #[must_use]
    pub fn map_values(mut self, flag: &str, change: &dyn Fn(&str) -> String) -> Self {
        let values = self.flags_mut().filter(|own| own.name == flag);
        for (_, value) in values.filter_map(|own| own.value.as_mut()) {
            *value = change(value);
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
        for word in self.words {
            is_escaped |= word == CommandWord::Separator;
            let is_positional = word.positional().is_some();
            number += usize::from(is_positional);
            match word {
                CommandWord::Positional(text) if number > from => {
                    let others = others(&text);
                    has_odd_word |= !is_escaped && others.iter().any(|other| is_like_a_flag(other));
                    words.extend(others.into_iter().map(CommandWord::Positional));
                }
                word => words.push(word),
            }
        }
        let line = Self { words };
        if !has_odd_word {
            return line;
        }
        let texts: Vec<_> = line.positionals().skip(from).map(str::to_owned).collect();
        line.with_positionals(from, texts.iter().map(String::as_str))
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
            let is_positional = word.positional().is_some();
            number += usize::from(is_positional);
            !is_positional || number <= from
        });
        let others: Vec<_> = others.into_iter().collect();
        let has_separator = self.words.contains(&CommandWord::Separator);
        if !has_separator && others.iter().any(|text| is_like_a_flag(text)) {
            self.words.push(CommandWord::Separator);
        }
        self.words.extend(others.into_iter().map(CommandWord::target));
        self
    }

    /// The same with other words for the command and its action, which follow the program's name.
    #[must_use]
    pub fn with_action(mut self, command: &str, action: &str) -> Self {
        let positionals = self.words.iter_mut().filter(|word| word.positional().is_some());
        for (word, new) in positionals.skip(1).zip([command, action]) {
            *word = CommandWord::target(new);
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
        let is_positional = |word: &CommandWord| word.positional().is_some();
        let Self { mut words } = self;
        let program = words.iter().position(is_positional).unwrap_or_default();
        let command_at = words.iter().skip(program + 1).position(is_positional);
        let behind = words.split_off(command_at.map_or(words.len(), |at| program + 1 + at));
        words.extend(command.iter().map(|word| CommandWord::target(word)));
        let targets: Vec<_> = targets.into_iter().map(CommandWord::target).collect();
        let flags = behind.into_iter().filter(|word| matches!(word, CommandWord::Flag(_)));
        let is_odd = |word: &CommandWord| word.positional().is_some_and(is_like_a_flag);
        // Behind `--` no word is a flag, so the targets come last there.
        if targets.iter().any(is_odd) {
            words.extend(flags.chain([CommandWord::Separator]).chain(targets));
        } else {
            words.extend(targets.into_iter().chain(flags));
        }
        Self { words }
    }

    /// The same with one flag more, behind all others and before a `--`.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.with_flag(Flag::new(name, Some(value)))
    }

    /// The same with a flag more that takes no value.
    #[must_use]
    pub fn with_switch(self, name: &str) -> Self {
        self.with_flag(Flag::new(name, None))
    }

    fn with_flag(mut self, flag: Flag) -> Self {
        let separator = self.words.iter().position(|word| *word == CommandWord::Separator);
        self.words.insert(separator.unwrap_or(self.words.len()), CommandWord::Flag(flag));
        self
    }

    /// The same with one flag more, right behind the program's name.
    #[must_use]
    pub fn with_first(mut self, name: &str, value: Option<&str>) -> Self {
        let at = self.words.len().min(1);
        self.words.insert(at, CommandWord::Flag(Flag::new(name, value)));
        self
    }

    /// The same with this value of a flag, in its place where it is typed.
    // The operator finds the line that was typed again, and sees what is different.
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

    fn flags_mut(&mut self) -> impl Iterator<Item = &mut Flag> {
        self.words.iter_mut().filter_map(|word| match word {
            CommandWord::Flag(flag) => Some(flag),
            CommandWord::Positional(_) | CommandWord::Separator => None,
        })
    }

    /// Whether it has the flag.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        let is_it = |word: &CommandWord| matches!(word, CommandWord::Flag(own) if own.name == flag);
        self.words.iter().any(is_it)
    }

    /// The words that are neither flags nor their values, the program's own name first.
    pub fn positionals(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(CommandWord::positional)
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

/// Whether a target is read as a flag unless it is behind `--`.
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
mod tests;
