//! The memory read back: the runs of a folder and what their records contain.
//!
//! Reading only: the records are written by [`journal`](crate::journal). Nothing here asks a vendor or changes a file.

pub mod banned;
pub mod banned_list;
pub mod change;
pub mod file;
pub mod filter;
pub mod find;
pub mod folder;
pub mod ledger;
pub mod overview;
pub mod record;
pub mod result_printer;
pub mod run_list;
pub mod run_results;
pub mod run_summary;
pub mod scope;
mod search;
