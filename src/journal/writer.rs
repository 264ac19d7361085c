//! [`Journal`]: appends records to the file, and makes them durable in groups.
//!
//! Owns the open file and its thread. Which files are accepted is decided in `file`, what a line contains in `record`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::error::Result;
use crate::journal::file::{failure, is_same_file, open_locked};
use crate::journal::history::{History, Tail};
use crate::text::reason;

/// A journal that this process alone writes.
pub struct Journal {
    lines: Option<Sender<QueuedLine>>,
    writer: Option<JoinHandle<()>>,
    /// Why a record could not be written; set once.
    failure: Arc<OnceLock<String>>,
}

struct QueuedLine {
    bytes: Vec<u8>,
    /// Notified when the line is on disk; results do not wait for that.
    durable: Option<oneshot::Sender<bool>>,
}

impl Journal {
    /// Opens the journal, creating it with mode 0600, and adds what it records to this history.
    ///
    /// Fails when another process holds it, when it cannot be written or trusted, or when a line other than a torn last
    /// one is damaged.
    pub fn open(path: &Path, history: History) -> Result<(Self, History)> {
        let mut file = open_locked(path)?;
        let history = history.read(&mut file, path)?;
        repair_tail(&mut file, history.tail).map_err(|error| failure("write", path, &error))?;
        sync_folder(path);
        Ok((Self::start(file, path), history))
    }

    pub(super) fn start(file: File, path: &Path) -> Self {
        let (lines, queue) = channel();
        let failure = Arc::new(OnceLock::new());
        let target = OpenJournal { file, path: path.to_owned(), failure: Arc::clone(&failure) };
        // A thread, because a sync blocks: on the runtime's only thread it would hold up every request.
        let writer = std::thread::spawn(move || target.write_all(&queue));
        Self { lines: Some(lines), writer: Some(writer), failure }
    }

    /// Returns once the lines are on disk; false when they could not be written.
    pub async fn intend(&self, bytes: Vec<u8>) -> bool {
        // A writer that is gone has not put them on disk.
        self.put(bytes).await.unwrap_or(false)
    }

    /// Hands the lines to the writer; the receiver gets whether they were written, once they are on disk.
    #[must_use]
    pub fn put(&self, bytes: Vec<u8>) -> oneshot::Receiver<bool> {
        let (durable, written) = oneshot::channel();
        self.send(QueuedLine { bytes, durable: Some(durable) });
        written
    }

    /// Hands the lines to the writer and does not wait.
    pub fn record(&self, bytes: Vec<u8>) {
        self.send(QueuedLine { bytes, durable: None });
    }

    /// Why the journal can no longer be written, once that is so.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Waits until everything is on disk; fails with the reason where something could not be written.
    pub fn finish(&self) -> Result<(), &str> {
        match self.put(Vec::new()).blocking_recv() {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(self.failure().unwrap_or("its writer has ended")),
        }
    }

    fn send(&self, line: QueuedLine) {
        if let Some(lines) = &self.lines {
            // Cannot fail before `drop`: the writer ends only after this sender is gone.
            let _ = lines.send(line);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // The writer drains the queue before it ends; without the join the process could end first.
        drop(self.lines.take());
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

/// The open file, and where it was when it was opened.
struct OpenJournal {
    file: File,
    path: PathBuf,
    failure: Arc<OnceLock<String>>,
}

impl OpenJournal {
    /// Writes the lines that are waiting, then syncs once for all of them.
    fn write_all(mut self, queue: &Receiver<QueuedLine>) {
        while let Ok(first) = queue.recv() {
            let mut bytes = first.bytes;
            let mut waiting: Vec<_> = first.durable.into_iter().collect();
            // One sync for all that came during the last one: with a sync for each record, the
            // disk's latency would set the pace of the run.
            while let Ok(line) = queue.try_recv() {
                bytes.extend_from_slice(&line.bytes);
                waiting.extend(line.durable);
            }
            // After a failure nothing more is written: a later record beside the gap would make the journal lie.
            if self.failure.get().is_none()
                && let Err(error) = self.append(&bytes, !waiting.is_empty())
            {
                let _ = self.failure.set(reason(&error));
            }
            for durable in waiting {
                let _ = durable.send(self.failure.get().is_none());
            }
        }
    }

    /// Appends a group of lines, in one piece or not at all.
    fn append(&mut self, bytes: &[u8], durably: bool) -> io::Result<()> {
        let length = self.file.metadata()?.len();
        let written = self.file.write_all(bytes);
        if written.is_err() {
            // A full disk takes half a line. Left there, it would spoil the lines before it when
            // the journal is read again.
            let _ = self.file.set_len(length);
        }
        written?;
        if !durably {
            return Ok(());
        }
        // A rotated or removed journal takes the records with it, and `--resume` would send them again.
        // Results alone are not checked: the next intent, or `finish`, does it for them.
        if !is_same_file(&self.file, &self.path) {
            return Err(io::Error::other(
                "it was moved, removed or replaced while the run wrote it",
            ));
        }
        // `fdatasync`: the length is flushed with it, the times of the file are not needed.
        self.file.sync_data()
    }
}

/// Repairs the last line, so that the next one begins a line.
fn repair_tail(file: &mut File, tail: Tail) -> io::Result<()> {
    match tail {
        Tail::Whole => Ok(()),
        Tail::NoLineEnd => file.write_all(b"\n"),
        Tail::Torn(length) => file.set_len(length),
    }
}

/// Syncs the folder, without which a new file is not durable.
fn sync_folder(path: &Path) {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every file system can sync a folder, so a failure here does not stop the run.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
