//! Which run a name means: its id, the beginning or the last four characters of it, or `last`.

use crate::api::spec::Vendors;
use crate::error::{Error, Result};
use crate::log::folder::LogFile;
use crate::log::overview::{RecordFilter, RunSummary, summarize_all};
use crate::text::visible;

/// The run that a name means, and the file that holds it.
pub fn find_run(vendors: Vendors, files: &[LogFile], name: &str) -> Result<(RunSummary, LogFile)> {
    let is_meant = |file: &&LogFile| match &file.run {
        Some(id) => name == LAST || id.answers_to(name),
        None => true,
    };
    let filter = RecordFilter::open(vendors);
    let mut found: Vec<(RunSummary, LogFile)> = Vec::new();
    // The file of the newest run stands last; only other journals have to be read to know their runs.
    let mut named = files.iter().filter(|file| file.run.is_some()).filter(is_meant);
    let named: Vec<_> =
        if name == LAST { named.next_back().into_iter().collect() } else { named.collect() };
    for file in named.into_iter().chain(files.iter().filter(|file| file.run.is_none())) {
        let (runs, _) = summarize_all(std::slice::from_ref(file), &filter);
        for run in runs {
            let is_new = found.iter().all(|(other, _)| other.id != run.id);
            if is_new && (name == LAST || run.id.answers_to(name)) {
                found.push((run, file.clone()));
            }
        }
    }
    found.sort_by(|(one, _), (other, _)| (one.at, &one.id).cmp(&(other.at, &other.id)));
    if name == LAST {
        return found.pop().ok_or_else(|| Error::input("no run is remembered"));
    }
    match found.len() {
        0 => Err(Error::input(format!("no run is called {:?}", visible(name)))
            .hint("`livectl log` lists the runs; --from FILE reads another file")),
        1 => found.pop().ok_or_else(|| Error::input("no run is remembered")),
        _ => {
            let ids: Vec<_> = found.iter().map(|(run, _)| run.id.to_string()).collect();
            Err(Error::input(format!("{:?} means several runs: {}", visible(name), ids.join(", ")))
                .hint("give more of the id"))
        }
    }
}

/// The name of the run that began last.
const LAST: &str = "last";
