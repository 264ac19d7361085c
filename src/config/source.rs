//! Where a secret may come from, who else may read or write there, and which texts are no secret.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::show_path;
use crate::text::{is_deceptive, reason, shell_quoted, visible};

/// The longest that a program may take to print a secret.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest secret that is read from a file or a program, in bytes.
const LIMIT: usize = 64 << 10;

/// How often a program that has closed its output is asked whether it has ended.
const POLL: Duration = Duration::from_millis(5);

/// What is said of a value that was never filled in.
pub(super) const PLACEHOLDER: &str = "still a placeholder; put the real value in its place";

/// One of the four forms of a secret. It has no `Debug`.
#[derive(Clone)]
pub(super) enum ValueSource {
    /// It stands in the profile file, or in the environment's own variable for the key.
    Inline(Zeroizing<String>),
    /// Another environment variable; its value is taken when the profile is, and is an error when it is not UTF-8.
    Env { name: String, value: Option<Result<Zeroizing<String>, ()>> },
    /// A file, relative to the profile file.
    File(PathBuf),
    /// What a program prints.
    Command(Vec<String>),
}

/// Where relative paths start, and whether others may read a file with a secret.
#[derive(Clone, Default)]
pub(super) struct FilePolicy {
    pub(super) base: PathBuf,
    pub(super) shared: bool,
}

impl ValueSource {
    /// The secret, or why it cannot be meant. The reason never holds any of it.
    pub(super) fn fetch(&self, trust: &FilePolicy) -> Result<Zeroizing<String>, String> {
        let (text, origin) = match self {
            Self::Inline(text) => (text.clone(), String::new()),
            Self::Env { name, value } => {
                let origin = format!("environment variable {}: ", visible(name));
                let value =
                    value.as_ref().ok_or_else(|| format!("{origin}not set, or empty; set it"))?;
                (value.clone().map_err(|()| format!("{origin}not UTF-8"))?, origin)
            }
            Self::File(path) => {
                let path = trust.base.join(path);
                let origin = format!("{}: ", show_path(&path));
                (from_file(&path, trust).map_err(|why| format!("{origin}{why}"))?, origin)
            }
            Self::Command(words) => {
                (from_command(words, PATIENCE)?, format!("what `{}` prints: ", visible(&words[0])))
            }
        };
        refuse(&text).map_or(Ok(text), |why| Err(format!("{origin}{why}")))
    }

    /// The word for it in `config show`; nothing for a plain text.
    pub(super) fn kind(&self) -> Option<String> {
        match self {
            Self::Inline(_) => None,
            Self::Env { name, .. } => Some(format!("env {}", visible(name))),
            Self::File(path) => Some(format!("file {}", show_path(path))),
            Self::Command(words) => Some(format!("command {}", visible(&words[0]))),
        }
    }

    /// Whether there is something, as far as can be told without fetching it.
    pub(super) fn is_set(&self) -> bool {
        match self {
            Self::Inline(text) => refuse(text).is_none(),
            Self::Env { value, .. } => value.is_some(),
            Self::File(_) | Self::Command(_) => true,
        }
    }
}

/// Why a text cannot be a secret.
fn refuse(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("empty or blank; put the real value there")
    } else if text.contains(['\n', '\r']) {
        Some("more than one line; a secret is one line")
    } else if text.contains(is_deceptive) {
        Some("holds a control character or an invisible one; copy it again as plain text")
    } else if is_placeholder(text) {
        Some(PLACEHOLDER)
    } else {
        None
    }
}

/// Whether a text only marks where a value belongs, as those of the template do.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim().to_lowercase().replace('-', "_");
    let is_all = |mark: char, least: usize| text.len() >= least && text.chars().all(|c| c == mark);
    is_all('.', 1)
        || is_all('…', 1)
        || is_all('*', 1)
        || is_all('x', 3)
        || text.starts_with("your_")
        || (text.starts_with('<') && text.ends_with('>'))
        || ["changeme", "change_me", "replaceme", "replace_me", "todo", "fixme", "placeholder"]
            .contains(&text.as_str())
}

/// A file's bytes and what the system says of it, both of the same open file.
pub(super) struct Opened {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) metadata: Metadata,
}

/// Why a file could not be read.
pub(super) enum Unopened {
    /// There is none.
    Absent,
    /// Something else.
    Because(String),
}

