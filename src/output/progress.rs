//! How far a long run is: a bar on a terminal, otherwise a line now and then.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use crate::console::Console;
use crate::outcome::Outcome;
use crate::text::count;

/// A run that is over sooner shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a line is said where no bar can be drawn.
const BEAT: Duration = Duration::from_secs(10);

/// Counts what settles, and shows it on standard error.
pub struct Progress {
    console: Console,
    total: usize,
    done: Cell<usize>,
    failed: Cell<usize>,
    started: Instant,
    said: Cell<Instant>,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// Starts now.
    #[must_use]
    pub fn new(console: Console, total: usize) -> Self {
        let now = Instant::now();
        Self {
            console,
            total,
            done: Cell::new(0),
            failed: Cell::new(0),
            started: now,
            said: Cell::new(now),
            bar: OnceCell::new(),
        }
    }

    /// One more has settled.
    pub fn count(&self, outcome: &Outcome) {
        self.done.set(self.done.get() + 1);
        if !outcome.is_ok() {
            self.failed.set(self.failed.get() + 1);
        }
    }

    /// Shows where the run stands, when it is time to.
    pub fn tick(&self) {
        if self.console.quiet || self.started.elapsed() < PATIENCE {
            return;
        }
        if self.console.is_terminal() {
            let bar = self.bar.get_or_init(|| self.draw());
            bar.set_position(self.done.get() as u64);
            bar.set_message(self.pace());
        } else if self.said.get().elapsed() >= BEAT {
            self.said.set(Instant::now());
            let (done, targets) = (self.done.get(), count(self.total, "target"));
            self.console.line(&format!("{done} of {targets} done, {}", self.pace()));
        }
    }

    /// Does something that writes to the terminal, out of the bar's way.
    pub fn aside<R>(&self, act: impl FnOnce() -> R) -> R {
        match self.bar.get() {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }

    /// How long it is going on.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn draw(&self) -> ProgressBar {
        // The library's own rate takes all that was done before the bar was drawn for the work of one moment.
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {msg}");
        let bar = ProgressBar::new(self.total as u64).with_elapsed(self.started.elapsed());
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    fn pace(&self) -> String {
        pace(self.done.get(), self.total, self.failed.get(), self.started.elapsed())
    }
}

/// How fast it goes; where nothing is done yet, nothing tells how long the rest takes.
fn pace(done: usize, total: usize, failed: usize, elapsed: Duration) -> String {
    let failures = count(failed, "failure");
    if done == 0 {
        return format!("{failures} so far");
    }
    let (done, total) = (done as u64, total as u64);
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let tenths = done * 10_000 / millis;
    let rate = if tenths < 100 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        (tenths / 10).to_string()
    };
    format!(
        "{rate} a second, {failures} so far, about {} s left",
        (total - done).saturating_mul(millis) / done / 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remaining_time_needs_completed_targets() {
        for (done, seconds, said) in [
            (0, 480, "1 failure so far"),
            (1, 4, "0.2 a second, 1 failure so far, about 76 s left"),
            (19, 2, "9.5 a second, 1 failure so far, about 0 s left"),
            (10, 1, "10 a second, 1 failure so far, about 1 s left"),
            (20, 1, "20 a second, 1 failure so far, about 0 s left"),
        ] {
            assert_eq!(pace(done, 20, 1, Duration::from_secs(seconds)), said);
        }
    }
}
