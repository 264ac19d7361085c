//! How far a long run is: a bar on a terminal, otherwise a line now and then.
//!
//! The bar is drawn by hand: it is never wider than the terminal is at that moment, which the usual crates do not promise
//! when its window changes its size.

use std::cell::Cell;
use std::io::{self, Write};
use std::time::Duration;

use tokio::time::Instant;
use unicode_width::UnicodeWidthStr;

use crate::console::Console;
use crate::outcome::{Outcome, Status};
use crate::text::{count, shortened};
use crate::time;

/// How long a run lasts before it shows a bar.
// One that flashes up and goes only disturbs.
const FIRST_SHOWN: Duration = Duration::from_secs(1);

/// How often a line is printed where no bar can be drawn.
const BEAT: Duration = Duration::from_secs(10);

/// How soon after the last time the bar is drawn again below a row.
// A fast run prints thousands of rows a second: drawn below each, the bar would take longer than the rows.
const REDRAW: Duration = Duration::from_millis(5);

/// The widths of the bar, from the one of a wide terminal to none.
const BARS: [usize; 3] = [24, 10, 0];

/// The width of a terminal that does not report it.
const USUAL_WIDTH: usize = 80;

/// Removes the line of the cursor.
const ERASE: &str = "\r\x1b[2K";

/// Removes the line above, too.
const ERASE_ABOVE: &str = "\x1b[A\x1b[2K";

/// How many targets of a run have settled, and how.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    total: usize,
    /// Done or failed, those done before included.
    done: usize,
    /// Those of them that were tried in this run.
    // The pace is computed from them: what was done before took no time.
    tried: usize,
    failed: usize,
    skipped: usize,
    /// Applied, and looked at before they settle.
    looked_at: usize,
}

/// Counts what settles, and shows it on standard error.
pub struct Progress {
    console: Console,
    counts: Cell<Counts>,
    started: Instant,
    /// When a line was last printed, or the bar drawn.
    shown: Cell<Instant>,
    /// The columns of the bar on the screen; 0 for none.
    drawn: Cell<usize>,
}

impl Progress {
    /// Starts now.
    #[must_use]
    pub fn new(console: Console, total: usize) -> Self {
        let now = Instant::now();
        let counts = Cell::new(Counts { total, ..Counts::default() });
        Self { console, counts, started: now, shown: Cell::new(now), drawn: Cell::new(0) }
    }

    /// One more has settled. A target that was not tried is no failure.
    pub fn count(&self, outcome: &Outcome) {
        let mut counts = self.counts.get();
        let is_skipped = outcome.status == Status::Skipped;
        if is_skipped && !outcome.is_ok() {
            counts.skipped += 1;
        } else {
            counts.done += 1;
            counts.tried += usize::from(!is_skipped);
            counts.failed += usize::from(!outcome.is_ok());
        }
        self.counts.set(counts);
    }

    /// So many targets are applied, and looked at before they settle.
    pub fn look_at(&self, targets: usize) {
        self.counts.set(Counts { looked_at: targets, ..self.counts.get() });
    }

    /// Shows how far the run is, when it is time to.
    pub fn tick(&self) {
        if self.console.quiet || self.started.elapsed() < FIRST_SHOWN {
            return;
        }
        if self.console.draws() {
            self.draw();
        } else if self.shown.get().elapsed() >= BEAT {
            self.shown.set(Instant::now());
            let counts = self.counts.get();
            let targets = count(counts.total, "target");
            let pace = pace(counts, self.started.elapsed()).join(", ");
            self.console.line(&format!("{} of {targets} done, {pace}", counts.done));
        }
    }

    /// Does something that writes to the terminal, out of the bar's way.
    pub fn aside<R>(&self, act: impl FnOnce() -> R) -> R {
        if self.drawn.get() == 0 {
            return act();
        }
        self.end();
        let done = act();
        if self.shown.get().elapsed() >= REDRAW {
            self.draw();
        }
        done
    }

