//! Process limits that livectl sets for itself, who runs it and where, and whether an earlier process still lives.
//!
//! Owns what the system knows of processes. Signals to a run are in `run`, started programs in `child_group`.

#[cfg(unix)]
use chrono::TimeDelta;

use crate::time::Timestamp;

pub mod child_group;

/// Keeps secrets out of core dumps, and lets a file size limit fail a write instead of killing the process.
#[cfg(unix)]
pub fn harden() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use rustix::process::{Resource, Rlimit, setrlimit};
    use signal_hook::consts::SIGXFSZ;

    // A dump of a process that crashes contains its keys. Where the limit cannot be lowered, nothing else is lost.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // With a handler the write returns EFBIG. Programs that are started from here get the default action again, while
    // a signal that is ignored would stay ignored there.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Elsewhere there is neither.
#[cfg(not(unix))]
pub fn harden() {}

/// Raises the limit of open files as far as the system allows, and returns it.
#[cfg(unix)]
#[must_use]
pub fn raise_file_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // The soft limit is often 1,024; each request in flight takes a file.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    }
    getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok())
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
#[must_use]
pub fn raise_file_limit() -> Option<usize> {
    None
}

/// The signals that were ignored when the process started, the lowest bit for number 1.
#[cfg(unix)]
pub(crate) fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The name of the user who runs this process, else the number.
#[must_use]
pub fn user() -> Option<String> {
    #[cfg(unix)]
    {
        let id = rustix::process::getuid().as_raw();
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let variable = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
        // The variable last: anyone can set it.
        name_in(&users, id).or(variable).or_else(|| Some(id.to_string()))
    }
    #[cfg(not(unix))]
    std::env::var("USERNAME").ok()
}

/// The user of that number; a line reads `name:password:number:group:…`.
#[cfg(unix)]
fn name_in(users: &str, id: u32) -> Option<String> {
    let id = id.to_string();
    let mut lines = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    lines.find(|fields| fields.get(2) == Some(&&*id)).map(|fields| fields[0].to_owned())
}

/// The name of this machine.
#[must_use]
pub fn host() -> Option<String> {
    #[cfg(unix)]
    {
        let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        (!name.is_empty()).then_some(name)
    }
    #[cfg(not(unix))]
    std::env::var("COMPUTERNAME").ok()
}

/// Whether a process of this machine that was there at this moment still lives.
///
/// Where the system has given its number to another process since, that is noticed on Linux alone.
#[cfg(unix)]
#[must_use]
pub fn is_alive(pid: u32, at: Timestamp) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    // The start is known to the second, the moment of a record to the millisecond.
    const TOLERANCE: TimeDelta = TimeDelta::seconds(2);
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    // PERM: it is there and belongs to another user.
    let is_there = matches!(test_kill_process(pid), Ok(()) | Err(Errno::PERM));
    is_there && started(pid.as_raw_nonzero().get()).is_none_or(|start| start <= at + TOLERANCE)
}

/// Elsewhere this takes libraries of the system.
#[cfg(not(unix))]
#[must_use]
pub fn is_alive(_pid: u32, _at: Timestamp) -> bool {
    false
}

/// When a process started.
#[cfg(target_os = "linux")]
fn started(pid: i32) -> Option<Timestamp> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may contain blanks; the start is the 20th field behind it, in ticks since the machine started.
    let ticks: i64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let system = std::fs::read_to_string("/proc/stat").ok()?;
    let boot: i64 =
        system.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let second = i64::try_from(rustix::param::clock_ticks_per_second()).ok()?;
    Timestamp::from_timestamp(boot + ticks / second, 0)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn started(_pid: i32) -> Option<Timestamp> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn user_is_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\nop:x:1000:1000::/home/op:/bin/sh\n";
        assert_eq!(name_in(users, 1000).as_deref(), Some("op"));
        assert_eq!(name_in(users, 0).as_deref(), Some("root"));
        assert_eq!(name_in(users, 100), None);
        assert!(user().is_some() && host().is_some());
    }

    #[test]
    fn this_process_is_alive() {
        let now = chrono::Utc::now();
        assert!(is_alive(std::process::id(), now));
        assert!(!is_alive(0, now) && !is_alive(u32::MAX, now));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id(), now));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn number_that_was_given_again_is_noticed() {
        let before = chrono::Utc::now() - TimeDelta::days(3650);
        assert!(!is_alive(std::process::id(), before));
    }
}
