//! Files that a run has to trust: read up to a limit, and refused where others may have written or read them.
//!
//! Owns how such a file is opened and the advice to repair its permissions, not what it contains.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::text::{reason, shell_quoted, visible_path};

/// The longest that a pipe may take to deliver its content.
const PIPE_TIMEOUT: Duration = Duration::from_secs(10);

/// The bytes of a file and its metadata, both of the same open file: its path may lead to another one by now.
pub(crate) struct FileContent {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) metadata: Metadata,
}

/// Why a file could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It does not exist.
    Absent,
    /// Permission to it, or to a folder on its path, is denied.
    Denied,
    /// Anything else, in words.
    Unreadable(String),
}

impl OpenError {
    /// The error in words, to follow the path.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Absent => "there is no such file".into(),
            Self::Denied => "cannot be read: permission denied".into(),
            Self::Unreadable(why) => why,
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Unreadable(format!("cannot be read: {}", reason(&error))),
        }
    }
}

/// Reads a file of at most `limit` bytes. Reading a pipe without a writer ends after ten seconds.
pub(crate) fn read(path: &Path, limit: usize) -> Result<FileContent, OpenError> {
    read_within(path, limit, PIPE_TIMEOUT)
}

fn read_within(path: &Path, limit: usize, timeout: Duration) -> Result<FileContent, OpenError> {
    let content = if fs::metadata(path)?.is_file() {
        read_blocking(path, limit)?
    } else {
        // Opening a named pipe blocks until a writer opens it, and nothing can interrupt that.
        let (sender, receiver) = mpsc::channel();
        let path = path.to_owned();
        thread::spawn(move || {
            // Fails after the timeout, when the receiver is gone.
            let _ = sender.send(read_blocking(&path, limit));
        });
        receiver.recv_timeout(timeout).map_err(|_| {
            let seconds = timeout.as_secs();
            OpenError::Unreadable(format!("nothing arrived through this pipe within {seconds} s"))
        })??
    };
    if content.bytes.len() > limit {
        let limit = limit >> 10;
        return Err(OpenError::Unreadable(format!("larger than {limit} KiB, the limit for it")));
    }
    Ok(content)
}

fn read_blocking(path: &Path, limit: usize) -> Result<FileContent, OpenError> {
    let file = File::open(path)?;
    // Of the open file: by its path, another file could be checked than the one that is read.
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(OpenError::Unreadable("a folder, not a file".into()));
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(limit);
    let bytes = read_at_most(file, limit, expected)?;
    Ok(FileContent { bytes, metadata })
}

/// Up to one byte more than `limit`.
pub(crate) fn read_at_most(
    from: impl Read,
    limit: usize,
    expected: usize,
) -> io::Result<Zeroizing<Vec<u8>>> {
    // A buffer that grows leaves copies of a secret in memory that nothing wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected.min(limit) + 1));
    // One byte more than the limit, which shows that there is more.
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file's owner or mode cannot be accepted, with the command that repairs it.
#[cfg(unix)]
pub(crate) fn permission_problem(
    path: &Path,
    metadata: &Metadata,
    has_secret: bool,
) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    // `/dev/null` is writable by all, and harmless.
    if metadata.file_type().is_char_device() {
        return None;
    }
    let runner = rustix::process::geteuid().as_raw();
    owner_problem(path, metadata.uid(), runner)
        .or_else(|| mode_problem(path, metadata.mode(), has_secret))
}

/// Only Unix systems have owners and modes.
#[cfg(not(unix))]
pub(crate) fn permission_problem(_: &Path, _: &Metadata, _: bool) -> Option<String> {
    None
}

#[cfg(unix)]
fn owner_problem(path: &Path, owner: u32, runner: u32) -> Option<String> {
    const ROOT: u32 = 0;
    // Root reads every file: with a profile of another user, that user would choose what root runs and sends.
    if owner == ROOT || owner == runner {
        return None;
    }
    let path = shell_quoted(&visible_path(path));
    let sudo = if runner == ROOT { "" } else { "sudo " };
    Some(format!(
        "this file belongs to another user (uid {owner}), who can change it; if its content is right, run \
         `{sudo}chown {runner} {path}`"
    ))
}

