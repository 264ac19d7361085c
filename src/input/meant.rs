//! [`TypedCommand`]: the command that was probably meant, to paste into a shell.
//!
//! Owns what changes in the command line. How its words are read and printed is in [`CommandLine`]; which command is meant
//! is decided where an input is refused.

use std::cell::OnceCell;

use crate::api::operation::OperationSpec;
use crate::api::operation_input::{ID, OperationInput, PROFILE};
use crate::config::selector::SANDBOX_PROFILE;
use crate::input::lines::InputLine;
use crate::policy::command_line::CommandLine;
use crate::secret::redact::urls;

/// The number of the first target among the words that are no flags: program, vendor and action come before it.
const FIRST_TARGET: usize = 3;

/// The number of the file of `apply` among these words.
const FILE: usize = 2;

const EVEN_PROTECTED: &str = "--even-protected";

/// The flags that read the state back, and that look at it for a while.
const VERIFY: &str = "--verify";
const HOLD: &str = "--hold";

/// What a printed command has to know of the command line as typed.
pub trait TypedWords {
    /// Its words, the program called by its name.
    fn line(&self) -> CommandLine;
    /// Whether the command of these words takes a flag, which is `--name` or `-n`.
    fn takes(&self, command: &[&str], flag: &str) -> bool;
}

/// The command line as typed.
// It is read only where a command is printed: that takes all commands of the program.
#[derive(Default)]
pub struct TypedCommand<'a> {
    words: Option<&'a dyn TypedWords>,
    line: OnceCell<CommandLine>,
}

impl<'a> TypedCommand<'a> {
    /// The command line of this process.
    #[must_use]
    pub fn new(words: &'a dyn TypedWords) -> Self {
        Self { words: Some(words), line: OnceCell::new() }
    }

    fn line(&self) -> &CommandLine {
        self.line.get_or_init(|| {
            let none = || CommandLine::parse(["livectl", "apply", "-"], &|_| false);
            self.words.map_or_else(none, TypedWords::line)
        })
    }

    fn takes(&self, spec: &OperationSpec, flag: &str) -> bool {
        self.words.is_some_and(|words| words.takes(&[spec.vendor.as_str(), spec.name], flag))
    }

    /// The targets typed.
    pub(super) fn targets(&self) -> Vec<String> {
        self.line().positionals().skip(FIRST_TARGET).map(str::to_owned).collect()
    }

    /// The command as typed, whose targets become others, with these settings too.
    pub(super) fn for_targets(
        &self,
        others: &dyn Fn(&str) -> Vec<String>,
        settings: &[(&str, &str)],
    ) -> String {
        let line = self.line().clone().map_positionals(FIRST_TARGET, others);
        // A protected target is named as the run has it.
        let line = line.map_values(EVEN_PROTECTED, &|name| match &others(name)[..] {
            [other] => other.clone(),
            _ => name.to_owned(),
        });
        printed(with_settings(line, settings))
    }

    /// The command for one target of a list or of a line of `apply`; `None` where no command has the line's settings.
    pub(super) fn for_line(
        &self,
        spec: &OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
        names: &[String],
        settings: &[(&str, &str)],
    ) -> Option<String> {
        let line = match place {
            InputLine::Arguments | InputLine::List(_) => {
                self.line().clone().map_positionals(FIRST_TARGET, &|_| names.to_vec())
            }
            InputLine::Line(_) => self.of_line(spec, input, names)?,
        };
        Some(printed(with_settings(line, settings)))
    }

    /// The command without a target, which is the value of a flag instead; `None` where no target is left.
    pub(super) fn with_flag(&self, target: &str, flag: &str) -> Option<String> {
        let others = |word: &str| if word == target { vec![] } else { vec![word.to_owned()] };
        let line = self.line().clone().map_positionals(FIRST_TARGET, &others);
        line.positionals().nth(FIRST_TARGET)?;
        Some(printed(with_settings(line, &[(flag, target)])))
    }

    /// The command that reads its lines from a pipe instead of `file`.
    pub(super) fn piped(&self, file: &str, format: Option<&str>) -> String {
        let others = |word: &str| vec![if word == file { "-" } else { word }.to_owned()];
        let line = self.line().clone().map_positionals(FILE, &others);
        printed(with_settings(line, format.map(|format| ("format", format)).as_slice()))
    }

    /// The command with another profile.
    // That of `--sandbox` has a reserved name, which `-p` does not take.
    pub(super) fn with_profile(&self, name: &str) -> Self {
        let line = self.line().clone().without(&["-p", "--profile", "--sandbox"]);
        let line = match name {
            SANDBOX_PROFILE => line.with_first("--sandbox", None),
            _ => line.with_first("-p", Some(name)),
        };
        Self { words: self.words, line: OnceCell::from(line) }
    }

    /// The command with another value of a flag; of a line of a file, that operation alone.
    pub(super) fn with_value(
        &self,
        spec: &OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
        setting: (&str, &str),
    ) -> Option<String> {
        let line = match place {
            InputLine::Arguments | InputLine::List(_) => self.line().clone(),
            // The flag is the target of a list.
            InputLine::Line(_) if spec.is_list() => self.of_line(spec, input, &[])?,
            InputLine::Line(_) => self.of_line(spec, input, &[input.target.to_string()])?,
        };
        Some(printed(with_settings(line, &[setting])))
    }

    /// The command as one line.
    pub(super) fn text(&self) -> String {
        printed(self.line().clone())
    }

