//! Intents and results on disk, and what a resumed run may skip.
//!
//! A journal is JSON Lines. Each [`Record`] is an intent, durable before its request leaves, or the result of a settled
//! target. One thread owns the file: what piles up while it waits for the disk shares the next `fdatasync`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::oneshot;

use crate::api::signing::md5;
use crate::api::{OPERATIONS, OperationSpec};
use crate::error::{Error, Result};
use crate::outcome::Effect;
use crate::text::{reason, visible};
use crate::time;
use crate::time::Timestamp;

/// The `schema` of every record.
pub const SCHEMA: &str = "livectl-journal/1";

/// One line of a journal.
#[derive(Serialize)]
pub struct Record<'a, O: Serialize, R: Serialize> {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// `intent` or `result`.
    pub record: &'static str,
    /// When it was written.
    pub at: String,
    /// The profile's name; `sandbox`, or null for the environment alone.
    pub profile: Option<&'a str>,
    /// The operation as the operator asked it, a relative time as typed.
    pub asked: O,
    /// The operation as sent.
    pub operation: O,
    /// Which attempt is about to leave; for a result, how many were made.
    pub attempt: u32,
    /// What became of it, as `-o jsonl` prints it; null in an intent.
    pub result: Option<R>,
}

/// A journal that this process alone writes.
pub struct Journal {
    lines: Option<Sender<Line>>,
    writer: Option<JoinHandle<()>>,
    broken: Arc<AtomicBool>,
}

struct Line {
    bytes: Vec<u8>,
    /// Told when the line is on disk; results need not wait for that.
    durable: Option<oneshot::Sender<bool>>,
}

