//! [`TypedCommand`]: the command that was probably meant, to paste into a shell.
//!
//! Owns the words of the command line. Which command is meant is decided where an input is refused.

use std::ffi::OsString;

use crate::api::operation_input::OperationInput;
use crate::config::selector::SANDBOX_PROFILE;
use crate::input::lines::InputLine;
use crate::secret::redact::urls;
use crate::text::shell_word;

/// The words of the command line, as typed.
#[derive(Debug, Default)]
pub struct TypedCommand {
    words: Vec<String>,
    /// Those of the words that are targets.
    targets: Vec<String>,
}

impl TypedCommand {
    /// The command line of this process.
    #[must_use]
    pub fn new(args: &[OsString]) -> Self {
        let words = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        Self { words, targets: Vec::new() }
    }

    /// The same, whose targets are these.
    #[must_use]
    pub fn with_targets(self, targets: &[String]) -> Self {
        Self { targets: targets.to_vec(), ..self }
    }

    /// The command for one target: what is typed where it is typed, the line's own settings where it is from a file.
    /// `meant` reads another typed target: `None` for a plain name, else the names in its wrapping, or none where the
    /// command cannot have them and leaves them out.
    pub(super) fn for_target(
        &self,
        input: &OperationInput<'_>,
        place: InputLine,
        targets: &[String],
        settings: &[(&str, &str)],
        meant: &dyn Fn(&str) -> Option<Vec<String>>,
    ) -> String {
        let mut words = match place {
            InputLine::Arguments => {
                let words = self.replaced(&input.target, targets).into_iter();
                let other = |word: String| {
                    let meant = meant(&word).filter(|_| self.targets.contains(&word));
                    meant.unwrap_or_else(|| vec![word])
                };
                words.flat_map(other).collect()
            }
            InputLine::List(_) => self.replaced("-", targets),
            InputLine::Line(_) => self.of_line(input, targets),
        };
        for (name, value) in settings {
            set_flag(&mut words, name, value);
        }
        joined(&words)
    }

    /// The command without a word, which is the value of a flag instead.
    pub(super) fn with_flag(&self, word: &str, flag: &str) -> String {
        let mut words = self.words.clone();
        words.retain(|other| other != word);
        set_flag(&mut words, flag, word);
        joined(&words)
    }

    /// The command that reads its lines from a pipe instead of `file`.
    pub(super) fn piped(&self, file: &str, format: Option<&str>) -> String {
        let mut words = self.replaced(file, &["-".to_owned()]);
        if words.is_empty() {
            words.extend(["livectl", "apply", "-"].map(str::to_owned));
        }
        if let Some(format) = format {
            set_flag(&mut words, "format", format);
        }
        joined(&words)
    }

    /// The command with another profile, or with `--sandbox`, whose profile has a reserved name.
    pub(super) fn with_profile(&self, name: &str) -> Self {
        let mut words = Vec::new();
        let mut typed = self.words.iter();
        while let Some(word) = typed.next() {
            match word.as_str() {
                "-p" | "--profile" => drop(typed.next()),
                "--sandbox" => {}
                other if other.starts_with("--profile=") => {}
                _ => words.push(word.clone()),
            }
        }
        let chosen = match name {
            SANDBOX_PROFILE => vec!["--sandbox".to_owned()],
            _ => vec!["-p".to_owned(), name.to_owned()],
        };
        // Right behind the program's name: further back, a flag that takes a value might swallow it.
        words.splice(1.min(words.len())..1.min(words.len()), chosen);
        Self { words, targets: self.targets.clone() }
    }

    /// The command with another value of a flag; of a line of a file, that operation alone.
    pub(super) fn with_value(
        &self,
        input: &OperationInput<'_>,
        place: InputLine,
        is_list: bool,
        (flag, value): (&str, &str),
    ) -> String {
        let mut words = match place {
            InputLine::Arguments | InputLine::List(_) => self.words.clone(),
            // The flag is the target of a list.
            InputLine::Line(_) if is_list => self.of_line(input, &[]),
            InputLine::Line(_) => self.of_line(input, &[input.target.to_string()]),
        };
        set_flag(&mut words, flag, value);
        joined(&words)
    }

    /// The command as one line.
    pub(super) fn line(&self) -> String {
        joined(&self.words)
    }

    fn replaced(&self, old: &str, new: &[String]) -> Vec<String> {
        let replace = |word: &String| if word == old { new.to_vec() } else { vec![word.clone()] };
        self.words.iter().flat_map(replace).collect()
    }