/// Reads a file of at most `limit` bytes.
pub(super) fn open(path: &Path, limit: usize) -> Result<Opened, Unopened> {
    let because = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unopened::Absent,
        _ => Unopened::Because(format!("cannot be read: {}", reason(&error))),
    };
    let file = File::open(path).map_err(because)?;
    let metadata = file.metadata().map_err(because)?;
    if metadata.is_dir() {
        return Err(Unopened::Because("a folder, not a file".into()));
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(limit);
    let bytes = read_to(file, limit, expected).map_err(because)?;
    if bytes.len() > limit {
        return Err(Unopened::Because(format!(
            "larger than {} KiB, which no such file is",
            limit >> 10
        )));
    }
    Ok(Opened { bytes, metadata })
}

/// Up to one byte more than `limit`, without the copies that a growing buffer leaves behind.
fn read_to(from: impl Read, limit: usize, expected: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected.min(limit) + 1));
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is wrong with who may read and write a file, with the command that mends it.
#[cfg(unix)]
pub(super) fn mode_problem(path: &Path, metadata: &Metadata, holds_secret: bool) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};

    if metadata.file_type().is_char_device() {
        return None;
    }
    let mode = metadata.permissions().mode();
    let is_read = holds_secret && mode & 0o044 != 0;
    let is_written = mode & 0o022 != 0;
    let path = shell_quoted(&visible(&path.to_string_lossy()));
    match (is_read, is_written) {
        (false, false) => None,
        (false, true) => Some(format!("others can write this file; run `chmod go-w {path}`")),
        (true, true) => Some(format!(
            "others can read and write this file, and it holds a secret; run `chmod 600 {path}`"
        )),
        (true, false) => Some(format!(
            "others can read this file, and it holds a secret; run `chmod 600 {path}`, or set `allow_shared = true` at the \
             top of the profile file if they are meant to"
        )),
    }
}

/// Modes are the Unix systems' own.
#[cfg(not(unix))]
pub(super) fn mode_problem(_: &Path, _: &Metadata, _: bool) -> Option<String> {
    None
}

fn from_file(path: &Path, trust: &FilePolicy) -> Result<Zeroizing<String>, String> {
    let opened = open(path, LIMIT).map_err(|error| match error {
        Unopened::Absent => "there is no such file".into(),
        Unopened::Because(why) => why,
    })?;
    match mode_problem(path, &opened.metadata, !trust.shared) {
        Some(why) => Err(why),
        None => line(&opened.bytes),
    }
}

/// The bytes as text, less one line end at their end.
fn line(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8 text")?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Zeroizing::new(text.to_owned()))
}

/// What a program prints, if it ends well within `patience`. No shell reads the words, and no message holds more than
/// the first.
pub(super) fn from_command(
    words: &[String],
    patience: Duration,
) -> Result<Zeroizing<String>, String> {
    let program = visible(&words[0]);
    let by_hand = "run it by hand to see why";
    let deadline = Instant::now() + patience;
    let late = || {
        format!(
            "`{program}` was stopped, as it did not end within {} s; {by_hand}",
            patience.as_secs()
        )
    };

    let mut running = Running::start(words)
        .map_err(|error| format!("`{program}` cannot be run: {}", reason(&error)))?;
    let printed = running.output(deadline).ok_or_else(late)?;
    let printed = printed.map_err(|error| {
        format!("`{program}` cannot be read from: {}; {by_hand}", reason(&error))
    })?;
    if printed.len() > LIMIT {
        return Err(format!(
            "`{program}` prints more than {} KiB, which no secret is; {by_hand}",
            LIMIT >> 10
        ));
    }
    let status = running.end(deadline).ok_or_else(late)?;
    if !status.success() {
        return Err(format!("`{program}` failed ({status}); {by_hand}"));
    }
    let text =
        line(&printed).map_err(|why| format!("what `{program}` prints is {why}; {by_hand}"))?;
    if text.is_empty() { Err(format!("`{program}` prints nothing; {by_hand}")) } else { Ok(text) }
}

/// A program that is killed, and its remains collected, when nobody waits for it any more.
struct Running(Child);

impl Running {
    fn start(words: &[String]) -> io::Result<Self> {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map(Self)
    }

    /// All that it prints, or nothing if its output is still open at the deadline. A thread of its own reads, since a
    /// grandchild may hold the output open long after the program itself is gone.
    fn output(&mut self, deadline: Instant) -> Option<io::Result<Zeroizing<Vec<u8>>>> {
        let stdout = self.0.stdout.take()?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(read_to(stdout, LIMIT, LIMIT)));
        receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }

    fn end(&mut self, deadline: Instant) -> Option<std::process::ExitStatus> {
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended and been waited for is left alone by both.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
