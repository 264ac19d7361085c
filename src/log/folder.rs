//! The files of the memory: where they are, and which of them a name means.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::journal::run_file::ENDING;
use crate::output::run_id::RunId;

/// A file of the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// Where it is.
    pub path: PathBuf,
    /// The one run that it holds, after which it is called; `None` for any other journal.
    pub run: Option<RunId>,
}

impl LogFile {
    /// The file of this path.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        let name = path.file_stem().and_then(|name| name.to_str());
        let run = name.and_then(RunId::parse).filter(|_| is_journal(&path));
        Self { path, run }
    }

    /// A journal, which may hold several runs whatever it is called.
    #[must_use]
    pub fn of_journal(path: &Path) -> Self {
        Self { path: path.to_owned(), run: None }
    }
}

/// The files of a folder, in the order in which their runs began. A folder that does not exist has none.
pub fn list(folder: &Path) -> io::Result<Vec<LogFile>> {
    let entries = match fs::read_dir(folder) {
        // Nothing has been remembered yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>();
    let mut files: Vec<_> =
        paths?.into_iter().filter(|path| is_journal(path)).map(LogFile::new).collect();
    // An id begins with the time at which the run began.
    files.sort_by(|one, other| (&one.run, &one.path).cmp(&(&other.run, &other.path)));
    Ok(files)
}

fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::run_file::path_of;

    #[test]
    fn folder_lists_journals_in_order() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in [
            "20261121T100001Z-aaaa.jsonl",
            "20261121T100000Z-zzzz.jsonl",
            "copy.jsonl",
            "notes.txt",
            "20261121T100000Z-yyyy",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let files = list(folder.path()).unwrap();
        let names: Vec<_> =
            files.iter().map(|f| f.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            ["copy.jsonl", "20261121T100000Z-zzzz.jsonl", "20261121T100001Z-aaaa.jsonl"]
        );
        assert_eq!(files[0].run, None);
        assert_eq!(files[1].run.as_ref().unwrap().short(), "zzzz");
        assert_eq!(path_of(folder.path(), files[1].run.as_ref().unwrap()), files[1].path);
        assert_eq!(list(&folder.path().join("none")).unwrap(), []);
        assert!(list(&files[0].path).is_err());
    }
}
