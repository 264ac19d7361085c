//! [`Planner`] and [`Plan`]: every operation of a run, read and checked before the first request leaves.
//!
//! Owns the checks of a run as a whole: targets that contradict, wrappings, profiles of other runs. The rules of one
//! operation belong to its vendor.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::LazyLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::api::name::VendorName;
use crate::api::operation::{Operation, PlanContext, RunProfile};
use crate::api::operation_input::{ID, OperationInput, PROFILE, Problem};
use crate::api::spec::Vendors;
use crate::error::{Error, Result};
use crate::input::foreign::{ForeignLines, LineFile};
use crate::input::lines::{InputLine, comments_note};
use crate::input::meant::TypedCommand;
use crate::input::problems::Problems;
use crate::input::wrapping::{masked, wrapped_setting};
use crate::text::{count, folded, shell_file, visible};

/// Collects operations, and everything that is wrong with them.
pub struct Planner<'a> {
    pub(super) vendors: Vendors,
    /// The names of all parameters.
    params: Vec<&'static str>,
    pub(super) context: PlanContext<'a>,
    plan: Plan,
    by_target: HashTable<usize>,
    hasher: DefaultHashBuilder,
    counts: InputCounts,
    pub(super) typed: TypedCommand<'a>,
    pub(super) file: LineFile,
    /// The lines of other profiles than the run's.
    pub(super) foreign: ForeignLines,
    pub(super) problems: Problems,
    /// A row of the input goes over several lines, so that the number of a line does not select a row.
    pub(super) has_long_rows: bool,
}

/// What of an input is noted by its number.
#[derive(Default)]
struct InputCounts {
    /// Operations that came again.
    repeated: usize,
    /// Lines of a list that begin with `#`.
    comments: usize,
    /// Names that are taken only because targets are taken exactly.
    exact_names: usize,
}

/// Distinct operations in the order of the input.
#[derive(Default)]
pub struct Plan {
    /// Each of them once; empty only where they are those of a worker.
    pub operations: Vec<Box<dyn Operation>>,
    /// The line of each in the input, from 1; 0 for one of the command line.
    pub lines: Vec<u32>,
    /// Operations that came again, and on which line.
    pub repeats: Vec<(usize, u32)>,
    /// Notes for the operator.
    pub notes: Vec<String>,
    /// The missing configuration of operations that are right in themselves.
    pub missing: Option<Error>,
}

impl Plan {
    /// The plan, when no configuration is missing.
    pub fn complete(self) -> Result<Self> {
        match self.missing {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }
}

impl<'a> Planner<'a> {
    /// A planner without operations.
    #[must_use]
    pub fn new(vendors: Vendors, context: PlanContext<'a>) -> Self {
        Self {
            vendors,
            params: vendors.params(),
            context,
            plan: Plan::default(),
            by_target: HashTable::new(),
            // Quicker than std's: rows need no hash that withstands an attacker.
            hasher: DefaultHashBuilder::default(),
            counts: InputCounts::default(),
            typed: TypedCommand::default(),
            file: LineFile::default(),
            foreign: ForeignLines::default(),
            problems: Problems::default(),
            has_long_rows: false,
        }
    }

    /// The names of all parameters that an operation may have.
    #[must_use]
    pub fn params(&self) -> &[&'static str] {
        &self.params
    }

    /// Whether a vendor has this word.
    pub(super) fn is_vendor(&self, word: &str) -> bool {
        self.vendors.iter().any(|vendor| vendor.name.as_str() == word)
    }

    /// Whether a parameter is set or not, without a value.
    pub(super) fn is_switch(&self, name: &str) -> bool {
        let mut params = self.vendors.operations().flat_map(|spec| spec.params.iter());
        params.any(|param| param.name == name && param.value_name.is_none())
    }