    /// A line of `apply` as a separate command with those flags of the run that it takes.
    fn of_line(
        &self,
        spec: &OperationSpec,
        input: &OperationInput<'_>,
        names: &[String],
    ) -> Option<CommandLine> {
        let line = self.line().clone().retain(&|flag, _| self.takes(spec, flag));
        // It implies --verify, which the command of this line may take without it.
        let is_implied = self.line().has(HOLD) && !line.has(HOLD) && !line.has(VERIFY);
        let needs_verify = is_implied && self.takes(spec, VERIFY);
        let line = if needs_verify { line.with_switch(VERIFY) } else { line };
        let is_named =
            |name: Option<&str>| name.is_none_or(|name| names.iter().any(|own| own == name));
        let line = line.retain(&|flag, name| flag != EVEN_PROTECTED || is_named(name));
        let names = names.iter().map(String::as_str);
        let mut line = line.as_command(&[spec.vendor.as_str(), spec.name], names);
        // The run has the profile already, however it was chosen.
        let is_setting = |name: &str| name != PROFILE && name != ID;
        for (name, value) in input.values().filter(|(name, _)| is_setting(name)) {
            let flag = format!("--{name}");
            let param = spec.params.iter().find(|param| param.name == name)?;
            line = match (param.value_name, value) {
                (Some(_), value) => line.with_value(&flag, value),
                (None, "true") => line.without(&[&flag]).with_switch(&flag),
                (None, "false") => line,
                (None, _) => return None,
            };
        }
        Some(line)
    }
}

fn with_settings(line: CommandLine, settings: &[(&str, &str)]) -> CommandLine {
    let set = |line: CommandLine, (name, value): &(&str, &str)| {
        line.with_value(&format!("--{name}"), value)
    };
    settings.iter().fold(line, set)
}

/// One line for a shell, without the secrets of URLs.
fn printed(line: CommandLine) -> String {
    line.map_texts(&|text| urls(text).into_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;

    /// Words divided by blanks. Every command takes every flag but `--format`.
    struct Words(&'static str);

    impl TypedWords for Words {
        fn line(&self) -> CommandLine {
            let takes_value = |flag: &str| !matches!(flag, "-q" | "-n" | "--verify");
            CommandLine::parse(self.0.split(' '), &takes_value)
        }

        fn takes(&self, _: &[&str], flag: &str) -> bool {
            flag != "--format"
        }
    }

    fn spec(input: &OperationInput<'_>) -> &'static OperationSpec {
        VENDORS.find(input).unwrap()
    }

    #[test]
    fn arguments_keep_the_flags_typed() {
        let words = Words("livectl -q jd forbid 'live/a live/b --domain a.com --for 2h");
        let others = |word: &str| match word {
            "'live/a" => vec!["live/it's".to_owned()],
            other => vec![other.to_owned()],
        };
        assert_eq!(
            TypedCommand::new(&words).for_targets(&others, &[("domain", "b.com")]),
            r"livectl -q jd forbid 'live/it'\''s' live/b --domain b.com --for 2h"
        );
        let input = OperationInput::new("tencent", "resume");
        let place = InputLine::List(3);
        for (line, name, meant) in [
            ("livectl tencent resume - -n", "a", "livectl tencent resume a -n --domain b.com"),
            ("livectl tencent resume - -n", "-a", "livectl tencent resume -n --domain b.com -- -a"),
        ] {
            let words = Words(line);
            let names = [name.to_owned()];
            let command = TypedCommand::new(&words).for_line(
                spec(&input),
                &input,
                place,
                &names,
                &[("domain", "b.com")],
            );
            assert_eq!(command.as_deref(), Some(meant));
        }
    }

    #[test]
    fn target_alone_is_replaced() {
        let words = Words("livectl tencent forbid 2h --reason 2h -- 8888_x");
        let command = TypedCommand::new(&words).with_flag("2h", "for");
        let meant = "livectl tencent forbid --reason 2h --for 2h -- 8888_x";
        assert_eq!(command.as_deref(), Some(meant));
        let words = Words("livectl tencent forbid 2h");
        assert_eq!(TypedCommand::new(&words).with_flag("2h", "for"), None);
        let words = Words("livectl tencent forbid 'a --even-protected 'a --reason 'a");
        let others = |word: &str| vec![word.trim_start_matches('\'').to_owned()];
        assert_eq!(
            TypedCommand::new(&words).for_targets(&others, &[]),
            r"livectl tencent forbid a --even-protected a --reason ''\''a'"
        );
    }

    #[test]
    fn lines_of_a_file_become_commands() {
        let words = Words("livectl -p prod apply --verify ops.csv --format csv --journal j");
        let command = TypedCommand::new(&words);
        let input = OperationInput::new("Shumei", "Close").on("r,");
        let input = input
            .with("audio", "true")
            .with("cluster", "sg")
            .with("profile", "prod")
            .with("id", "7");
        let close = |input: &OperationInput<'_>| {
            command.for_line(spec(input), input, InputLine::Line(2), &["r".to_owned()], &[])
        };
        let meant = "livectl -p prod shumei close r --verify --journal j --audio --cluster sg";
        assert_eq!(close(&input).as_deref(), Some(meant));
        assert_eq!(close(&input.with("seconds", "1")), None);
        let meant = "livectl -p prod apply --verify - --format csv --journal j";
        assert_eq!(command.piped("ops.csv", Some("csv")), meant);
        assert_eq!(TypedCommand::default().piped("o", None), "livectl apply -");
    }

    #[test]
    fn profile_replaces_the_one_typed() {
        for line in ["livectl apply o -q", "livectl -p prod apply o -q", "livectl apply o -qp prod"]
        {
            let words = Words(line);
            let typed = TypedCommand::new(&words);
            let own = typed.with_profile("it's").text();
            assert_eq!(own, r"livectl -p 'it'\''s' apply o -q");
            assert_eq!(typed.with_profile("sandbox").text(), "livectl --sandbox apply o -q");
        }
    }
}