    /// How long it is going on.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if self.drawn.get() > 0 {
            write(&self.erased());
            self.drawn.set(0);
        }
    }

    fn draw(&self) {
        let bar = bar(self.counts.get(), self.started.elapsed(), self.width());
        write(&format!("{}{bar}", self.erased()));
        self.drawn.set(bar.width());
        self.shown.set(Instant::now());
    }

    /// The escape sequences that remove the bar.
    fn erased(&self) -> String {
        if self.drawn.get() == 0 {
            return String::new();
        }
        // A terminal that became narrower has wrapped it.
        let rows = self.drawn.get().saturating_sub(1) / self.width().max(1);
        format!("{ERASE}{}", ERASE_ABOVE.repeat(rows))
    }

    fn width(&self) -> usize {
        self.console.width().unwrap_or(USUAL_WIDTH)
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    // A failure to write to standard error cannot be reported anywhere.
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// The bar, its numbers and as much of the pace as there is room for.
fn bar(counts: Counts, elapsed: Duration, width: usize) -> String {
    // Some terminals wrap a line that fills them.
    let room = width.saturating_sub(1);
    let numbers = format!("{}/{}  ", counts.done, counts.total);
    let pace = pace(counts, elapsed);
    let whole = format!("{numbers}{}", pace.join(", "));
    for columns in BARS {
        let line = format!("{}{whole}", blocks(counts, columns));
        if line.width() <= room {
            return line;
        }
    }
    // The pace comes first in its list, and is missed least.
    let rest = pace[1..].join(", ");
    shortened(&format!("{numbers}{rest}"), room).into_owned()
}

/// `[####----] `
// ASCII alone: the blocks of Unicode are as wide as two columns in some locales, or missing.
fn blocks(counts: Counts, columns: usize) -> String {
    if columns == 0 {
        return String::new();
    }
    let settled = (counts.done + counts.skipped).min(counts.total);
    let full = settled * columns / counts.total.max(1);
    format!("[{}{}] ", "#".repeat(full), "-".repeat(columns - full))
}

/// The pace, the number of failures, and an estimate of the time left, which requires a target that is done.
fn pace(counts: Counts, elapsed: Duration) -> Vec<String> {
    let Counts { total, done, tried, failed, skipped, looked_at } = counts;
    let mut parts = Vec::new();
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    if tried > 0 {
        let tenths = tried as u64 * 10_000 / millis;
        parts.push(if tenths < 100 {
            format!("{}.{} a second", tenths / 10, tenths % 10)
        } else {
            format!("{} a second", tenths / 10)
        });
    }
    parts.push(format!("{} so far", count(failed, "failure")));
    if looked_at > 0 {
        parts.push(format!("{looked_at} applied and looked at"));
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    if tried > 0 {
        let left = total.saturating_sub(done + skipped) as u64;
        let seconds = left.saturating_mul(millis) / tried as u64 / 1000;
        parts.push(format!("about {} left", time::span(seconds)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::fault::{Fault, FaultKind};

    fn counts(done: usize, total: usize) -> Counts {
        Counts { total, done, tried: done, failed: 1, skipped: 0, looked_at: 0 }
    }

    #[test]
    fn targets_that_are_looked_at_are_counted() {
        let counts = Counts { looked_at: 60, ..counts(0, 60) };
        let pace = pace(counts, Duration::from_secs(20));
        assert_eq!(pace.join(", "), "1 failure so far, 60 applied and looked at");
    }

    #[test]
    fn remaining_time_needs_completed_targets() {
        for (done, total, seconds, text) in [
            (0, 20, 480, "1 failure so far"),
            (1, 20, 4, "0.2 a second, 1 failure so far, about 1 min 16 s left"),
            (19, 20, 2, "9.5 a second, 1 failure so far, about 0 s left"),
            (10, 20, 1, "10 a second, 1 failure so far, about 1 s left"),
            (20, 20, 1, "20 a second, 1 failure so far, about 0 s left"),
            (100, 40_000, 10, "10 a second, 1 failure so far, about 1 h 7 min left"),
        ] {
            let pace = pace(counts(done, total), Duration::from_secs(seconds));
            assert_eq!(pace.join(", "), text);
        }
    }

    #[test]
    fn bar_fits_every_width() {
        let elapsed = Duration::from_secs(100);
        for width in 1..200 {
            let bar = bar(counts(123, 100_000), elapsed, width);
            assert!(bar.width() < width, "{width}: {bar}");
        }
        let bars = [100, 80, 72, 50].map(|width| bar(counts(150, 300), elapsed, width));
        assert_eq!(
            bars,
            [
                "[############------------] 150/300  1.5 a second, 1 failure so far, about 1 min 40 s left",
                "[#####-----] 150/300  1.5 a second, 1 failure so far, about 1 min 40 s left",
                "150/300  1.5 a second, 1 failure so far, about 1 min 40 s left",
                "150/300  1 failure so far, about 1 min 40 s left",
            ]
        );
    }

    #[test]
    fn skipped_targets_are_no_failures() {
        let progress = Progress::new(Console::default(), 500);
        let skipped = |kind| Outcome::skipped(Fault::new(kind, "why"));
        let applied = Outcome { status: Status::Applied, ..Outcome::planned() };
        let refused = Outcome { status: Status::NotApplied, ..skipped(FaultKind::Refused) };
        (0..5).for_each(|_| progress.count(&applied));
        progress.count(&refused);
        (0..4).for_each(|_| progress.count(&skipped(FaultKind::DoneBefore)));
        (0..380).for_each(|_| progress.count(&skipped(FaultKind::Interrupted)));
        let line = bar(progress.counts.get(), Duration::from_secs(6), 120);
        assert_eq!(
            line,
            "[##################------] 10/500  1.0 a second, 1 failure so far, 380 skipped, about 1 min 50 s left"
        );
    }
}
