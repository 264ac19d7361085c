//! Appends records to the file, and makes them durable in groups.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::journal::history::{History, Tail, failure, is_special};
use crate::text::visible;

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
        let history = if is_special { History::default() } else { History::read(&mut file, path)? };
        repair_tail(&mut file, history.tail).map_err(|error| fail("write", &error))?;
        sync_folder(path);
        Ok((Self::start(file), history))
    }

    pub(super) fn start(file: File) -> Self {
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

/// Cuts off a last line that a crash left unfinished, or ends one that only lacks its line end.
fn repair_tail(file: &mut File, tail: Tail) -> io::Result<()> {
    match tail {
        Tail::Whole => Ok(()),
        Tail::NoLineEnd => file.write_all(b"\n"),
        Tail::Torn(length) => file.set_len(length),
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
pub(super) fn holder_in(locks: &str, inode: u64) -> Option<u32> {
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
