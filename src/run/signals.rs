//! SIGINT, SIGTERM and SIGHUP: the first asks the run to end gently, the second at once.

use std::cell::Cell;
use std::rc::Rc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::context::Interruption;
use crate::process::child_group::release_signals;
#[cfg(unix)]
use crate::process::ignored;

/// Listens from now on.
pub struct Signals {
    /// Each request to stop as it comes.
    pub interruptions: UnboundedReceiver<Interruption>,
    /// The exit code that the first signal asks for.
    pub exit_code: Rc<Cell<Option<u8>>>,
    _sender: UnboundedSender<Interruption>,
}

#[cfg(unix)]
const SIGNALS: [(i32, u8); 3] = [(1, 129), (2, 130), (15, 143)];

impl Signals {
    /// Takes the signals over; to be called on a local task set. On Linux, one that is ignored, as under `nohup`, stays ignored.
    pub fn listen() -> std::io::Result<Self> {
        let (sender, interruptions) = unbounded_channel();
        let exit_code = Rc::new(Cell::new(None));
        #[cfg(unix)]
        let ignored = ignored();
        #[cfg(unix)]
        for (number, code) in
            SIGNALS.into_iter().filter(|(number, _)| ignored >> (number - 1) & 1 == 0)
        {
            let mut stream =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(number))?;
            let (sender, exit_code) = (sender.clone(), Rc::clone(&exit_code));
            tokio::task::spawn_local(async move {
                while stream.recv().await.is_some() {
                    interrupt(&sender, &exit_code, code);
                }
            });
        }
        #[cfg(not(unix))]
        {
            let (sender, exit_code) = (sender.clone(), Rc::clone(&exit_code));
            tokio::task::spawn_local(async move {
                while tokio::signal::ctrl_c().await.is_ok() {
                    interrupt(&sender, &exit_code, 130);
                }
            });
        }
        release_signals();
        Ok(Self { interruptions, exit_code, _sender: sender })
    }
}

fn interrupt(sender: &UnboundedSender<Interruption>, exit_code: &Cell<Option<u8>>, code: u8) {
    let how = match exit_code.get() {
        None => Interruption::Gently,
        Some(_) => Interruption::AtOnce,
    };
    exit_code.set(exit_code.get().or(Some(code)));
    // Nobody listens any more when the run is over.
    let _ = sender.send(how);
}