#[cfg(unix)]
fn mode_problem(path: &Path, mode: u32, has_secret: bool) -> Option<String> {
    let is_readable = has_secret && mode & 0o044 != 0;
    let is_writable = mode & 0o022 != 0;
    let path = shell_quoted(&visible_path(path));
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

/// A note on a folder of a file that others can write, since they can put another file in its place.
#[cfg(unix)]
pub(crate) fn folder_note(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    const STICKY: u32 = 0o1000;
    let runner = rustix::process::geteuid().as_raw();
    let real = fs::canonicalize(path).ok()?;
    let folder = real.ancestors().skip(1).find(|folder| {
        fs::metadata(folder).is_ok_and(|metadata| {
            let mode = metadata.mode();
            // Many systems give each user a group of the same number, and write permission to it by default.
            let is_private_group = metadata.gid() == metadata.uid() && metadata.uid() == runner;
            let others = if is_private_group { 0o002 } else { 0o022 };
            // With the sticky bit, as in `/tmp`, no user can replace another user's file.
            mode & others != 0 && mode & STICKY == 0
        })
    })?;
    let (path, folder) = (visible_path(path), visible_path(folder));
    let quoted = shell_quoted(&folder);
    Some(format!(
        "others can write the folder {folder}, and so replace {path}; run `chmod go-w {quoted}`"
    ))
}

/// Only Unix systems have modes.
#[cfg(not(unix))]
pub(crate) fn folder_note(_: &Path) -> Option<String> {
    None
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(metadata)
}

/// Only Unix systems have modes.
#[cfg(not(unix))]
pub(crate) fn mode(_: &Metadata) -> u32 {
    0
}

/// Options that create a file for this user alone.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a folder that only this user can open, and what leads to it; one that is there stays as it is.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The path with a leading `~/` replaced by the home folder, as a shell does it where it sees the path unquoted.
pub(crate) fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        // `~user/` stays as it is: `strip_prefix` compares whole components.
        (Ok(rest), Some(home)) => home.join(rest),
        (_, _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_is_expanded_only_at_the_start() {
        let expand = |path: &str| expand_home(Path::new(path), Some(Path::new("/home/u")));
        assert_eq!(expand("~/jd.key"), Path::new("/home/u/jd.key"));
        for path in ["~bob/jd.key", "a/~/jd.key", "/~/x", "jd.key"] {
            assert_eq!(expand(path), Path::new(path));
        }
        assert_eq!(expand_home(Path::new("~/x"), None), Path::new("~/x"));
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::process::Command;
        use std::time::Instant;

        use super::super::*;

        #[test]
        fn file_owner_is_the_user_or_root() {
            let problem = |owner, runner| owner_problem(Path::new("/etc/it's"), owner, runner);
            for (owner, runner) in [(0, 0), (0, 1000), (1000, 1000)] {
                assert_eq!(problem(owner, runner), None);
            }
            let why = problem(1001, 1000).unwrap();
            assert!(why.contains("(uid 1001)"), "{why}");
            assert!(why.ends_with(r"`sudo chown 1000 '/etc/it'\''s'`"), "{why}");
            assert!(problem(65534, 0).unwrap().ends_with(r"`chown 0 '/etc/it'\''s'`"));
        }

        fn pipe(folder: &Path) -> PathBuf {
            let path = folder.join("pipe");
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            path
        }

        #[test]
        fn pipe_without_a_writer_is_given_up() {
            let folder = tempfile::tempdir().unwrap();
            let start = Instant::now();
            let error = read_within(&pipe(folder.path()), 100, Duration::from_millis(50));
            let why = error.err().unwrap().message();
            assert_eq!(why, "nothing arrived through this pipe within 0 s");
            assert!(start.elapsed() < Duration::from_secs(5));
        }

        #[test]
        fn pipe_with_a_writer_is_read() {
            let folder = tempfile::tempdir().unwrap();
            let path = pipe(folder.path());
            let writer = thread::spawn({
                let path = path.clone();
                move || fs::write(path, "key")
            });
            assert_eq!(&*read(&path, 100).ok().unwrap().bytes, b"key");
            writer.join().unwrap().unwrap();
        }

        #[test]
        fn writable_folder_on_the_path_is_noted() {
            let root = tempfile::tempdir().unwrap();
            let (outer, inner) = (root.path().join("outer"), root.path().join("outer/inner"));
            fs::create_dir_all(&inner).unwrap();
            let file = inner.join("config.toml");
            fs::write(&file, "").unwrap();
            let link = root.path().join("link.toml");
            symlink(&file, &link).unwrap();
            let chmod = |path: &Path, mode| {
                fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            };
            for (outer_mode, inner_mode, noted) in [
                (0o755, 0o755, None),
                (0o755, 0o757, Some(&inner)),
                (0o777, 0o755, Some(&outer)),
                (0o1777, 0o755, None),
            ] {
                chmod(&outer, outer_mode);
                chmod(&inner, inner_mode);
                for path in [&file, &link] {
                    let note = folder_note(path);
                    let folder = noted.map(|path| fs::canonicalize(path).unwrap());
                    assert_eq!(note.is_some(), folder.is_some(), "{note:?}");
                    if let (Some(note), Some(folder)) = (note, folder) {
                        let chmod = format!("`chmod go-w '{}'`", folder.display());
                        assert!(note.ends_with(&chmod), "{note}");
                    }
                }
            }
        }
    }
}