    /// Reads a JSON object as an operation.
    pub fn input<'t>(&self, text: &'t str) -> serde_json::Result<OperationInput<'t>> {
        OperationInput::from_json(text, &self.params)
    }

    /// The planner with the command line as typed, for the commands that its refusals print.
    #[must_use]
    pub fn typed(self, typed: TypedCommand<'a>) -> Self {
        Self { typed, ..self }
    }

    /// The lines that follow are in this file.
    pub fn set_file(&mut self, path: &str, format: Option<&'static str>) {
        let path = (path != "-").then(|| path.to_owned());
        self.file = LineFile { path, format, ..LineFile::default() };
    }

    /// The command as typed, which reads its input from a pipe. It goes to the same account.
    pub(super) fn piped(&self, format: Option<&str>) -> String {
        self.typed.piped(self.file.path.as_deref().unwrap_or("-"), format)
    }

    /// The input as a word of a printed command; standard input has no name.
    pub(super) fn file_word(&self) -> String {
        self.file.path.as_deref().map_or("FILE".to_owned(), shell_file)
    }

    /// Takes out the notes on what has been read.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.context.notes.take()
    }

    /// Takes out the missing configuration of an operation that is otherwise right.
    pub fn take_missing(&mut self) -> Option<Error> {
        self.context.missing.take()
    }

    /// Counts a line of a list that begins with `#`.
    pub(super) fn pass_over_comment(&mut self) {
        self.counts.comments += 1;
    }

    /// Reads one more operation.
    pub fn add(&mut self, input: &OperationInput<'_>, place: InputLine) {
        if let Some(operation) = self.check(input, place) {
            self.keep(operation, place);
        }
    }

    /// The operation, where nothing is wrong with it in itself; otherwise takes note of why.
    pub(super) fn check(
        &mut self,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<Box<dyn Operation>> {
        if let Some(profile) = input.get(PROFILE).filter(|profile| !self.is_own(profile)) {
            self.foreign.add(profile);
            return None;
        }
        self.foreign.has_own = true;
        let wrapped = wrapped_setting(input, place).filter(|_| !self.context.is_exact);
        if let Some((text, kind)) = wrapped {
            self.problems.has_wrapped = true;
            self.problems.add(text, kind, place.number());
            return None;
        }
        if let Some(spec) = self.vendors.find(input).ok().filter(|spec| spec.target.flag.is_none())
        {
            match self.refusal(spec, input, place) {
                Some(_) if self.context.is_exact => self.counts.exact_names += 1,
                Some((text, kind)) => {
                    self.problems.add(text, kind, place.number());
                    return None;
                }
                None => {}
            }
        }
        match self.vendors.read(input, &mut self.context) {
            Ok(operation) => Some(operation),
            Err(problem) => {
                self.problem(&problem, input, place);
                None
            }
        }
    }

    /// Whether the profile that a line names is the run's.
    fn is_own(&self, profile: &str) -> bool {
        match &self.context.profile {
            // The fault of the profile is reported instead.
            RunProfile::Unknown => true,
            RunProfile::Environment => false,
            RunProfile::Named(name) => name == profile,
        }
    }

    /// Takes note of a line that cannot even be read.
    pub fn reject(&mut self, line: u64, what: &str) {
        let what = visible(what);
        // The column of a fault differs from line to line.
        let kind = what.split(" (column ").next().unwrap_or_default();
        self.problems.add(format!("line {line}: {what}"), kind, Some(line));
    }

    fn problem(&mut self, problem: &Problem, input: &OperationInput<'_>, place: InputLine) {
        let kind = format!("{}: {}", problem.key, visible(&problem.message));
        // A setting of the command line is wrong for all its targets.
        let is_common = !matches!(place, InputLine::Line(_)) && problem.key != "target";
        if !is_common || !self.problems.has(&kind) {
            let mut text = describe(problem, input, place);
            if let Some(command) = self.meant_domain(problem.key, input, place) {
                text.push_str(&format!("; probably meant: {command}"));
            }
            self.problems.add(text, &kind, place.number());
        }
    }

    fn keep(&mut self, operation: Box<dyn Operation>, place: InputLine) {
        let key = |operation: &dyn Operation| self.hasher.hash_one(identity(operation));
        let operations = &self.plan.operations;
        let same_target = |index: &usize| identity(&*operations[*index]) == identity(&*operation);
        let hash = key(&*operation);
        match self.by_target.find(hash, same_target) {
            Some(&index) if is_same(&*operations[index], &*operation) => {
                self.counts.repeated += 1;
                let line = place.number().and_then(|line| u32::try_from(line).ok());
                self.plan.repeats.extend(line.map(|line| (index, line)));
            }
            Some(&index) => {
                // Both would be in flight together, and either might arrive last.
                let what = contradiction(&*operations[index], &*operation);
                let text = format!("{}{what}", place.prefix());
                self.problems.add(text, "it is in this run already", place.number());
            }
            None => {
                let index = operations.len();
                self.by_target.insert_unique(hash, index, |index| key(&*operations[*index]));
                self.plan.operations.push(operation);
                let line = place.number().unwrap_or_default();
                self.plan.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
            }
        }
    }

    /// The plan, when nothing is wrong and there is something to do.
    pub fn finish(mut self) -> Result<Plan> {
        if self.has_long_rows {
            // No printed command may delete single lines of such a file.
            self.plan.lines.fill(0);
            self.problems.has_other = true;
        }
        let Self { mut context, mut plan, typed, file, foreign, mut problems, .. } = self;
        if !foreign.is_empty() {
            let what = foreign.message(&context.profile);
            if problems.is_empty() {
                let hint = foreign.hint(&context.profile, &typed, &file);
                return Err(Error::input(what).hint(hint));
            }
            problems.add(what, "another profile", None);
        }
        if !problems.is_empty() {
            return Err(problems.into_error(&typed, &file, !plan.operations.is_empty()));
        }
        if plan.operations.is_empty() {
            return Err(Error::input("nothing to do: the input holds no target")
                .hint("give one target or operation per line"));
        }
        self.counts.notes().into_iter().for_each(|note| context.notes.add(note));
        plan.operations.shrink_to_fit();
        plan.notes = context.notes.iter().map(str::to_owned).collect();
        plan.missing = context.missing;
        Ok(plan)
    }

    /// The error of an input in another form, with the filter that converts it and the command as typed behind that.
    // Built where it is printed alone: the command is read with all flags of the program, which takes a millisecond.
    pub(super) fn other_form(&self, what: &str, filter: &str, format: Option<&str>) -> Error {
        let (file, command) = (self.file_word(), self.piped(format));
        Error::input(format!("the input is {what}"))
            .hint(format!("`{filter} {file} | {command}` reads it"))
    }
}

