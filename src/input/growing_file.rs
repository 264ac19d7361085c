//! [`GrowingFile`]: reads from a pipe, a socket or a terminal without holding up the run, a few bytes at a time.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::task::{Context, Poll};

#[cfg(unix)]
pub(super) use unix::GrowingFile;

#[cfg(not(unix))]
pub(super) use other::GrowingFile;

/// How much is read of a regular file at once.
// Nothing waits behind it, unlike a pipe, before which a queue keeps what is not read.
const BLOCK: usize = 64 << 10;

/// Appends what one call of the system reads, of at most so many bytes.
fn read(mut file: &File, most: usize, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let length = buffer.len();
    buffer.resize(length + most, 0);
    let read = file.read(&mut buffer[length..]);
    buffer.truncate(length + read.as_ref().map_or(0, |read| *read));
    read
}

#[cfg(unix)]
mod unix {
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::OFlags;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use super::{BLOCK, Context, File, Path, Poll, io, read};

    /// An input that is waited for together with everything else.
    pub(in super::super) enum GrowingFile {
        /// It reports when there is something to read.
        Waiting(AsyncFd<File>),
        /// A regular file, or a device that is never waited for.
        Ready(File),
    }

    impl GrowingFile {
        pub(in super::super) fn open(path: &Path) -> io::Result<Self> {
            let file = if path == Path::new("-") {
                File::from(io::stdin().as_fd().try_clone_to_owned()?)
            } else {
                let is_pipe = path.metadata()?.file_type().is_fifo();
                let mut options = File::options();
                // Without it, the opening of a named pipe waits for its writer, and no signal ends that.
                let flags = if is_pipe { OFlags::NONBLOCK } else { OFlags::empty() };
                let flags = i32::try_from(flags.bits()).unwrap_or_default();
                options.read(true).custom_flags(flags);
                options.open(path)?
            };
            let kind = file.metadata()?.file_type();
            if kind.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            if kind.is_fifo() {
                shrink(&file);
            }
            if kind.is_file() {
                return Ok(Self::Ready(file));
            }
            match waiting(file.try_clone()?) {
                Ok(file) => Ok(Self::Waiting(file)),
                // `/dev/null` and its kin.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    Ok(Self::Ready(file))
                }
                Err(error) => Err(error),
            }
        }

        /// Appends what there is to read, at most `ahead` bytes of what others may wait behind; 0 at the end.
        pub(in super::super) fn poll_read(
            &mut self,
            context: &mut Context<'_>,
            ahead: usize,
            buffer: &mut Vec<u8>,
        ) -> Poll<io::Result<usize>> {
            let file = match self {
                Self::Ready(file) => return Poll::Ready(read(file, BLOCK, buffer)),
                Self::Waiting(file) => file,
            };
            loop {
                let mut guard = std::task::ready!(file.poll_read_ready(context))?;
                // The file may be shared, so it stays a blocking one, and only what is there is read.
                if !is_readable(guard.get_inner()) {
                    guard.clear_ready();
                    continue;
                }
                match read(guard.get_inner(), ahead, buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => guard.clear_ready(),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => return Poll::Ready(read),
                }
            }
        }
    }

    #[expect(
        deprecated,
        reason = "the function without a warning is unsafe, for types that close their file; a File does not"
    )]
    fn waiting(file: File) -> io::Result<AsyncFd<File>> {
        AsyncFd::with_interest(file, Interest::READABLE)
    }

    fn is_readable(file: &File) -> bool {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&now)) != Ok(0)
    }

    /// Lets a pipe hold one page, so that lines wait where they come from. Where the system refuses, it stays as it is.
    #[cfg(target_os = "linux")]
    fn shrink(pipe: &File) {
        let _ = rustix::pipe::fcntl_setpipe_size(pipe, 4096);
    }

    /// Other systems choose the size themselves.
    #[cfg(not(target_os = "linux"))]
    fn shrink(_: &File) {}
}

#[cfg(not(unix))]
mod other {
    use std::io::{Read, stdin};
    use std::sync::mpsc::{Sender, channel};

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::{BLOCK, Context, File, Path, Poll, io, read};

    /// An input that another thread reads, since nothing reports when there is something to read.
    pub(in super::super) enum GrowingFile {
        /// Standard input. A request for each piece, of at most so many bytes.
        Thread {
            requests: Sender<usize>,
            pieces: UnboundedReceiver<io::Result<Vec<u8>>>,
            is_asked: bool,
        },
        /// A regular file.
        Ready(File),
    }

    impl GrowingFile {
        pub(in super::super) fn open(path: &Path) -> io::Result<Self> {
            if path != Path::new("-") {
                return File::open(path).map(Self::Ready);
            }
            let (requests, asked) = channel::<usize>();
            let (sender, pieces) = unbounded_channel();
            std::thread::spawn(move || {
                while let Ok(most) = asked.recv() {
                    let mut piece = vec![0; most];
                    let read = stdin().lock().read(&mut piece);
                    let piece = read.map(|read| {
                        piece.truncate(read);
                        piece
                    });
                    if sender.send(piece).is_err() {
                        return;
                    }
                }
            });
            Ok(Self::Thread { requests, pieces, is_asked: false })
        }

        /// Appends what there is to read, at most `ahead` bytes of what others may wait behind; 0 at the end.
        pub(in super::super) fn poll_read(
            &mut self,
            context: &mut Context<'_>,
            ahead: usize,
            buffer: &mut Vec<u8>,
        ) -> Poll<io::Result<usize>> {
            let (requests, pieces, is_asked) = match self {
                Self::Ready(file) => return Poll::Ready(read(file, BLOCK, buffer)),
                Self::Thread { requests, pieces, is_asked } => (requests, pieces, is_asked),
            };
            if !std::mem::replace(is_asked, true) {
                let _ = requests.send(ahead);
            }
            let piece = std::task::ready!(pieces.poll_recv(context));
            *is_asked = false;
            let piece = piece.unwrap_or_else(|| Ok(Vec::new()))?;
            buffer.extend_from_slice(&piece);
            Poll::Ready(Ok(piece.len()))
        }
    }
}
