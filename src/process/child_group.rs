//! [`ChildGroup`]: a program in a separate process group, which is killed together with the processes that it started.
//!
//! A signal from the terminal reaches only the group in the foreground. So while such a program runs, signals to livectl are
//! handed on to it before they end livectl; once a run listens to signals itself, [`release_signals`] leaves them to it.

use std::io;
use std::process::{Child, Command};

/// A child that is killed, with its descendants, on drop unless it has ended by itself.
pub(crate) struct ChildGroup {
    child: Child,
    has_ended: bool,
}

impl ChildGroup {
    /// Starts the program.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        {
            std::os::unix::process::CommandExt::process_group(command, 0);
            unix::hand_on_signals()?;
            // Under the lock, so that a signal meets either no child or one that is on the list.
            let mut groups = unix::groups();
            let child = command.spawn()?;
            groups.push(child.id());
            Ok(Self { child, has_ended: false })
        }
        #[cfg(not(unix))]
        Ok(Self { child: command.spawn()?, has_ended: false })
    }

    /// The program itself.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The program has ended well: what it left in the background, such as an agent, may live on.
    pub(crate) fn set_ended(&mut self) {
        self.has_ended = true;
    }
}

impl Drop for ChildGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        unix::groups().retain(|group| *group != self.child.id());
        if !self.has_ended {
            #[cfg(unix)]
            unix::signal(self.child.id(), rustix::process::Signal::KILL);
            let _ = self.child.kill();
        }
        // Does nothing for a child that has been waited for.
        let _ = self.child.wait();
    }
}

/// Leaves signals to a run, which stops its programs before it begins.
pub(crate) fn release_signals() {
    #[cfg(unix)]
    unix::release_signals();
}

/// Kills the programs that a run has not waited for, at the end of the process.
pub(crate) fn end_all() {
    #[cfg(unix)]
    unix::end_all();
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::{Handle, Signals};
    use signal_hook::low_level::emulate_default_handler;

    use crate::process::ignored;

    /// The groups whose program has not ended.
    static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

    /// Signals are left to a run.
    static IS_RELEASED: AtomicBool = AtomicBool::new(false);

    /// Ends the thread that hands signals on.
    static LISTENER: Mutex<Option<Handle>> = Mutex::new(None);

    pub(super) fn groups() -> MutexGuard<'static, Vec<u32>> {
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn signal(group: u32, signal: Signal) {
        if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }

    pub(super) fn hand_on_signals() -> io::Result<()> {
        let mut listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner);
        // A run decides what a signal ends, also while one of its programs is running.
        if listener.is_some() || IS_RELEASED.load(Ordering::Relaxed) {
            return Ok(());
        }
        // A handler would end the protection of `nohup`.
        let ignored = ignored();
        let numbers = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];
        let numbers = numbers.into_iter().filter(|number| ignored >> (number - 1) & 1 == 0);
        let mut signals = Signals::new(numbers)?;
        *listener = Some(signals.handle());
        thread::spawn(move || {
            if let Some(number) = signals.forever().next() {
                // The lock keeps the threads that wait for a program from reporting that it failed.
                let groups = groups();
                stop(&groups, number);
                let _ = emulate_default_handler(number);
            }
        });
        Ok(())
    }

    /// Hands the signal on, and kills what it does not end.
    fn stop(groups: &[u32], number: i32) {
        const GRACE: Duration = Duration::from_millis(200);
        const POLL: Duration = Duration::from_millis(10);
        if let Some(handed_on) = Signal::from_named_raw(number) {
            groups.iter().for_each(|group| signal(*group, handed_on));
        }
        let is_alive = |group: &u32| {
            let group = i32::try_from(*group).ok().and_then(Pid::from_raw);
            group.is_some_and(|group| test_kill_process_group(group).is_ok())
        };
        let mut waited = Duration::ZERO;
        while waited < GRACE && groups.iter().any(is_alive) {
            thread::sleep(POLL);
            waited += POLL;
        }
        groups.iter().for_each(|group| signal(*group, Signal::KILL));
    }

    pub(super) fn end_all() {
        groups().iter().for_each(|group| signal(*group, Signal::KILL));
    }

    pub(super) fn release_signals() {
        IS_RELEASED.store(true, Ordering::Relaxed);
        if let Some(listener) = &*LISTENER.lock().unwrap_or_else(PoisonError::into_inner) {
            listener.close();
        }
    }
}
