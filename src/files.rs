//! Files that a run has to trust: read up to a limit, and refused where others may have written or read them.
//!
//! Owns how such a file is opened and the advice to repair its permissions, not what it contains.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::text::{reason, shell_quoted, visible};

/// The bytes of a file and its metadata, both of the same open file: its path may lead to another one by now.
pub(crate) struct FileContent {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) metadata: Metadata,
}

/// Why a file could not be read.
pub(crate) enum OpenError {
    /// It does not exist.
    Absent,
    /// Anything else, in words.
    Unreadable(String),
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<FileContent, OpenError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::Absent,
        _ => OpenError::Unreadable(format!("cannot be read: {}", reason(&error))),
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(OpenError::Unreadable("a folder, not a file".into()));
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(limit);
    let bytes = read_at_most(file, limit, expected).map_err(unreadable)?;
    if bytes.len() > limit {
        let limit = limit >> 10;
        return Err(OpenError::Unreadable(format!("larger than {limit} KiB, the limit for it")));
    }
    Ok(FileContent { bytes, metadata })
}

/// Up to one byte more than `limit`, without the copies that a growing buffer would leave in memory.
pub(crate) fn read_at_most(
    from: impl Read,
    limit: usize,
    expected: usize,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected.min(limit) + 1));
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file's permissions cannot be accepted, with the command that repairs them.
#[cfg(unix)]
pub(crate) fn permission_problem(
    path: &Path,
    metadata: &Metadata,
    holds_secret: bool,
) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};

    if metadata.file_type().is_char_device() {
        return None;
    }
    let mode = metadata.permissions().mode();
    let is_readable = holds_secret && mode & 0o044 != 0;
    let is_writable = mode & 0o022 != 0;
    let path = shell_quoted(&visible(&path.to_string_lossy()));
    match (is_readable, is_writable) {
        (false, false) => None,
        (false, true) => Some(format!("others can write this file; run `chmod go-w {path}`")),
        (true, true) => Some(format!(
            "others can read and write this file, and it contains a secret; run `chmod 600 {path}`"
        )),
        (true, false) => Some(format!(
            "others can read this file, and it contains a secret; run `chmod 600 {path}`, or set \
             `allow_shared = true` at the top of the profile file if they are meant to"
        )),
    }
}

/// Only Unix systems have modes.
#[cfg(not(unix))]
pub(crate) fn permission_problem(_: &Path, _: &Metadata, _: bool) -> Option<String> {
    None
}