impl Journal {
    /// Opens the journal, creating it with mode 0600, and reads what it records.
    ///
    /// Fails when another process holds it, when it cannot be written, or when a line other than a torn last one is damaged.
    pub fn open(path: &Path) -> Result<(Self, History)> {
        let fail = |what, error: &io::Error| failure(what, path, error);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| fail("open", &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(path, &file)),
            Err(TryLockError::Error(error)) => return Err(fail("lock", &error)),
        }
        let is_special = file.metadata().is_ok_and(|metadata| is_special(&metadata));
        let past = if is_special { History::default() } else { History::read(&mut file, path)? };
        mend_tail(&mut file, past.sound).map_err(|error| fail("write", &error))?;
        sync_folder(path);
        Ok((Self::start(file), past))
    }

    fn start(file: File) -> Self {
        let (lines, queue) = channel();
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let writer = std::thread::spawn(move || write_all(file, &queue, &flag));
        Self { lines: Some(lines), writer: Some(writer), broken }
    }

    /// Returns once the lines are on disk; false when they could not be written.
    pub async fn intend(&self, bytes: Vec<u8>) -> bool {
        let (durable, told) = oneshot::channel();
        self.send(Line { bytes, durable: Some(durable) });
        told.await.unwrap_or(false)
    }

    /// Hands the lines to the writer and does not wait.
    pub fn record(&self, bytes: Vec<u8>) {
        self.send(Line { bytes, durable: None });
    }

    /// Whether something could not be written.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Waits until everything is on disk; false when something could not be written.
    #[must_use]
    pub fn finish(&self) -> bool {
        let (durable, told) = oneshot::channel();
        self.send(Line { bytes: Vec::new(), durable: Some(durable) });
        told.blocking_recv().unwrap_or(false)
    }

    fn send(&self, line: Line) {
        if let Some(lines) = &self.lines {
            // The writer ends only after this sender is gone.
            let _ = lines.send(line);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        drop(self.lines.take());
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

/// Writes whatever has piled up, then syncs once for all of it. Every line is written in one piece or not at all, so that
/// what a full disk cut short does not spoil the lines before it.
fn write_all(mut file: File, queue: &Receiver<Line>, broken: &AtomicBool) {
    while let Ok(first) = queue.recv() {
        let mut bytes = first.bytes;
        let mut waiting: Vec<_> = first.durable.into_iter().collect();
        while let Ok(line) = queue.try_recv() {
            bytes.extend_from_slice(&line.bytes);
            waiting.extend(line.durable);
        }
        let is_written = !broken.load(Ordering::Relaxed)
            && append(&mut file, &bytes, !waiting.is_empty()).is_ok();
        if !is_written {
            broken.store(true, Ordering::Relaxed);
        }
        for durable in waiting {
            let _ = durable.send(is_written);
        }
    }
}

fn append(file: &mut File, bytes: &[u8], durably: bool) -> io::Result<()> {
    let length = file.metadata()?.len();
    let written = file.write_all(bytes);
    if written.is_err() {
        let _ = file.set_len(length);
    }
    written?;
    if durably { file.sync_data() } else { Ok(()) }
}

/// Whether it is a device or a pipe, which keeps no records and may never come to an end when it is read.
fn is_special(metadata: &Metadata) -> bool {
    !metadata.is_file() && !metadata.is_dir()
}

/// Cuts off a last line that a crash left unfinished, or ends one that only lacks its line end.
fn mend_tail(file: &mut File, sound: Sound) -> io::Result<()> {
    match sound {
        Sound::Whole => Ok(()),
        Sound::NoLineEnd => file.write_all(b"\n"),
        Sound::Until(length) => file.set_len(length),
    }
}

/// A new file is durable only once its folder is.
fn sync_folder(path: &Path) {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn held(path: &Path, file: &File) -> Error {
    let holder =
        holder(file).map_or_else(|| "another process".into(), |pid| format!("process {pid}"));
    Error::input(format!("the journal {} is held by {holder}", visible(&path.to_string_lossy())))
        .hint("a journal has one writer at a time; wait for that run, or name another journal")
}

/// Who holds the lock, where the system tells.
#[cfg(target_os = "linux")]
fn holder(file: &File) -> Option<u32> {
    let inode = std::os::unix::fs::MetadataExt::ino(&file.metadata().ok()?);
    holder_in(&std::fs::read_to_string("/proc/locks").ok()?, inode)
}

/// A line reads `1: FLOCK  ADVISORY  WRITE 2816 fe:00:131077 0 EOF`: the process is its fifth word, the inode ends its sixth.
#[cfg(target_os = "linux")]
fn holder_in(locks: &str, inode: u64) -> Option<u32> {
    let inode = format!(":{inode}");
    let lock = locks.lines().find(|line| {
        line.contains("FLOCK") && line.split(' ').any(|word| word.ends_with(&inode))
    })?;
    lock.split_whitespace().nth(4)?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn holder(_file: &File) -> Option<u32> {
    None
}

/// What a journal records of earlier runs.
#[derive(Default)]
pub struct History {
    operations: HashMap<Key, Memory>,
    /// For each target, the operation that last changed it or may have, and the number of that record.
    latest: HashMap<Key, (Key, u32)>,
    /// For each target, the operation whose intent has no result yet, and the number of that record.
    open: HashMap<Key, (Key, u32)>,
    records: u32,
    sound: Sound,
}

type Key = [u8; 16];

#[derive(Default)]
struct Memory {
    /// The record with which it began.
    since: u32,
    until: Option<Timestamp>,
    applied_at: Option<Timestamp>,
}

/// How far a journal can be read.
#[derive(Clone, Copy, Default)]
enum Sound {
    #[default]
    Whole,
    NoLineEnd,
    Until(u64),
}

/// The parts of a record that a later run looks at.
#[derive(Deserialize)]
struct Entry<'a> {
    schema: &'a str,
    record: &'a str,
    at: &'a str,
    profile: Option<String>,
    asked: Map<String, Value>,
    operation: Map<String, Value>,
    attempt: u32,
    result: Option<Settled>,
}

#[derive(Deserialize)]
struct Settled {
    outcome: String,
}

impl History {
    /// Reads a journal without opening it for writing; one that is not there counts as empty.
    pub fn peek(path: &Path) -> Result<Self> {
        if path.metadata().is_ok_and(|metadata| is_special(&metadata)) {
            return Ok(Self::default());
        }
        match File::open(path) {
            Ok(mut file) => Self::read(&mut file, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failure("open", path, &error)),
        }
    }

    /// Whether its last line was cut short, as by a crash.
    #[must_use]
    pub fn was_torn(&self) -> bool {
        matches!(self.sound, Sound::Until(_))
    }

    /// When the operation was applied, if no later one changed its target.
    #[must_use]
    pub fn applied_at(
        &self,
        profile: Option<&str>,
        asked: &Map<String, Value>,
    ) -> Option<Timestamp> {
        self.find(profile, asked)?.applied_at
    }

    /// The end that an earlier run resolved for it.
    #[must_use]
    pub fn kept_end(&self, profile: Option<&str>, asked: &Map<String, Value>) -> Option<Timestamp> {
        self.find(profile, asked)?.until
    }

    fn find(&self, profile: Option<&str>, asked: &Map<String, Value>) -> Option<&Memory> {
        let memory = self.operations.get(&operation_key(profile, asked))?;
        (!self.is_overtaken(profile, asked, memory)).then_some(memory)
    }

    /// Whether another operation changed the target since, or may have.
    fn is_overtaken(
        &self,
        profile: Option<&str>,
        asked: &Map<String, Value>,
        memory: &Memory,
    ) -> bool {
        let (target, own) = (target_key(profile, asked), operation_key(profile, asked));
        let others = self.latest.get(&target).into_iter().chain(self.open.get(&target));
        others.into_iter().any(|(operation, number)| *number > memory.since && *operation != own)
    }

    fn read(file: &mut File, path: &Path) -> Result<Self> {
        let shown = visible(&path.to_string_lossy()).into_owned();
        let unreadable = |error: io::Error| failure("read", path, &error);
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut reader = BufReader::new(file);
        let mut past = Self::default();
        let mut line = Vec::new();
        let mut length = 0;
        for number in 1u64.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            let is_ended = line.last() == Some(&b'\n');
            match (past.learn(&line), is_ended) {
                (Some(()), true) => length += read as u64,
                (Some(()), false) => past.sound = Sound::NoLineEnd,
                (None, false) if past.records > 0 || is_torn(&line) => {
                    past.sound = Sound::Until(length)
                }
                (None, _) => {
                    return Err(Error::input(format!("line {number} of the journal {shown} is damaged"))
                        .hint("what it recorded is lost; start a new journal, or take the line out once you know its target's state"));
                }
            }
            // Another process may add to it in this moment.
            if !is_ended {
                break;
            }
        }
        Ok(past)
    }

    fn learn(&mut self, line: &[u8]) -> Option<()> {
        let line: Entry<'_> =
            serde_json::from_slice(line).ok().filter(|line: &Entry<'_>| line.schema == SCHEMA)?;
        let outcome = match (line.record, line.result) {
            ("intent", None) => None,
            ("result", Some(result)) => Some(result.outcome),
            _ => return None,
        };
        let at = DateTime::parse_from_rfc3339(line.at).ok()?;
        self.records += 1;
        let profile = line.profile.as_deref();
        let operation = operation_key(profile, &line.asked);
        let target = target_key(profile, &line.asked);
        // A run that did not resume sends again what was applied; what becomes of it then is what counts.
        let starts_anew = match self.operations.get(&operation) {
            Some(memory) if outcome.is_none() && memory.applied_at.is_some() => true,
            Some(memory) => self.is_overtaken(profile, &line.asked, memory),
            None => true,
        };
        let until = line
            .operation
            .get("until")
            .and_then(Value::as_str)
            .and_then(|text| time::moment_at(text).ok());
        if starts_anew {
            self.operations
                .insert(operation, Memory { since: self.records, until, applied_at: None });
        }
        let changes = changes_its_target(&line.asked);
        let Some(outcome) = outcome else {
            if !changes {
                return Some(());
            }
            // A first attempt while another intent is open: the run that left it was killed, and it stays in doubt.
            if let Some(killed) =
                self.open.insert(target, (operation, self.records)).filter(|_| line.attempt == 1)
            {
                self.latest.insert(target, killed);
            }
            return Some(());
        };
        if line.attempt > 0 && changes {
            self.open.remove(&target);
        }
        if changes && matches!(outcome.as_str(), "applied" | "unknown") {
            self.latest.insert(target, (operation, self.records));
        }
        if outcome == "applied" {
            // A run that did not resume may have resolved another end since.
            let memory = self.operations.entry(operation).or_default();
            (memory.until, memory.applied_at) = (until, Some(at.to_utc()));
        }
        Some(())
    }
}

/// A profile, an operation and its settings as asked. A digest keeps a journal of a million records small in memory.
fn operation_key(profile: Option<&str>, asked: &Map<String, Value>) -> Key {
    let mut members: Vec<_> = asked.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
    members.sort_unstable();
    md5(&[&format!("{profile:?}"), &members.join(",")])
}

fn action_of(asked: &Map<String, Value>) -> Option<&'static OperationSpec> {
    let word = |key| asked.get(key).and_then(Value::as_str);
    let is_it = |action: &&OperationSpec| {
        word("vendor") == Some(action.vendor.as_str()) && word("action") == Some(action.name)
    };
    OPERATIONS.iter().copied().find(is_it)
}

/// Whether it may leave its target in another state; an operation that only asks does not.
fn changes_its_target(asked: &Map<String, Value>) -> bool {
    action_of(asked).is_none_or(|action| action.effect != Effect::None)
}

fn failure(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::input(format!(
        "cannot {what} the journal {}: {}",
        visible(&path.to_string_lossy()),
        reason(error)
    ))
    .hint("make its folder first, or name a file that you can read and write")
}

/// Whether a first line without an end is the beginning of a record, or what a file system leaves in its place: a file that
/// was never a journal is not cut.
fn is_torn(line: &[u8]) -> bool {
    let head = format!("{{\"schema\":\"{SCHEMA}\",");
    line.starts_with(head.as_bytes())
        || head.as_bytes().starts_with(line)
        || line.iter().all(|byte| *byte == 0)
}

fn target_key(profile: Option<&str>, asked: &Map<String, Value>) -> Key {
    let part = |key| asked.get(key).map(Value::to_string).unwrap_or_default();
    let target = part("target");
    let target =
        action_of(asked).map_or(Cow::Borrowed(&*target), |action| action.identity(&target));
    md5(&[
        &format!("{profile:?}"),
        &part("vendor"),
        ",",
        &target,
        ",",
        &part("domain").to_lowercase(),
    ])
}

#[cfg(test)]
pub(crate) mod tests;
