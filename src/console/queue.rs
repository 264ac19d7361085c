//! [`OutputWriter`]: standard output of a run. Into a pipe it is written by another thread, through an [`OutputQueue`], so
//! that a reader that does not read delays neither the run nor its records nor a signal.

use std::io::{self, BufWriter, Write};
#[cfg(unix)]
use std::os::{fd::AsFd, unix::fs::FileTypeExt};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much is collected before it is written, in bytes.
const BUFFER: usize = 64 << 10;

/// How much waits for the reader before no new request is sent, in bytes.
// The lines of some ten thousand results.
const ROOM: usize = 8 << 20;

/// How much is written at once, in bytes.
// After each piece it shows that the reader reads.
const PIECE: usize = 16 << 10;

/// How long a reader may pause once a signal has asked the run to end at once.
const GRACE: Duration = Duration::from_millis(500);

/// Standard output of a run.
pub(crate) enum OutputWriter {
    /// A file or a terminal, which takes what is written.
    Direct(BufWriter<io::Stdout>),
    /// A pipe or a socket.
    Queued(OutputQueue),
}

impl OutputWriter {
    /// Writes directly.
    pub(crate) fn direct() -> Self {
        Self::Direct(BufWriter::with_capacity(BUFFER, io::stdout()))
    }

    /// Writes through a queue where standard output is a pipe; to be called before anything is written.
    #[cfg(unix)]
    pub(crate) fn queued() -> Self {
        let Ok(out) = io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from) else {
            return Self::direct();
        };
        let kind = out.metadata().map(|metadata| metadata.file_type());
        match kind {
            Ok(kind) if kind.is_fifo() || kind.is_socket() => Self::Queued(OutputQueue::start(out)),
            _ => Self::direct(),
        }
    }

    /// Elsewhere it is not known whether it is a pipe.
    #[cfg(not(unix))]
    pub(crate) fn queued() -> Self {
        Self::direct()
    }

    /// Whether the reader keeps up.
    pub(crate) fn has_room(&self) -> bool {
        self.has_room_of(ROOM)
    }

    /// Whether fewer bytes than these wait for the reader.
    pub(crate) fn has_room_of(&self, bytes: usize) -> bool {
        match self {
            Self::Direct(_) => true,
            Self::Queued(queue) => queue.shared.lock().backlog() < bytes,
        }
    }

    /// Waits until everything is written; once `is_urgent`, no longer than the reader reads.
    pub(crate) fn drain(&mut self, is_urgent: &dyn Fn() -> bool) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::Direct(_) => Ok(()),
            Self::Queued(queue) => queue.drain(is_urgent),
        }
    }
}

/// Writes a text of any length, of which no more than [`ROOM`] waits for the reader.
pub(crate) struct PacedWriter<'a> {
    pub(crate) out: &'a mut OutputWriter,
    pub(crate) is_urgent: &'a dyn Fn() -> bool,
}

impl Write for PacedWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.out.has_room() {
            self.out.drain(self.is_urgent)?;
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for OutputWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Direct(out) => out.write(bytes),
            Self::Queued(queue) => queue.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(out) => out.flush(),
            Self::Queued(queue) => queue.hand_over(),
        }
    }
}

/// Bytes on their way to the thread that writes them.
pub(crate) struct OutputQueue {
    collected: Vec<u8>,
    shared: Arc<SharedQueue>,
}

#[derive(Default)]
struct SharedQueue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    waiting: Vec<u8>,
    /// Bytes that the thread has taken and not written yet.
    taken: usize,
    /// Bytes written so far.
    written: u64,
    failure: Option<io::Error>,
    is_closed: bool,
}

impl QueueState {
    fn backlog(&self) -> usize {
        self.waiting.len() + self.taken
    }
}

impl SharedQueue {
    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut out: impl Write) {
        loop {
            let mut state = self.lock();
            while state.waiting.is_empty() && !state.is_closed {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.waiting.is_empty() {
                return;
            }
            let bytes = std::mem::take(&mut state.waiting);
            state.taken = bytes.len();
            // The lock is free while the thread waits for the reader.
            drop(state);
            for piece in bytes.chunks(PIECE) {
                let written = out.write_all(piece);
                let mut state = self.lock();
                state.taken -= piece.len();
                state.written += piece.len() as u64;
                self.changed.notify_all();
                if let Err(error) = written {
                    state.failure = Some(error);
                    return;
                }
            }
        }
    }
}