    /// A line of `apply` as a separate command with the global flags of the run.
    fn of_line(&self, input: &OperationInput<'_>, targets: &[String]) -> Vec<String> {
        let mut words = Vec::new();
        let mut typed = self.words.iter().peekable();
        while let Some(word) = typed.next() {
            match word.as_str() {
                "apply" => {
                    words.extend([&input.vendor, &input.action].map(ToString::to_string));
                    words.extend_from_slice(targets);
                    for (name, value) in input.values() {
                        let is_switch = value == "true" || value == "false";
                        if value != "false" {
                            words.push(format!("--{name}"));
                        }
                        words.extend((!is_switch).then(|| value.to_owned()));
                    }
                    // The file follows its command.
                    typed.next_if(|next| *next == "-" || !next.starts_with('-'));
                }
                "--format" => drop(typed.next()),
                other if other.starts_with("--format=") => {}
                _ => words.push(word.clone()),
            }
        }
        words
    }
}

/// Sets the value of a flag, in its place where it is typed.
fn set_flag(words: &mut Vec<String>, name: &str, value: &str) {
    let flag = format!("--{name}");
    let joined = format!("{flag}=");
    if let Some(at) = words.iter().position(|word| *word == flag) {
        if let Some(old) = words.get_mut(at + 1) {
            value.clone_into(old);
        }
    } else if let Some(word) = words.iter_mut().find(|word| word.starts_with(&joined)) {
        *word = format!("{joined}{value}");
    } else {
        // Behind `--` it would be a target.
        let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
        words.splice(end..end, [flag, value.to_owned()]);
    }
}

/// One line for a shell, without the secrets of URLs.
fn joined(words: &[String]) -> String {
    // The program's name, not the path from which this process was started.
    let typed = words.iter().skip(1).map(|word| shell_word(&urls(word)));
    ["livectl".to_owned()].into_iter().chain(typed).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> TypedCommand {
        TypedCommand::new(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn arguments_keep_the_flags_typed() {
        let input = OperationInput::new("jd", "forbid").on("\"live/a\"");
        let command = typed("/bin/livectl -q jd forbid \"live/a\" live/b --domain a.com --for 2h");
        assert_eq!(
            command.for_target(
                &input,
                InputLine::Arguments,
                &["live/it's".to_owned()],
                &[("domain", "b.com")],
                &|_| None
            ),
            r"livectl -q jd forbid 'live/it'\''s' live/b --domain b.com --for 2h"
        );
        let list = typed("livectl tencent resume - -n");
        assert_eq!(
            list.for_target(
                &input,
                InputLine::List(3),
                &["a".to_owned()],
                &[("domain", "b.com")],
                &|_| None
            ),
            "livectl tencent resume a -n --domain b.com"
        );
    }

    #[test]
    fn lines_of_a_file_become_commands() {
        let input = OperationInput::new("shumei", "close").on("r,");
        let input = input.with("audio", "true").with("cluster", "sg");
        let command = typed("livectl -p prod apply ops.csv --format csv --journal j");
        assert_eq!(
            command.for_target(&input, InputLine::Line(2), &["r".to_owned()], &[], &|_| None),
            "livectl -p prod shumei close r --audio --cluster sg --journal j"
        );
        assert_eq!(
            command.piped("ops.csv", Some("csv")),
            "livectl -p prod apply - --format csv --journal j"
        );
        assert_eq!(typed("livectl apply o").piped("o", None), "livectl apply -");
    }

    #[test]
    fn profile_replaces_the_one_typed() {
        for line in [
            "livectl apply o -q",
            "livectl -p prod apply o -q",
            "livectl apply o --profile prod -q",
        ] {
            assert_eq!(typed(line).with_profile("it's").line(), r"livectl -p 'it'\''s' apply o -q");
            assert_eq!(typed(line).with_profile("sandbox").line(), "livectl --sandbox apply o -q");
        }
        assert_eq!(
            typed("livectl --sandbox apply o").with_profile("a").line(),
            "livectl -p a apply o"
        );
    }

    #[test]
    fn word_becomes_the_value_of_a_flag() {
        let command = typed("livectl tencent forbid 8888_x 2h");
        assert_eq!(command.with_flag("2h", "for"), "livectl tencent forbid 8888_x --for 2h");
    }
}
