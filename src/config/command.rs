//! A secret from the output of a program: `{ command = ["pass", "show", "jd"] }`.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::secret_text::{LIMIT, line};
use crate::files::read_at_most;
use crate::process::child_group::ChildGroup;
use crate::text::{reason, visible_path};

/// The longest that a program may take to print a secret.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// How often a program that has closed its output is checked for its exit.
const POLL: Duration = Duration::from_millis(5);

const RUN_BY_HAND: &str = "run it by hand to see why";

/// The output of a program as one line, if it exits with success within `timeout`.
// No shell reads the arguments, and no message contains them, since one may be a secret. On failure and at the timeout,
// the processes that the program started are killed with it.
pub(super) fn output(
    program: &Path,
    arguments: &[String],
    timeout: Duration,
) -> Result<Zeroizing<String>, String> {
    let deadline = Instant::now() + timeout;
    let mut command = Command::new(program);
    // No input: a prompt would wait for the timeout. No error output: it may repeat the secret.
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let program = visible_path(program);
    let late = || {
        let limit = timeout.as_secs();
        format!("`{program}` did not end within {limit} s and was stopped; {RUN_BY_HAND}")
    };
    let mut group = ChildGroup::spawn(&mut command)
        .map_err(|error| format!("`{program}` cannot be run: {}", reason(&error)))?;
    let printed = read_output(&mut group, deadline).ok_or_else(late)?;
    let printed = printed.map_err(|error| {
        format!("the output of `{program}` cannot be read: {}; {RUN_BY_HAND}", reason(&error))
    })?;
    // Before the exit: a program that prints more than is read waits and does not exit.
    if printed.len() > LIMIT {
        let limit = LIMIT >> 10;
        return Err(format!(
            "`{program}` prints more than {limit} KiB, too much for one line; {RUN_BY_HAND}"
        ));
    }
    let status = wait(&mut group, deadline).ok_or_else(late)?;
    if !status.success() {
        return Err(format!("`{program}` failed ({status}); {RUN_BY_HAND}"));
    }
    group.set_ended();
    let text = line(&printed)
        .map_err(|why| format!("the output of `{program}` is {why}; {RUN_BY_HAND}"))?;
    if text.is_empty() {
        Err(format!("`{program}` prints nothing; {RUN_BY_HAND}"))
    } else {
        Ok(text)
    }
}

/// All that a program prints; `None` if its output is still open at the deadline.
// A thread reads it: a process that the program started may keep the pipe open long after the program itself has ended.
fn read_output(
    group: &mut ChildGroup,
    deadline: Instant,
) -> Option<io::Result<Zeroizing<Vec<u8>>>> {
    let stdout = group.child().stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(read_at_most(stdout, LIMIT, LIMIT)));
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
}

fn wait(group: &mut ChildGroup, deadline: Instant) -> Option<ExitStatus> {
    loop {
        match group.child().try_wait() {
            Ok(Some(status)) => return Some(status),
            // The standard library has no wait with a timeout.
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
            Ok(None) | Err(_) => return None,
        }
    }
}
