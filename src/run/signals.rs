//! SIGINT, SIGTERM and SIGHUP: the first asks the run to end gently, the second at once. What ending means is decided
//! by the engine.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use crate::engine::context::Interruption;
use crate::output::reporter::Urgency;
use crate::process::child_group::release_signals;
#[cfg(unix)]
use crate::process::ignored;

/// The signals of a command that sends in several stages, and the task set on which they are taken.
// One for all stages: a signal that comes between two listeners would be lost.
pub struct SignalListener {
    /// Runs the stages.
    pub tasks: LocalSet,
    /// The signals.
    pub signals: Signals,
}

impl SignalListener {
    /// Listens from now on.
    pub fn start(runtime: &Runtime) -> std::io::Result<Self> {
        let tasks = LocalSet::new();
        let signals = tasks.block_on(runtime, async { Signals::listen() })?;
        Ok(Self { tasks, signals })
    }
}

/// Listens from now on.
pub struct Signals {
    /// Each request to stop as it comes.
    pub interruptions: UnboundedReceiver<Interruption>,
    state: SignalState,
}

/// The signals that have come.
// Shared by a task for each: whichever comes second ends the run at once.
#[derive(Clone)]
struct SignalState {
    sender: UnboundedSender<Interruption>,
    /// The exit code that the first signal asks for.
    exit_code: Rc<Cell<Option<u8>>>,
    /// A second one has come.
    is_second: Rc<Cell<bool>>,
    /// The exit code of one that has not been taken from the runtime; 0 for none.
    // The runtime takes none after the run, and while it ends a signal may still come.
    pending: Arc<AtomicUsize>,
}

#[cfg(unix)]
const SIGNALS: [(i32, u8); 3] = [(1, 129), (2, 130), (15, 143)];

impl Signals {
    /// Takes the signals over; to be called on a local task set.
    // On Linux, one that is ignored, as under `nohup`, stays ignored.
    pub fn listen() -> std::io::Result<Self> {
        let (sender, interruptions) = unbounded_channel();
        let state = SignalState {
            sender,
            exit_code: Rc::default(),
            is_second: Rc::default(),
            pending: Arc::default(),
        };
        #[cfg(unix)]
        let ignored = ignored();
        #[cfg(unix)]
        for (number, code) in
            SIGNALS.into_iter().filter(|(number, _)| ignored >> (number - 1) & 1 == 0)
        {
            let pending = Arc::clone(&state.pending);
            signal_hook::flag::register_usize(number, pending, code.into())?;
            let mut stream =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(number))?;
            let state = state.clone();
            tokio::task::spawn_local(async move {
                // Also the second signal: once tokio has a handler, the default action never comes back.
                while stream.recv().await.is_some() {
                    state.interrupt(code);
                }
            });
        }
        #[cfg(not(unix))]
        {
            let state = state.clone();
            tokio::task::spawn_local(async move {
                while tokio::signal::ctrl_c().await.is_ok() {
                    state.interrupt(130);
                }
            });
        }
        // Not earlier: until here a signal ends this process together with the programs that it started.
        release_signals();
        Ok(Self { interruptions, state })
    }

    /// The exit code that the first signal asks for.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        self.state.exit_code.get()
    }

    /// The exit code of a signal that has come, also of one that the runtime has not passed on yet.
    #[must_use]
    pub fn arrived(&self) -> Option<u8> {
        let pending = u8::try_from(self.state.pending.load(Ordering::Relaxed));
        self.exit_code().or(pending.ok().filter(|code| *code > 0))
    }

    /// How long the end of the run waits for a reader of its output.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        Urgency {
            is_given_up: self.state.is_second.get(),
            late_signal: Arc::clone(&self.state.pending),
        }
    }
}

impl SignalState {
    fn interrupt(&self, code: u8) {
        self.pending.store(0, Ordering::Relaxed);
        let how = match self.exit_code.get() {
            None => Interruption::Gently,
            Some(_) => Interruption::AtOnce,
        };
        self.is_second.set(how == Interruption::AtOnce);
        self.exit_code.set(self.exit_code.get().or(Some(code)));
        // Fails when the run is over, which has stopped listening.
        let _ = self.sender.send(how);
    }
}
