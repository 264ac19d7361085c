//! A run's own file in the memory, which `livectl log` and `undo` read.
//!
//! It never changes what a run does: it takes no lock and waits for no disk, and where it cannot be written a note reports it
//! and the run goes on. What survives a killed process is what was written; a power cut may take the last seconds.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::console::Console;
use crate::error::{Error, Result};
use crate::files::{create_private_folder, mode, private_file};
use crate::output::run_id::RunId;
use crate::text::{reason, shell_word, visible_path};

/// The permission that lets everyone put records into a file, or a file into a folder.
const WRITABLE_BY_ALL: u32 = 0o002;

/// The ending of a run's file.
pub const ENDING: &str = "jsonl";

/// The path of a run's file in this folder.
#[must_use]
pub fn path_of(folder: &Path, run: &RunId) -> PathBuf {
    folder.join(format!("{run}.{ENDING}"))
}

/// The folder of the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Several people write to it: it has to exist, and its files may be read by their group.
    pub is_shared: bool,
}

impl MemoryFolder {
    /// The folder of this user; an empty path where the platform has none.
    #[must_use]
    pub fn of_user() -> Self {
        // On macOS and Windows there is no folder for state beside that for data.
        let state = dirs::state_dir().or_else(dirs::data_local_dir);
        let path = state.map(|state| state.join("livectl").join("runs")).unwrap_or_default();
        Self { path, is_shared: false }
    }

    /// Why nothing may be written to it.
    fn problem(&self) -> io::Result<()> {
        if self.path.as_os_str().is_empty() {
            return Err(io::Error::other("this user has no home folder"));
        }
        if !self.is_shared {
            return create_private_folder(&self.path);
        }
        let metadata = self.path.metadata()?;
        if !metadata.is_dir() {
            return Err(io::Error::other("it is not a folder"));
        }
        // Anyone could put a record there, and `undo` would act on it.
        if mode(&metadata) & WRITABLE_BY_ALL != 0 {
            return Err(io::Error::other("everyone can write to it"));
        }
        Ok(())
    }
}

/// Refuses a folder or a file of records that everyone can write to: the records decide what `undo` sends.
pub fn check_writers(path: &Path) -> Result<()> {
    if !path.metadata().is_ok_and(|metadata| mode(&metadata) & WRITABLE_BY_ALL != 0) {
        return Ok(());
    }
    let (shown, word) = (visible_path(path), shell_word(&path.to_string_lossy()));
    Err(Error::config(format!(
        "everyone can write to {shown}, so what it records cannot be trusted"
    ))
    .hint(format!("run `chmod o-w {word}` once you know that its records are right")))
}

/// The file of a run. It is created when the first request is about to leave: a run that sends nothing leaves none.
pub struct RunFile {
    folder: MemoryFolder,
    run: RunId,
    console: Console,
    /// `None` before its first line is written.
    file: RefCell<Option<File>>,
    /// Lines that are written with the next request.
    held: RefCell<Vec<u8>>,
    has_failed: Cell<bool>,
}

/// The most bytes that wait.
const MOST_HELD: usize = 1 << 20;

impl RunFile {
    /// The file of a run, which begins with these lines.
    #[must_use]
    pub fn new(folder: MemoryFolder, run: RunId, console: Console, first: Vec<u8>) -> Self {
        let (file, held) = (RefCell::new(None), RefCell::new(first));
        Self { folder, run, console, file, held, has_failed: Cell::new(false) }
    }

