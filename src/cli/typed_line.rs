//! [`TypedLine`]: words of a command line, read as clap would read them.

use clap::{Arg, ArgAction, Command};

/// The words of a command line, or those before the cursor.
// clap itself stops at the first word that it does not know, and a line being typed is not whole.
pub(super) struct TypedLine<'c> {
    /// The innermost command that they name.
    pub(super) command: &'c Command,
    /// The names of that command and of those that it is in.
    pub(super) path: Vec<&'c str>,
    /// The flags among them, each with its value.
    pub(super) flags: Vec<(&'c Arg, String)>,
    /// The words that are neither commands nor flags.
    pub(super) positionals: Vec<String>,
    /// The flag whose value comes next.
    pub(super) awaiting: Option<&'c Arg>,
    /// The flag of which a further value may come.
    pub(super) repeating: Option<&'c Arg>,
    /// After `--` no word is a flag.
    pub(super) is_escaped: bool,
}

impl<'c> TypedLine<'c> {
    pub(super) fn read(root: &'c Command, words: &[String]) -> Self {
        let mut line = Self {
            command: root,
            path: Vec::new(),
            flags: Vec::new(),
            positionals: Vec::new(),
            awaiting: None,
            repeating: None,
            is_escaped: false,
        };
        words.iter().for_each(|word| line.push(word));
        line
    }

    fn push(&mut self, word: &str) {
        let repeating = self.repeating.take().filter(|_| !word.starts_with('-'));
        if let Some(flag) = self.awaiting.take().or(repeating) {
            self.flags.push((flag, word.to_owned()));
            let is_several =
                |flag: &&Arg| flag.get_num_args().is_some_and(|of| of.max_values() > 1);
            self.repeating = Some(flag).filter(is_several);
        } else if self.is_escaped {
            self.positionals.push(word.to_owned());
        } else if word == "--" {
            self.is_escaped = true;
        } else if let Some(flag) = word.strip_prefix("--") {
            let (name, value) = flag.split_once('=').unzip();
            if let Some(flag) = self.long(name.unwrap_or(flag)) {
                self.flag(flag, value);
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            self.short_flags(letters);
        } else if let Some(command) = self.subcommand(word) {
            self.path.push(command.get_name());
            self.command = command;
        } else {
            self.positionals.push(word.to_owned());
        }
    }

    fn flag(&mut self, flag: &'c Arg, value: Option<&str>) {
        if value.is_none() && takes_value(flag) {
            self.awaiting = Some(flag);
        } else {
            self.flags.push((flag, value.unwrap_or_default().to_owned()));
        }
    }

    /// `-nq`, `-ojson` or `-o`.
    fn short_flags(&mut self, letters: &str) {
        for (index, letter) in letters.char_indices() {
            let mut args = self.command.get_arguments();
            let Some(flag) = args.find(|arg| arg.get_short() == Some(letter)) else { return };
            let rest = &letters[index + letter.len_utf8()..];
            if takes_value(flag) {
                return self.flag(flag, Some(rest).filter(|rest| !rest.is_empty()));
            }
            self.flag(flag, None);
        }
    }

    /// The flag of the command that has this long name.
    pub(super) fn long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|arg| arg.get_long() == Some(name))
    }

    fn subcommand(&self, word: &str) -> Option<&'c Command> {
        if self.positionals.is_empty() { self.command.find_subcommand(word) } else { None }
    }

    /// The value of a flag of the line.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let named = |(flag, _): &&(&Arg, String)| flag.get_id() == name;
        self.flags.iter().find(named).map(|(_, value)| value.as_str())
    }
}

/// Whether a value follows the flag.
pub(super) fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}