impl OutputQueue {
    /// Starts the thread that writes.
    pub(crate) fn start(out: impl Write + Send + 'static) -> Self {
        let shared = Arc::<SharedQueue>::default();
        let queue = Arc::clone(&shared);
        std::thread::spawn(move || queue.write_all(out));
        Self { collected: Vec::new(), shared }
    }

    /// Collects bytes, and hands them over once they are many.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.collected.extend_from_slice(bytes);
        if self.collected.len() >= BUFFER {
            self.hand_over()?;
        }
        Ok(bytes.len())
    }

    /// Hands over what is collected; fails where the thread could not write what it got before.
    pub(crate) fn hand_over(&mut self) -> io::Result<()> {
        let mut state = self.shared.lock();
        if let Some(error) = state.failure.take() {
            return Err(error);
        }
        if !self.collected.is_empty() {
            // The two buffers change places: while the reader keeps up, nothing is copied.
            if state.waiting.is_empty() {
                std::mem::swap(&mut state.waiting, &mut self.collected);
            } else {
                state.waiting.append(&mut self.collected);
            }
            self.shared.changed.notify_all();
        }
        Ok(())
    }

    /// Waits until everything is written; once `is_urgent`, no longer than the reader reads.
    pub(crate) fn drain(&self, is_urgent: &dyn Fn() -> bool) -> io::Result<()> {
        // A signal that makes it urgent wakes no condition variable.
        const POLL: Duration = Duration::from_millis(20);
        let mut state = self.shared.lock();
        let (mut written, mut since) = (state.written, Instant::now());
        loop {
            if let Some(error) = state.failure.take() {
                return Err(error);
            }
            if state.backlog() == 0 {
                return Ok(());
            }
            let waited = self.shared.changed.wait_timeout(state, POLL);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.written > written {
                (written, since) = (state.written, Instant::now());
            }
            if since.elapsed() > GRACE && is_urgent() {
                let reason = "its reader has stopped reading";
                return Err(io::Error::new(io::ErrorKind::TimedOut, reason));
            }
        }
    }
}

impl Drop for OutputQueue {
    fn drop(&mut self) {
        // The thread ends once it has written what it has; the process does not wait for a reader that does not read.
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    /// A reader that takes bytes only on a message.
    struct SlowReader(std::sync::mpsc::Receiver<()>, Sender<Vec<u8>>);

    impl Write for SlowReader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            let _ = self.1.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn reader_that_stops_delays_nothing() {
        let (read, gate) = channel();
        let (taken, came) = channel();
        let mut writer = OutputWriter::Queued(OutputQueue::start(SlowReader(gate, taken)));
        let line = vec![b'x'; 1 << 20];
        for number in 0..9 {
            assert_eq!(writer.has_room(), number < 8, "{number} MiB wait");
            writer.write_all(&line).unwrap();
        }
        let asked = Instant::now();
        let error = writer.drain(&|| true).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((GRACE..GRACE * 4).contains(&asked.elapsed()), "{:?}", asked.elapsed());
        // A reader that goes on gets everything, in order.
        let reader = std::thread::spawn(move || (0..9 << 6).for_each(|_| read.send(()).unwrap()));
        writer.drain(&|| true).unwrap();
        reader.join().unwrap();
        drop(writer);
        assert_eq!(came.iter().map(|piece| piece.len()).sum::<usize>(), 9 << 20);
    }

    #[test]
    fn paced_writer_waits_for_room() {
        let (read, gate) = channel();
        let (taken, came) = channel();
        let mut out = OutputWriter::Queued(OutputQueue::start(SlowReader(gate, taken)));
        let mut writer = PacedWriter { out: &mut out, is_urgent: &|| true };
        let error = (0..9).find_map(|_| writer.write_all(&vec![b'x'; 1 << 20]).err()).unwrap();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let reader = std::thread::spawn(move || (0..8 << 6).for_each(|_| read.send(()).unwrap()));
        writer.write_all(b"").unwrap();
        out.drain(&|| true).unwrap();
        reader.join().unwrap();
        drop(out);
        assert_eq!(came.iter().map(|piece| piece.len()).sum::<usize>(), 8 << 20);
    }

    #[test]
    fn failure_is_reported_once_it_came() {
        let (read, gate) = channel::<()>();
        drop(read);
        let mut writer = OutputWriter::Queued(OutputQueue::start(SlowReader(gate, channel().0)));
        writer.write_all(b"line\n").unwrap();
        assert_eq!(writer.drain(&|| false).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
