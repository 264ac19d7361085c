//! Results on standard output, and progress and summary on standard error.
//!
//! A [`Renderer`] prints outcomes as they settle; it signs and plans nothing. Owns neither the outcomes (`engine`) nor the
//! journal.

pub(crate) mod cells;
mod columns;
pub mod csv;
pub mod curl;
mod failures;
pub mod json;
pub(crate) mod next_steps;
pub mod preview;
pub mod progress;
pub mod reporter;
pub mod run_id;
pub(crate) mod summary;
pub mod table;
pub mod targets;

use std::io::{self, Write};
use std::rc::Rc;

use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::api::spec::Api;
use crate::input::batch::{Batch, batches};
use crate::input::rows::{ArrivedRows, OperationRef, Rows};
use crate::outcome::Outcome;
use crate::outcome::summary::Summary;
use crate::output::run_id::RunId;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns for people.
    Table,
    /// One JSON document.
    Json,
    /// One JSON result a line, each as it settles.
    Jsonl,
    /// A header and one row a result.
    Csv,
    /// Names alone, one a line.
    Targets,
    /// With --dry-run: one line a request to paste into a shell.
    Curl,
}

/// What a run looks at after a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksAt {
    /// Nothing.
    Nothing,
    /// The state, until it agrees.
    State,
    /// The same, and what went off air for a while longer.
    Hold,
}

/// What all results of a run have in common.
pub struct RunInfo {
    /// All operations of a list; a row is a place in it.
    pub operations: Vec<Box<dyn Operation>>,
    /// The operations of lines that come while the run lasts, instead.
    pub arrived: Option<ArrivedRows>,
    /// The profile's name; `None` for the environment alone.
    pub profile: Option<String>,
    /// The vendors of the run.
    pub vendors: Vec<Rc<dyn Api>>,
    /// For each row whether it is to be done, or was done before.
    pub due: Vec<bool>,
    /// The id of the run; `None` in a dry run.
    pub id: Option<RunId>,
    /// Requests go to the sandbox, which every row of a table shows.
    pub is_sandbox: bool,
    /// Requests are only planned, and shown.
    pub is_dry_run: bool,
    /// What is looked at after a success.
    pub looks_at: LooksAt,
}

impl RunInfo {
    /// Who is asked for operations at this company.
    ///
    /// # Panics
    ///
    /// When the run has no operation there.
    #[must_use]
    pub fn vendor(&self, name: VendorName) -> &Rc<dyn Api> {
        self.vendors
            .iter()
            .find(|vendor| vendor.name() == name)
            .expect("a vendor is opened for every operation")
    }

    /// The requests to make.
    #[must_use]
    pub fn batches(&self) -> Vec<(VendorName, Vec<Batch>)> {
        batches(&self.operations, |row| self.due[row])
    }

    /// The operations by row.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        self.arrived.as_ref().map_or(Rows::Listed(&self.operations), Rows::Arrived)
    }

    /// The row's operation and who is asked.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> (OperationRef<'_>, &dyn Api) {
        let operation = self.rows().get(row);
        let vendor = operation.spec().vendor;
        (operation, &**self.vendor(vendor))
    }
}

/// Shows outcomes on standard output.
pub trait Renderer {
    /// One more row has settled.
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()>;
    /// All have.
    fn finish(&mut self, _out: &mut dyn Write, _: &Summary, _exit_code: u8) -> io::Result<()> {
        Ok(())
    }
    /// What the format cannot print, for standard error; the run is then not all done.
    fn left_out(&self) -> Option<String> {
        None
    }
}
