//! Process limits that livectl sets for itself.

pub mod child_group;

/// Keeps secrets out of core dumps, and lets a file size limit fail a write instead of killing the process.
#[cfg(unix)]
pub fn harden() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use rustix::process::{Resource, Rlimit, setrlimit};
    use signal_hook::consts::SIGXFSZ;

    // A dump of a process that crashes holds its keys. Where the limit cannot be lowered, nothing else is lost.
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
