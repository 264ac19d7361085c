//! Which run a name means: its id, the beginning or the last four characters of it, or `last`.

use crate::api::spec::Vendors;
use crate::error::{Error, Result};
use crate::log::filter::RecordFilter;
use crate::log::folder::LogFile;
use crate::log::overview::summarize_all;
use crate::log::run_summary::RunSummary;
use crate::output::run_id::RunId;
use crate::text::visible;
use crate::time::Timestamp;

/// The run that a name means.
pub struct FoundRun {
    /// The run.
    pub run: RunSummary,
    /// The file that holds it.
    pub file: LogFile,
    /// Remarks on other files that were read.
    pub notes: Vec<String>,
}

/// The run that a name means; `hint` names where else to look.
pub fn find_run(vendors: Vendors, files: &[LogFile], name: &str, hint: &str) -> Result<FoundRun> {
    let filter = RecordFilter::open(vendors);
    let mut found: Vec<(RunSummary, LogFile)> = Vec::new();
    let mut notes: Vec<(&LogFile, String)> = Vec::new();
    for file in candidates(files, name) {
        let (runs, of_file) = summarize_all(std::slice::from_ref(file), &filter);
        notes.extend(of_file.into_iter().map(|note| (file, note)));
        for run in runs {
            let is_new = found.iter().all(|(other, _)| other.id != run.id);
            if is_new && (name == LAST || run.id.answers_to(name)) {
                found.push((run, file.clone()));
            }
        }
    }
    // A journal and a file of the folder may hold the same runs, so that the files are in no order of time.
    found.sort_by(|(one, _), (other, _)| (one.at, &one.id).cmp(&(other.at, &other.id)));
    if name != LAST && found.len() > 1 {
        let ids: Vec<_> = found.iter().map(|(run, _)| run.id.to_string()).collect();
        return Err(Error::input(format!(
            "{:?} means several runs: {}",
            visible(name),
            ids.join(", ")
        ))
        .hint("give more of the id"));
    }
    let Some((run, file)) = found.pop() else {
        let missing = match name {
            LAST => "no run is remembered".to_owned(),
            name => format!("no run is called {:?}", visible(name)),
        };
        let notes = notes.into_iter().map(|(_, note)| note);
        let message: Vec<_> = [missing].into_iter().chain(notes).collect();
        return Err(Error::input(message.join("; ")).hint(hint));
    };
    // Those on its own file come again when its records are read.
    let others = notes.into_iter().filter(|(noted, _)| noted.path != file.path);
    let notes = others.map(|(_, note)| note).collect();
    Ok(FoundRun { run, file, notes })
}

/// The files that may hold the run.
// Of the files of one run each, the name is enough to know, and the others are not read.
fn candidates<'f>(files: &'f [LogFile], name: &str) -> impl Iterator<Item = &'f LogFile> {
    let began = |file: &LogFile| file.run.as_ref().map(RunId::began);
    // Several may have begun in the second that an id has.
    let last: Option<Timestamp> = files.iter().filter_map(began).max();
    let is_meant = move |file: &&LogFile| match &file.run {
        Some(id) if name == LAST => Some(id.began()) == last,
        Some(id) => id.answers_to(name),
        None => true,
    };
    files.iter().filter(is_meant)
}

/// The name of the run that began last.
const LAST: &str = "last";
