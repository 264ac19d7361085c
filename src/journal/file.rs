//! Opens a journal: a regular file that this user owns, that no other user can write, and that this process has locked.
//!
//! `--resume` skips what a journal records as applied. Whoever can write it decides what is skipped, so a journal that others
//! can write is refused.

use std::fs::{File, Metadata, TryLockError};
use std::io;
use std::path::Path;

use crate::error::{Error, Result};
use crate::files::{mode, private_file};
use crate::text::{reason, shell_word, visible_path};

/// Opens the journal for writing, creating it with mode 0600, and locks it.
pub(super) fn open_locked(path: &Path) -> Result<File> {
    // A journal that is replaced more often between its opening and its lock is rotated in a loop.
    const TRIES: usize = 10;
    // A pipe would wait for its reader, a device might act on being opened.
    if let Ok(metadata) = path.metadata() {
        check_kind(path, &metadata)?;
    }
    for _ in 0..TRIES {
        let file = open(path).map_err(|error| failure("open", path, &error))?;
        // An advisory lock ends with its process: a killed run leaves none behind, as a lock file would.
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(path, &file)),
            Err(TryLockError::Error(error)) => return Err(failure("lock", path, &error)),
        }
        // Replaced between opening and lock, the file would be locked by this run and its name by
        // another: two writers.
        if is_same_file(&file, path) {
            check(path, &file)?;
            return Ok(file);
        }
    }
    Err(Error::input(format!("the journal {} is being replaced", visible_path(path)))
        .hint("a journal is one file for the length of a run; stop what moves it"))
}

/// Opens the journal for reading alone; `None` where there is none.
pub(super) fn open_for_reading(path: &Path) -> Result<Option<File>> {
    match path.metadata() {
        Ok(metadata) => check_kind(path, &metadata)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failure("open", path, &error)),
    }
    let file = File::open(path).map_err(|error| failure("open", path, &error))?;
    check(path, &file)?;
    Ok(Some(file))
}

/// A note where others can read the journal, which contains targets and reasons.
#[must_use]
pub fn note(path: &Path) -> Option<String> {
    let is_shared = path.metadata().is_ok_and(|metadata| mode(&metadata) & 0o044 != 0);
    is_shared.then(|| {
        format!(
            "others can read the journal {}; `chmod 600 {}` keeps them out",
            visible_path(path),
            shell_word(&path.to_string_lossy())
        )
    })
}

fn open(path: &Path) -> io::Result<File> {
    // Appending, so that no position kept here can overwrite what another process has added.
    private_file().read(true).append(true).create(true).open(path)
}

fn check(path: &Path, file: &File) -> Result<()> {
    let metadata = file.metadata().map_err(|error| failure("read", path, &error))?;
    check_kind(path, &metadata)?;
    check_owner(path, &metadata)?;
    // A forged `applied` record would make `--resume` skip a target that is still on air.
    if metadata.is_file() && mode(&metadata) & 0o022 != 0 {
        let word = shell_word(&path.to_string_lossy());
        return Err(Error::input(format!(
            "others can write the journal {}, so what it records cannot be trusted",
            visible_path(path)
        ))
        .hint(format!("run `chmod 600 {word}` once you know that its records are right")));
    }
    Ok(())
}

/// Refuses a device and a pipe.
fn check_kind(path: &Path, metadata: &Metadata) -> Result<()> {
    // A folder passes: opening it fails by itself, with the system's reason. Others keep no
    // records, and reading them may never end.
    if metadata.is_file() || metadata.is_dir() {
        return Ok(());
    }
    Err(Error::input(format!("the journal {} is a device or a pipe", visible_path(path)))
        .hint("a journal is a regular file; name one, or a name that is free"))
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt;

    // Root too: root can open any file, and would believe another user's records.
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() == user || metadata.is_dir() {
        return Ok(());
    }
    let word = shell_word(&path.to_string_lossy());
    Err(Error::input(format!(
        "the journal {} belongs to another user, so what it records cannot be trusted",
        visible_path(path)
    ))
    .hint(format!(
        "run `chown {user} {word} && chmod 600 {word}` once you know that its records are right, or name another journal"
    )))
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata) -> Result<()> {
    Ok(())
}

/// Whether the path still leads to the open file.
#[cfg(unix)]
pub(super) fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    // Not the name: after `mv` and a new run, the same name leads to another file.
    let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), path.metadata()) {
        (Ok(open), Ok(named)) => identity(open) == identity(named),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// Elsewhere an open file cannot be moved or removed.
#[cfg(not(unix))]
pub(super) fn is_same_file(_: &File, _: &Path) -> bool {
    true
}

pub(super) fn failure(what: &str, path: &Path, error: &io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "make its folder first",
        io::ErrorKind::PermissionDenied => "name a file that you can read and write",
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        _ => "name another file",
    };
    Error::input(format!("cannot {what} the journal {}: {}", visible_path(path), reason(error)))
        .hint(hint)
}

fn held(path: &Path, file: &File) -> Error {
    let holder =
        holder(file).map_or_else(|| "another process".into(), |pid| format!("process {pid}"));
    Error::busy(format!("the journal {} is held by {holder}", visible_path(path)))
        .hint("a journal has one writer at a time; wait for that run, or name another journal")
}

/// The process that holds the lock, where the system lists it.
#[cfg(target_os = "linux")]
fn holder(file: &File) -> Option<u32> {
    let inode = std::os::unix::fs::MetadataExt::ino(&file.metadata().ok()?);
    holder_in(&std::fs::read_to_string("/proc/locks").ok()?, inode)
}

/// The process of the lock on this inode, from lines such as `1: FLOCK  ADVISORY  WRITE 2816 fe:00:131077 0 EOF`.
#[cfg(target_os = "linux")]
pub(super) fn holder_in(locks: &str, inode: u64) -> Option<u32> {
    let inode = format!(":{inode}");
    let lock = locks.lines().find(|line| {
        line.contains("FLOCK") && line.split(' ').any(|word| word.ends_with(&inode))
    })?;
    // The process is the fifth word; the inode ends the sixth.
    lock.split_whitespace().nth(4)?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn holder(_file: &File) -> Option<u32> {
    None
}
