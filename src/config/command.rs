//! A secret from the output of a program: `{ command = ["pass", "show", "jd"] }`.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::secret_source::{LIMIT, line};
use crate::files::read_at_most;
use crate::text::{reason, visible};

/// The longest that a program may take to print a secret.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// How often a program that has closed its output is checked for its exit.
const POLL: Duration = Duration::from_millis(5);

const RUN_BY_HAND: &str = "run it by hand to see why";

/// The first line of a program's output, if it exits with success within `timeout`. No shell reads the words, and no
/// message contains more than the first, since an argument may be a secret.
pub(super) fn output(words: &[String], timeout: Duration) -> Result<Zeroizing<String>, String> {
    let program = visible(&words[0]);
    let deadline = Instant::now() + timeout;
    let late = || {
        let limit = timeout.as_secs();
        format!("`{program}` did not end within {limit} s and was stopped; {RUN_BY_HAND}")
    };

    let mut running = RunningCommand::start(words)
        .map_err(|error| format!("`{program}` cannot be run: {}", reason(&error)))?;
    let printed = running.output(deadline).ok_or_else(late)?;
    let printed = printed.map_err(|error| {
        format!("the output of `{program}` cannot be read: {}; {RUN_BY_HAND}", reason(&error))
    })?;
    if printed.len() > LIMIT {
        let limit = LIMIT >> 10;
        return Err(format!(
            "`{program}` prints more than {limit} KiB, too much for a secret; {RUN_BY_HAND}"
        ));
    }
    let status = running.wait(deadline).ok_or_else(late)?;
    if !status.success() {
        return Err(format!("`{program}` failed ({status}); {RUN_BY_HAND}"));
    }
    let text = line(&printed)
        .map_err(|why| format!("the output of `{program}` is {why}; {RUN_BY_HAND}"))?;
    if text.is_empty() {
        Err(format!("`{program}` prints nothing; {RUN_BY_HAND}"))
    } else {
        Ok(text)
    }
}

/// A program that is killed and reaped on drop.
struct RunningCommand(Child);

impl RunningCommand {
    fn start(words: &[String]) -> io::Result<Self> {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map(Self)
    }

    /// The whole output; `None` if it is still open at the deadline. A thread reads it, since a grandchild may keep the
    /// pipe open long after the program itself has ended.
    fn output(&mut self, deadline: Instant) -> Option<io::Result<Zeroizing<Vec<u8>>>> {
        let stdout = self.0.stdout.take()?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(read_at_most(stdout, LIMIT, LIMIT)));
        receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }

    fn wait(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for RunningCommand {
    fn drop(&mut self) {
        // Both do nothing for a program that has been reaped.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