    /// Whether a line could not be written.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    /// Whether the run has written to it.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.file.borrow().is_some()
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        path_of(&self.folder.path, &self.run)
    }

    /// Writes the lines that are held, in one write.
    pub fn write(&self) {
        if self.has_failed.get() {
            return;
        }
        let mut held = self.held.borrow_mut();
        let written = self.append(&held);
        held.clear();
        if let Err(error) = written {
            // For the rest of the run: a file with a gap would make `undo` put back what does not hold.
            self.has_failed.set(true);
            self.console.note(&format!(
                "the run is not remembered for `livectl log` and `undo`: {} cannot be written: {}",
                visible_path(&self.folder.path),
                reason(&error)
            ));
        }
    }

    /// Keeps the lines that `append` appends for the next write: those of results need not be there before anything else
    /// happens.
    pub fn hold(&self, append: impl FnOnce(&mut Vec<u8>)) {
        if self.has_failed.get() {
            return;
        }
        let is_full = {
            let mut held = self.held.borrow_mut();
            append(&mut held);
            held.len() > MOST_HELD
        };
        if is_full {
            self.flush();
        }
    }

    /// Writes what is held, where the file was begun.
    pub fn flush(&self) {
        if self.is_begun() && !self.held.borrow().is_empty() {
            self.write();
        }
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file.borrow_mut();
        let file = match &mut *file {
            Some(file) => file,
            // Not earlier: a run that is refused before its first request leaves no file behind.
            unopened => unopened.insert(self.create()?),
        };
        file.write_all(bytes)
    }

    fn create(&self) -> io::Result<File> {
        self.folder.problem()?;
        // Never a file that is there: two runs of one id would be read as one.
        let file = private_file().append(true).create_new(true).open(self.path())?;
        if self.folder.is_shared {
            share(&file)?;
        }
        Ok(file)
    }
}

/// Lets the group read, whatever the process's mask takes away.
#[cfg(unix)]
fn share(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn share(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn run_file(folder: &Path, is_shared: bool) -> (RunFile, PathBuf) {
        let run = RunId::parse("20261121T100000Z-7k2m").unwrap();
        let path = path_of(folder, &run);
        let folder = MemoryFolder { path: folder.to_owned(), is_shared };
        (RunFile::new(folder, run, Console::default(), b"run\n".to_vec()), path)
    }

    #[test]
    fn file_begins_with_the_first_write() {
        let folder = tempfile::TempDir::new().unwrap();
        let (file, path) = run_file(&folder.path().join("livectl/runs"), false);
        file.hold(|held| held.extend(b"skipped\n"));
        file.flush();
        assert!(!path.exists());
        file.hold(|held| held.extend(b"intent\n"));
        file.write();
        assert_eq!(fs::read_to_string(&path).unwrap(), "run\nskipped\nintent\n");
        file.hold(|held| held.extend(b"result\n"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "run\nskipped\nintent\n");
        file.flush();
        file.hold(|held| held.extend(b"end\n"));
        file.write();
        assert_eq!(fs::read_to_string(&path).unwrap(), "run\nskipped\nintent\nresult\nend\n");
    }

    #[test]
    fn held_lines_are_written_when_the_file_opens() {
        let folder = tempfile::TempDir::new().unwrap();
        let (file, path) = run_file(folder.path(), false);
        file.hold(|held| held.extend(b"intent\n"));
        file.write();
        let line = vec![b'x'; MOST_HELD + 1];
        file.hold(|held| held.extend(&line));
        assert_eq!(fs::read(&path).unwrap().len(), "run\nintent\n".len() + line.len());
    }

    #[cfg(unix)]
    #[test]
    fn file_and_folder_are_private_unless_shared() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::TempDir::new().unwrap();
        let runs = folder.path().join("livectl/runs");
        let (file, path) = run_file(&runs, false);
        file.write();
        assert_eq!([mode(&path), mode(&runs), mode(runs.parent().unwrap())], [0o600, 0o700, 0o700]);

        let (file, path) = run_file(folder.path(), true);
        file.write();
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn shared_folder_has_to_exist() {
        let folder = tempfile::TempDir::new().unwrap();
        let shared = folder.path().join("shared");
        let (file, path) = run_file(&shared, true);
        file.hold(|held| held.extend(b"intent\n"));
        file.write();
        assert!(file.has_failed.get() && !shared.exists());
        fs::create_dir(&shared).unwrap();
        file.hold(|held| held.extend(b"intent\n"));
        file.write();
        assert!(!path.exists(), "one note, and the run goes on");
    }

    #[cfg(unix)]
    #[test]
    fn folder_that_everyone_can_write_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let (file, path) = run_file(folder.path(), true);
        file.hold(|held| held.extend(b"intent\n"));
        file.write();
        assert!(file.has_failed.get() && !path.exists());
    }
}
