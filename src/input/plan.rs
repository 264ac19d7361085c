//! What a run will do: every operation read and checked before the first request leaves.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::rc::Rc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::api::name::VendorName;
use crate::api::operation::{Operation, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::spec::Vendors;
use crate::error::{Error, Result};
use crate::input::problems::Problems;
use crate::text::{count, visible};

/// Where in the input an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputLine {
    /// On the command line.
    Arguments,
    /// On a line of a list of targets, counted from 1; the settings stand on the command line.
    List(u64),
    /// On a line of operations, counted from 1.
    Line(u64),
}

/// Collects operations, and everything that is wrong with them.
pub struct Planner<'a> {
    vendors: Vendors,
    /// The names of all parameters.
    params: Vec<&'static str>,
    context: PlanContext<'a>,
    operations: Vec<Box<dyn Operation>>,
    by_target: HashTable<usize>,
    hasher: DefaultHashBuilder,
    repeated: usize,
    problems: Problems,
}

/// Distinct operations in the order of the input.
pub struct Plan {
    /// Each of them once; never empty.
    pub operations: Vec<Box<dyn Operation>>,
    /// Remarks for the operator.
    pub notes: Vec<String>,
    /// What the configuration lacks for operations that are right in themselves.
    pub missing: Option<Error>,
}

impl<'a> Planner<'a> {
    /// Starts with nothing.
    #[must_use]
    pub fn new(vendors: Vendors, context: PlanContext<'a>) -> Self {
        Self {
            vendors,
            params: vendors.params(),
            context,
            operations: Vec::new(),
            by_target: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            repeated: 0,
            problems: Problems::default(),
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

    /// Reads one more operation.
    pub fn add(&mut self, input: &OperationInput<'_>, place: InputLine) {
        match self.vendors.read(input, &mut self.context) {
            Ok(operation) => self.keep(operation, place),
            Err(problem) => {
                let kind = format!("{}: {}", problem.key, visible(&problem.message));
                self.problems.add(describe(&problem, input, place), &kind);
            }
        }
    }

    /// Takes note of a line that cannot even be read.
    pub fn reject(&mut self, line: u64, what: &str) {
        let what = visible(what);
        // The column of a fault differs from line to line.
        let kind = what.split(" (column ").next().unwrap_or_default();
        self.problems.add(format!("line {line}: {what}"), kind);
    }

    fn keep(&mut self, operation: Box<dyn Operation>, place: InputLine) {
        let key = |operation: &dyn Operation| self.hasher.hash_one(identity(operation));
        let same_target =
            |index: &usize| identity(&*self.operations[*index]) == identity(&*operation);
        let hash = key(&*operation);
        match self.by_target.find(hash, same_target) {
            Some(&index) if is_same(&*self.operations[index], &*operation) => self.repeated += 1,
            Some(&index) => {
                let what = contradiction(&*self.operations[index], &*operation);
                self.problems
                    .add(format!("{}{what}", prefix(place)), "it stands in this run already");
            }
            None => {
                let index = self.operations.len();
                let operations = &self.operations;
                self.by_target.insert_unique(hash, index, |index| key(&*operations[*index]));
                self.operations.push(operation);
            }
        }
    }

    /// The plan, when nothing is wrong and there is something to do.
    pub fn finish(self) -> Result<Plan> {
        let Self { mut context, mut operations, repeated, problems, .. } = self;
        if !problems.is_empty() {
            let hint = "nothing was sent; fix the input and run it again";
            return Err(Error::input(problems.into_text()).hint(hint));
        }
        if operations.is_empty() {
            return Err(Error::input("nothing to do: the input holds no target")
                .hint("give one target or operation per line"));
        }
        if repeated > 0 {
            let times = count(repeated, "repeated operation");
            context.notes.add(format!("{times} in the input; each distinct one is done once"));
        }
        operations.shrink_to_fit();
        Ok(Plan {
            operations,
            notes: context.notes.iter().map(str::to_owned).collect(),
            missing: context.missing,
        })
    }
}

fn is_same(one: &dyn Operation, other: &dyn Operation) -> bool {
    std::ptr::eq(one.spec(), other.spec()) && one.settings() == other.settings()
}

fn contradiction(first: &dyn Operation, second: &dyn Operation) -> String {
    let what =
        if std::ptr::eq(first.spec(), second.spec()) { "other settings" } else { "another action" };
    format!(
        "target {}: it stands in this run already, with {what} ({}); do them in separate runs",
        visible(second.target()),
        first.spec().title()
    )
}

fn prefix(place: InputLine) -> String {
    match place {
        InputLine::Arguments => String::new(),
        InputLine::List(line) | InputLine::Line(line) => format!("line {line}: "),
    }
}

fn describe(problem: &Problem, input: &OperationInput<'_>, place: InputLine) -> String {
    let Problem { key, message } = problem;
    let at = match (place, *key) {
        (_, "target") => {
            format!("{}target {}", prefix(place), visible(&format!("{:?}", input.target)))
        }
        (place, "action") => {
            format!("{}action {}", prefix(place), visible(&format!("{:?}", input.action)))
        }
        (InputLine::Line(line), key) => format!("line {line}: {key}"),
        (InputLine::Arguments | InputLine::List(_), flag) => format!("--{flag}"),
    };
    format!("{at}: {}", visible(message))
}

/// Rows that one request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// The usual case.
    One(u32),
    /// Targets that travel together.
    Many(Box<[u32]>),
}

impl Batch {
    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        match self {
            Self::One(row) => std::slice::from_ref(row),
            Self::Many(rows) => rows,
        }
    }
}

/// The rows that are due, vendor by vendor in the order of the input, put together into requests in the order of the input.
#[must_use]
pub fn batches(
    operations: &[Box<dyn Operation>],
    due: impl Fn(usize) -> bool,
) -> Vec<(VendorName, Vec<Batch>)> {
    let mut names: Vec<VendorName> = Vec::new();
    for operation in operations {
        let vendor = operation.spec().vendor;
        if !names.contains(&vendor) {
            names.push(vendor);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let is_due = |&row: &usize| operations[row].spec().vendor == name && due(row);
            (name, together(operations, (0..operations.len()).filter(is_due)))
        })
        .filter(|(_, batches)| !batches.is_empty())
        .collect()
}

/// What tells an operation's target from all others.
fn identity(operation: &dyn Operation) -> (VendorName, Cow<'_, str>) {
    let action = operation.spec();
    (action.vendor, action.identity(operation.target()))
}

fn together(operations: &[Box<dyn Operation>], rows: impl Iterator<Item = usize>) -> Vec<Batch> {
    // Where each group stands, and its rows.
    let mut groups: Vec<(usize, Vec<u32>)> = Vec::new();
    let mut batches = Vec::new();
    let mut open: HashMap<(&str, &Rc<str>), usize> = HashMap::new();
    for row in rows {
        let operation = &operations[row];
        let number = u32::try_from(row).expect("a run has fewer than four billion targets");
        let key = operation.batch_key().map(|word| (operation.spec().name, word));
        match key.and_then(|key| open.get(&key)) {
            Some(&group) if groups[group].1.len() < operation.spec().batch_size => {
                groups[group].1.push(number);
            }
            _ => {
                if let Some(key) = key {
                    open.insert(key, groups.len());
                    groups.push((batches.len(), vec![number]));
                }
                batches.push(Batch::One(number));
            }
        }
    }
    for (at, rows) in groups.into_iter().filter(|(_, rows)| rows.len() > 1) {
        batches[at] = Batch::Many(rows.into());
    }
    batches
}

#[cfg(test)]
pub(crate) mod tests;
