//! [`ForeignLines`]: operations of other profiles than the run's, which a pipe never does to this account.

use std::borrow::Cow;

use serde_json::Value;

use crate::api::operation::RunProfile;
use crate::api::operation_input::PROFILE;
use crate::input::meant::TypedCommand;
use crate::text::{count, shell_file, shell_quoted, shell_word, visible};

/// How many profiles get a command each.
const MOST_PROFILES: usize = 5;

/// The lines of other profiles than the run's.
#[derive(Default)]
pub(super) struct ForeignLines {
    /// Their profiles, one more than get a command.
    profiles: Vec<String>,
    count: usize,
    /// There are lines of the run's profile, or of none, too.
    pub(super) has_own: bool,
}

/// Where the lines are.
#[derive(Default)]
pub(super) struct LineFile {
    /// Its path; `None` for standard input.
    pub(super) path: Option<String>,
    /// `csv`; `None` for JSON Lines.
    pub(super) format: Option<&'static str>,
    /// The column of the profile in the header of CSV.
    pub(super) profile: ProfileColumn,
}

/// The column of the profile, as the header of the file has it.
#[derive(Debug)]
pub(super) struct ProfileColumn {
    /// The cell.
    name: String,
    /// It is the first column.
    is_first: bool,
    /// Which occurrence of the word in the header's line it is, from 1.
    occurrence: usize,
    /// The header's line, from 1.
    line: u64,
}

impl Default for ProfileColumn {
    fn default() -> Self {
        Self { name: PROFILE.to_owned(), is_first: false, occurrence: 1, line: 1 }
    }
}

impl ProfileColumn {
    /// The column of this number in the header on this line.
    pub(super) fn new(header: &[Cow<'_, str>], column: usize, line: u64) -> Self {
        let name = header.get(column).map_or(PROFILE, |cell| &**cell);
        let before = header.iter().take(column);
        let occurrence = 1 + before.map(|cell| cell.matches(name.trim()).count()).sum::<usize>();
        Self { name: name.to_owned(), is_first: column == 0, occurrence, line }
    }

    /// The `sed` script that makes it a column which is passed over.
    fn hiding(&self) -> String {
        let (line, word) = (self.line, self.name.trim());
        let occurrence =
            if self.occurrence > 1 { self.occurrence.to_string() } else { String::new() };
        format!("{line}s/{word}/result.{PROFILE}/{occurrence}")
    }

    /// The Python program that passes on the rows whose profile meets a condition.
    fn selecting(&self, condition: &str) -> String {
        // A byte order mark would be part of the first name.
        let first = if self.is_first { "i.reconfigure(encoding=\"utf-8-sig\"); " } else { "" };
        let skip = if self.line > 1 { "next(i); " } else { "" };
        let name = Value::from(self.name.as_str());
        // A cell may hold commas and line ends.
        format!(
            "import csv, sys; i = sys.stdin; {first}{skip}r = csv.DictReader(i); \
             w = csv.DictWriter(sys.stdout, r.fieldnames); w.writeheader(); \
             w.writerows(x for x in r if x[{name}] {condition})"
        )
    }
}

impl ForeignLines {
    /// Counts one more of them.
    pub(super) fn add(&mut self, profile: &str) {
        self.count += 1;
        // One more than get a command is enough to know that there are more.
        let is_room = self.profiles.len() <= MOST_PROFILES;
        if is_room && !self.profiles.iter().any(|known| known == profile) {
            self.profiles.push(profile.to_owned());
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The error's text.
    // What was tried at the sandbox, or with another account, is never done to this one by a pipe.
    pub(super) fn message(&self, own: &RunProfile) -> String {
        let run = match own {
            RunProfile::Named(name) => format!("this run uses \"{}\"", visible(name)),
            RunProfile::Environment | RunProfile::Unknown => "this run uses no profile".into(),
        };
        let verb = if self.count == 1 { "is" } else { "are" };
        let profiles = match &self.profiles[..] {
            [profile] => format!("the profile \"{}\"", visible(profile)),
            profiles => format!("several profiles, such as \"{}\"", visible(&profiles[0])),
        };
        format!("{} {verb} of {profiles}, and {run}", count(self.count, "operation"))
    }

    /// What is wrong with the one line.
    pub(super) fn message_of_line(&self, own: &RunProfile) -> String {
        let message = self.message(own);
        let rest = message.split_once(" is ").map_or(&*message, |(_, rest)| rest);
        format!("it is {rest}")
    }

    /// Both ways on: each line with its profile, or all at this account on purpose.
    pub(super) fn hint(
        &self,
        own: &RunProfile,
        typed: &TypedCommand<'_>,
        file: &LineFile,
    ) -> String {
        let filter = LineFilter { is_csv: file.format == Some("csv"), typed, file };
        let there = match &self.profiles[..] {
            [profile] if !self.has_own => {
                format!("with that profile: {}", typed.with_profile(profile).text())
            }
            profiles => {
                let shown = profiles.iter().take(MOST_PROFILES);
                let mut commands: Vec<_> = shown.map(|name| filter.of_profile(name)).collect();
                if profiles.len() > MOST_PROFILES {
                    commands.push("(and so on for the other profiles)".into());
                }
                commands.extend(self.has_own.then(|| filter.of_run(own)));
                format!("each with its profile:\n{}", commands.join("\n"))
            }
        };
        format!(
            "nothing was sent; {there}\nto do it to this account on purpose: {}",
            filter.without_profile()
        )
    }
}

/// Commands that pass some of the lines on.
struct LineFilter<'a> {
    is_csv: bool,
    typed: &'a TypedCommand<'a>,
    file: &'a LineFile,
}

impl LineFilter<'_> {
    /// The lines of one profile, with that.
    fn of_profile(&self, name: &str) -> String {
        let value = Value::from(name).to_string();
        let condition = if self.is_csv { format!("== {value}") } else { value };
        self.selected(&condition, &self.typed.with_profile(name))
    }