impl InputCounts {
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.repeated > 0 {
            let times = count(self.repeated, "repeated operation");
            notes.push(format!("{times} in the input; each distinct one is done once"));
        }
        notes.extend(comments_note(self.comments));
        if self.exact_names > 0 {
            let names = count(self.exact_names, "target");
            let form = if self.exact_names == 1 { "it is" } else { "they are" };
            notes.push(format!("{names} taken as {form}, which would be refused without --exact"));
        }
        notes
    }
}

fn is_same(one: &dyn Operation, other: &dyn Operation) -> bool {
    if !std::ptr::eq(one.spec(), other.spec()) {
        return false;
    }
    let (mut one, mut other) = (one.settings(), other.settings());
    // Another id makes no other operation.
    one.retain(|(key, _)| *key != ID);
    other.retain(|(key, _)| *key != ID);
    for (key, value) in one.iter_mut().chain(&mut other) {
        if let (true, Some(host)) = (*key == "domain", value.as_str()) {
            *value = folded(host).into_owned().into();
        }
    }
    one == other
}

fn contradiction(first: &dyn Operation, second: &dyn Operation) -> String {
    let what =
        if std::ptr::eq(first.spec(), second.spec()) { "other settings" } else { "another action" };
    format!(
        "target {}: it is in this run already, with {what} ({}); do them in separate runs",
        visible(second.target()),
        first.spec().title()
    )
}

fn describe(problem: &Problem, input: &OperationInput<'_>, place: InputLine) -> String {
    let Problem { key, message } = problem;
    let at = match (place, *key) {
        (_, "target") => {
            format!("{}target {}", place.prefix(), visible(&format!("{:?}", masked(&input.target))))
        }
        (place, "action") => {
            format!("{}action {}", place.prefix(), visible(&format!("{:?}", input.action)))
        }
        (place, Problem::OF_PROFILE) => return format!("{}{}", place.prefix(), visible(message)),
        (InputLine::Line(line), key) => format!("line {line}: {key}"),
        (InputLine::Arguments | InputLine::List(_), flag) => format!("--{flag}"),
    };
    format!("{at}: {}", visible(message))
}

/// A hash of the identity of an operation's target, the same for the length of the process.
#[must_use]
pub fn target_hash(operation: &dyn Operation) -> u64 {
    static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    HASHER.hash_one(identity(operation))
}

/// The identity of an operation's target: its vendor, domain, application and name.
fn identity(operation: &dyn Operation) -> (VendorName, Cow<'_, str>, Cow<'_, str>, Option<&str>) {
    let spec = operation.spec();
    let domain = folded(operation.domain().unwrap_or_default());
    (spec.vendor, domain, spec.identity(operation.target()), operation.app())
}

#[cfg(test)]
pub(crate) mod tests;
