//! [`Batch`]: the rows of a run that travel in one request.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::text::folded;

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

/// The due rows of each vendor, put together into requests; vendors and requests in the order of the input.
// A group has its place by its first row, so that no target waits for one that is far behind it.
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

fn together(operations: &[Box<dyn Operation>], rows: impl Iterator<Item = usize>) -> Vec<Batch> {
    // Each group's index among the batches, which is that of its first row, and its rows.
    let mut groups: Vec<(usize, Vec<u32>)> = Vec::new();
    let mut batches = Vec::new();
    let mut open: HashMap<(&str, Cow<'_, str>), usize> = HashMap::new();
    for row in rows {
        let operation = &operations[row];
        let number = u32::try_from(row).expect("a run has fewer than four billion targets");
        let key = operation.batch_key().map(|word| (operation.spec().name, folded(word)));
        match key.as_ref().and_then(|key| open.get(key)) {
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
