//! [`Problems`]: the faults of an input in its order; of many lines that fail alike the first few are printed.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::error::Error;
use crate::input::foreign::LineFile;
use crate::input::meant::TypedCommand;
use crate::secret::redact::urls;
use crate::text::{count, shell_file};

/// How many lines that fail alike are printed.
// Three hundred lines of one fault would push the hint out of sight.
const PRINTED: usize = 10;

/// How many lines a printed `sed` command deletes at most.
// A longer command is too long to be read.
const DELETED: usize = 20;

/// The problems of an input.
#[derive(Default)]
pub(super) struct Problems {
    printed: Vec<String>,
    /// How often each problem occurred, whatever the line.
    counts: HashMap<String, usize>,
    /// The problems in the order of their first line.
    order: Vec<String>,
    lines: BTreeSet<u64>,
    /// The last command that is printed, without the names in it.
    command: Option<String>,
    /// Whether the targets of the command line have a command, once that was looked for.
    pub(super) has_command: Option<bool>,
    /// A problem is on no line of a file.
    pub(super) has_other: bool,
    /// A target is a line of a profile file, whose other lines are none either.
    pub(super) has_profile_line: bool,
    /// A target is refused that `--exact` takes.
    pub(super) has_wrapped: bool,
}

impl Problems {
    /// Adds a problem: its text for the operator, and what it has in common with those of other lines.
    pub(super) fn add(&mut self, text: String, kind: &str, line: Option<u64>) {
        match line {
            // One more than are printed is enough to know that they are not.
            Some(line) if self.lines.len() <= DELETED => drop(self.lines.insert(line)),
            Some(_) => {}
            None => self.has_other = true,
        }
        if !self.counts.contains_key(kind) {
            self.order.push(kind.to_owned());
        }
        let seen = self.counts.entry_ref(kind).or_default();
        *seen += 1;
        if *seen <= PRINTED {
            self.printed.push(text);
        }
    }

    /// Whether a command, without the names in it, is another than the last one; it is the last one from now on.
    pub(super) fn is_new_command(&mut self, form: String) -> bool {
        let is_new = self.command.as_ref() != Some(&form);
        self.command = Some(form);
        is_new
    }

    /// The lines with a problem, where there are few.
    pub(super) fn lines(&self) -> Option<&BTreeSet<u64>> {
        (!self.has_other && !self.has_profile_line && self.lines.len() <= DELETED)
            .then_some(&self.lines)
    }

    /// Whether a problem of this kind has been added.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.counts.contains_key(kind)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.printed.is_empty()
    }

    /// The error: each problem, the way to take names exactly, and how to do the rest.
    pub(super) fn into_error(
        self,
        typed: &TypedCommand<'_>,
        file: &LineFile,
        has_good: bool,
    ) -> Error {
        let mut hint = "nothing was sent; fix the input and run it again".to_owned();
        if let (Some(lines), Some(path), true) = (self.lines(), &file.path, has_good) {
            let deletions: Vec<_> = lines.iter().map(|line| format!("{line}d")).collect();
            let (deletions, name) = (deletions.join(";"), shell_file(path));
            let rest = typed.piped(path, file.format);
            hint.push_str(&format!("; without these lines: sed '{deletions}' {name} | {rest}"));
        }
        if self.has_wrapped {
            hint.push_str("\nif the stream is really called so: --exact");
        }
        // What is repeated of a bad line may be a URL with a push secret.
        Error::input(urls(&self.into_text()).into_owned()).hint(hint)
    }

    /// One problem a line, then how many more of each kind there are.
    pub(super) fn into_text(self) -> String {
        let mut lines = self.printed;
        for kind in &self.order {
            if let Some(more) = self.counts[kind].checked_sub(PRINTED).filter(|more| *more > 0) {
                lines.push(format!("and {} alike: {kind}", count(more, "more line")));
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_fail_alike_are_counted() {
        let mut problems = Problems::default();
        assert!(problems.is_empty());
        for line in 1..=12 {
            problems.add(format!("line {line}: too long"), "too long", Some(line));
        }
        problems.add("line 13: too short".into(), "too short", Some(13));
        let text = problems.into_text();
        assert_eq!(text.lines().count(), 12);
        assert!(text.starts_with("line 1: too long\n"));
        assert!(text.ends_with("line 13: too short\nand 2 more lines alike: too long"), "{text}");
    }
}