    /// The lines of the run's profile and those without one.
    fn of_run(&self, own: &RunProfile) -> String {
        let value = match own {
            RunProfile::Named(name) => Value::from(name.as_str()).to_string(),
            RunProfile::Environment | RunProfile::Unknown => "\"\"".to_owned(),
        };
        let condition =
            if self.is_csv { format!("in (\"\", {value})") } else { format!("(null, {value})") };
        self.selected(&condition, self.typed)
    }

    fn selected(&self, condition: &str, command: &TypedCommand<'_>) -> String {
        if self.is_csv {
            let script = self.file.profile.selecting(condition);
            let file = self.file.path.as_ref().map(|path| format!(" < {}", shell_file(path)));
            let file = file.unwrap_or_default();
            return self.piped(&format!("python3 -c {}{file}", shell_word(&script)), command);
        }
        let filter = shell_word(&format!("select(.profile == {condition})"));
        self.piped(&format!("jq -c {filter}{}", self.argument()), command)
    }

    /// All lines, at the run's account. Columns that begin with `result.` are passed over.
    fn without_profile(&self) -> String {
        let filter = if self.is_csv {
            format!("sed {}", shell_quoted(&self.file.profile.hiding()))
        } else {
            "jq -c 'del(.profile)'".to_owned()
        };
        self.piped(&format!("{filter}{}", self.argument()), self.typed)
    }

    fn argument(&self) -> String {
        let path = self.file.path.as_ref();
        path.map(|path| format!(" {}", shell_file(path))).unwrap_or_default()
    }

    fn piped(&self, filter: &str, command: &TypedCommand<'_>) -> String {
        let path = self.file.path.as_deref().unwrap_or("-");
        format!("{filter} | {}", command.piped(path, self.file.format))
    }
}
