//! Rows that come while a run lasts.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::*;
use crate::engine::arrivals::{AHEAD, Arrival, Arrivals, NextLine};
use crate::input::plan::target_hash;
use crate::input::rows::ArrivedRows;

/// Lines, each with the moment at which it can be read.
struct ScriptedLines<'a> {
    lines: VecDeque<(u64, String)>,
    arrived: &'a ArrivedRows,
    log: &'a FollowLog<'a>,
    start: Instant,
    timer: Pin<Box<tokio::time::Sleep>>,
}

impl Arrivals for ScriptedLines<'_> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<NextLine> {
        let Some((at, _)) = self.lines.front() else { return Poll::Ready(NextLine::End) };
        self.timer.as_mut().reset(self.start + Duration::from_millis(*at));
        ready!(self.timer.as_mut().poll(context));
        let (_, line) = self.lines.pop_front().unwrap();
        let operation = plan([line], base(), &|_| None).remove(0);
        let (target, name) = (target_hash(&*operation), operation.spec().vendor);
        let number = self.log.read.get() + 1;
        self.log.read.set(number);
        let row = self.arrived.add(operation.into(), number);
        self.log.open.borrow_mut().insert(row, number);
        self.log.most_open.set(self.log.most_open.get().max(self.log.open.borrow().len()));
        Poll::Ready(NextLine::Row(Arrival { vendor: vendor(name), row, target }))
    }
}

/// What the engine reports of lines.
struct FollowLog<'a> {
    arrived: &'a ArrivedRows,
    start: Cell<Option<Instant>>,
    /// How many lines were read.
    read: Cell<u64>,
    most_open: Cell<usize>,
    /// The lines under way, by row.
    open: RefCell<HashMap<u32, u64>>,
    /// Lines, their outcomes and when they had them.
    settled: RefCell<Vec<(u64, Outcome, Duration)>>,
    untried: RefCell<Vec<u64>>,
    notes: RefCell<Vec<String>>,
    is_full: Cell<bool>,
}

impl FollowLog<'_> {
    fn close(&self, row: usize) -> u64 {
        let row = u32::try_from(row).unwrap();
        self.arrived.release(row);
        self.open.borrow_mut().remove(&row).expect("a row settles once")
    }

    /// The line, the outcome and the kind of the fault of each result.
    fn outcomes(&self) -> Vec<(u64, Status, Option<FaultKind>)> {
        let settled = self.settled.borrow();
        let kind = |outcome: &Outcome| outcome.fault.as_ref().map(|fault| fault.kind);
        settled.iter().map(|(line, end, _)| (*line, end.status, kind(end))).collect()
    }
}

impl Observer for FollowLog<'_> {
    async fn intent(&self, _rows: &[u32], _attempt: u32) -> bool {
        true
    }

    fn settled(&self, row: usize, outcome: Outcome) {
        let line = self.close(row);
        let at = self.start.get().unwrap().elapsed();
        self.settled.borrow_mut().push((line, outcome, at));
    }

    fn untried(&self, row: usize) {
        let line = self.close(row);
        self.untried.borrow_mut().push(line);
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, text: &str) {
        self.notes.borrow_mut().push(text.to_owned());
    }

    fn has_room(&self) -> bool {
        !self.is_full.get()
    }

    fn failure(&self) -> Option<Fault> {
        None
    }
}

/// A run of these lines, and what it is asked to judge by.
fn follow<R>(
    lines: impl IntoIterator<Item = (u64, String)>,
    replies: HashMap<String, Vec<ScriptedReply>>,
    limits: Limits,
    signals: &[u64],
    judge: impl FnOnce(&FollowLog<'_>, &[LogEvent]) -> R,
) -> R {
    let transport = ScriptedVendors::new(replies);
    let arrived = ArrivedRows::default();
    let log = FollowLog {
        arrived: &arrived,
        start: Cell::default(),
        read: Cell::default(),
        most_open: Cell::default(),
        open: RefCell::default(),
        settled: RefCell::default(),
        untried: RefCell::default(),
        notes: RefCell::default(),
        is_full: Cell::default(),
    };
    let runtime = paused_runtime();
    runtime.block_on(async {
        let start = Instant::now();
        transport.start.set(Some(start));
        log.start.set(Some(start));
        let (sender, mut interruptions) = unbounded_channel();
        for (millis, how) in signals.iter().zip([Interruption::Gently, Interruption::AtOnce]) {
            let (sender, due) = (sender.clone(), start + Duration::from_millis(*millis));
            tokio::spawn(async move {
                tokio::time::sleep_until(due).await;
                let _ = sender.send(how);
            });
        }
        let mut lines = ScriptedLines {
            lines: lines.into_iter().collect(),
            arrived: &arrived,
            log: &log,
            start,
            timer: Box::pin(tokio::time::sleep_until(start)),
        };
        let engine = Engine {
            transport: &transport,
            operations: Rows::Arrived(&arrived),
            limits,
            clock: Rc::new(move || base() + TimeDelta::from_std(start.elapsed()).unwrap()),
            observer: &log,
            viewers: &NoViewers,
        };
        engine.follow(&mut lines, &mut interruptions).await;
    });
    judge(&log, &transport.events.borrow())
}

fn resume(target: &str) -> String {
    json!({"vendor": "tencent", "action": "resume", "target": target}).to_string()
}

fn forbid(target: &str) -> String {
    json!({"vendor": "tencent", "action": "forbid", "target": target, "for": "30d"}).to_string()
}

fn close(target: &str) -> String {
    json!({"vendor": "shumei", "action": "close", "target": target}).to_string()
}

fn limits() -> Limits {
    Limits { max_failures: 3, attempts: 1, ..retries::limits() }
}

fn always(said: ReplyKind, millis: u64, times: usize) -> Vec<ScriptedReply> {
    vec![ScriptedReply { said, millis }; times]
}

/// When each request left, in milliseconds, and for which target.
fn departures(events: &[LogEvent]) -> Vec<(u64, &str)> {
    let left = events.iter().filter_map(|event| match event {
        LogEvent::Left(request) => Some(request),
        LogEvent::Came(..) | LogEvent::Settled(..) => None,
    });
    left.map(|request| {
        (u64::try_from(request.at.as_millis()).unwrap(), request.targets[0].as_str())
    })
    .collect()
}

#[test]
fn rows_of_one_target_take_turns() {
    let lines = [(0, forbid("a")), (0, resume("a")), (0, forbid("a")), (0, resume("b"))];
    let replies = HashMap::from([("a".to_owned(), always(ReplyKind::Yes, 100, 3))]);
    follow(lines, replies, limits(), &[], |log, events| {
        assert_eq!(departures(events), [(0, "a"), (0, "b"), (100, "a"), (200, "a")]);
        let lines: Vec<_> = log.outcomes().iter().map(|(line, ..)| *line).collect();
        assert_eq!(lines, [4, 1, 2, 3]);
    });
}

#[test]
fn no_more_rows_are_read_than_may_wait() {
    let lines = (0..500).map(|number| (0, resume(&format!("t{number}"))));
    let replies: HashMap<_, _> =
        (0..500).map(|number| (format!("t{number}"), always(ReplyKind::Yes, 1000, 1))).collect();
    follow(lines, replies, limits(), &[], |log, _| {
        assert_eq!(log.most_open.get(), limits().concurrency + AHEAD);
        assert_eq!((log.read.get(), log.outcomes().len()), (500, 500));
    });
}

#[test]
fn failures_pause_the_vendor_and_try_one() {
    let names: Vec<_> = (0..8).map(|number| format!("t{number}")).collect();
    let lines = names.iter().map(|name| (0, resume(name))).chain([(0, close("s"))]);
    let mut replies: HashMap<_, _> =
        names.iter().take(4).map(|name| (name.clone(), always(ReplyKind::Unsent, 10, 9))).collect();
    replies.insert("s".into(), always(ReplyKind::Yes, 10, 1));
    let limits = Limits { concurrency: 1, ..limits() };
    follow(lines, replies, limits, &[], |log, events| {
        let of_tencent: Vec<_> =
            departures(events).into_iter().filter(|(_, target)| *target != "s").collect();
        // Three fail; the fourth is tried after the pause, and the fifth after the next one.
        let pauses = of_tencent.windows(2).filter(|pair| pair[1].0 - pair[0].0 >= 30_000);
        assert_eq!(pauses.count(), 2, "{of_tencent:?}");
        assert_eq!(of_tencent[3].1, "t3");
        assert!(of_tencent[4].0 > 60_000 && of_tencent[7].0 < 61_000, "{of_tencent:?}");
        assert!(departures(events).iter().any(|(at, target)| *target == "s" && *at < 1000));
        let applied = log.outcomes().into_iter().filter(|(_, end, _)| *end == Status::Applied);
        assert_eq!((applied.count(), log.outcomes().len()), (5, 9), "no line is lost");
        assert_eq!(log.notes.borrow().len(), 2);
        assert_eq!(
            log.notes.borrow()[0],
            "3 targets of Tencent failed one after another; its lines wait until 2026-11-21T02:00:30Z, then one is tried"
        );
    });
}

#[test]
fn pause_settles_what_waits_for_another_attempt() {
    let lines = (0..3).map(|number| (number * 10, resume(&format!("t{number}"))));
    let mut replies: HashMap<_, _> =
        (0..3).map(|number| (format!("t{number}"), always(ReplyKind::No, 5, 9))).collect();
    // Its second attempt would come during the pause.
    replies.insert("t0".into(), always(ReplyKind::Throttled, 5, 9));
    let limits = Limits { attempts: 3, max_failures: 2, ..limits() };
    follow(lines, replies, limits, &[], |log, _| {
        let settled = log.settled.borrow();
        assert_eq!(settled.len(), 3);
        assert!(settled.iter().all(|(_, _, at)| *at < Duration::from_secs(1)), "{settled:?}");
    });
}

#[test]
fn refused_credentials_end_the_run_for_all() {
    let lines = [(0, resume("a")), (0, resume("b")), (0, close("s")), (5, resume("c"))]
        .into_iter()
        .chain((0..50).map(|number| (1000 + number, resume(&format!("late{number}")))));
    let replies = HashMap::from([
        ("a".to_owned(), always(ReplyKind::Credentials, 20, 1)),
        ("s".to_owned(), always(ReplyKind::Yes, 100, 1)),
    ]);
    let limits = Limits { concurrency: 2, ..limits() };
    follow(lines, replies, limits, &[], |log, events| {
        use Status::{Applied, NotApplied, Skipped};
        let stopped = (Skipped, Some(FaultKind::Stopped));
        let outcomes = log.outcomes();
        let of = |line: u64| outcomes.iter().find(|(number, ..)| *number == line).copied();
        assert_eq!(of(1), Some((1, NotApplied, Some(FaultKind::Credentials))));
        assert_eq!(of(3), Some((3, Applied, None)), "what is in flight settles");
        assert_eq!(of(4).map(|(_, end, kind)| (end, kind)), Some(stopped));
        assert_eq!((log.read.get(), departures(events).len()), (4, 3), "nothing more is read");
    });
}

#[test]
fn signal_leaves_untried_lines_without_result() {
    let lines = (0..20).map(|number| (number, resume(&format!("t{number}"))));
    let replies: HashMap<_, _> =
        (0..20).map(|number| (format!("t{number}"), always(ReplyKind::Yes, 500, 1))).collect();
    let limits = Limits { concurrency: 2, ..limits() };
    follow(lines, replies, limits, &[100], |log, events| {
        let done: Vec<_> = log.outcomes().iter().map(|(line, ..)| *line).collect();
        assert_eq!((done, departures(events).len()), (vec![1, 2], 2));
        assert_eq!(*log.untried.borrow(), (3..=20).collect::<Vec<_>>());
    });
}

#[test]
fn rows_of_one_target_end_with_the_run() {
    let lines = [(0, forbid("a")), (0, resume("a")), (0, forbid("a"))];
    let replies = HashMap::from([("a".to_owned(), always(ReplyKind::Yes, 500, 9))]);
    follow(lines, replies, limits(), &[100, 200], |log, _| {
        let unknown = (1, Status::Unknown, Some(FaultKind::Interrupted));
        assert_eq!(log.outcomes(), [unknown]);
        assert_eq!(*log.untried.borrow(), [2, 3]);
    });
}

/// Lines of few targets with any replies, and perhaps a signal.
fn followed_cases() -> impl Strategy<Value = (RunSetup, Vec<u64>)> {
    (cases(), prop::collection::vec(0..400u64, 10))
}

#[test]
fn laws_of_lines_that_come() {
    let config =
        ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() };
    let holds = |(setup, gaps): (RunSetup, Vec<u64>)| {
        let mut at = 0;
        let lines: Vec<_> = setup
            .inputs
            .iter()
            .zip(&gaps)
            .map(|(input, gap)| {
                at += gap;
                (at, TestOperation { name: input.name % 2, ..input.clone() }.line())
            })
            .collect();
        let targets: Vec<String> = lines
            .iter()
            .map(|(_, line)| {
                let line: Value = serde_json::from_str(line).unwrap();
                line["target"].as_str().unwrap().to_owned()
            })
            .collect();
        let replies = targets.iter().cloned().zip(setup.inputs.iter().map(|i| i.replies.clone()));
        let signals = &setup.signals[..setup.signals.len().min(1)];
        let count = lines.len() as u64;
        follow(lines, replies.collect(), setup.limits(), signals, |log, events| {
            prop_assert!(log.open.borrow().is_empty(), "no row is left");
            let mut reported: Vec<_> = log.outcomes().iter().map(|(line, ..)| *line).collect();
            for target in &targets {
                let own: Vec<u64> = (1..)
                    .zip(&targets)
                    .filter(|(_, t)| *t == target)
                    .map(|(line, _)| line)
                    .collect();
                let is_of = |line: &&u64| own.contains(line);
                let of_target: Vec<_> = reported.iter().filter(is_of).collect();
                prop_assert!(of_target.is_sorted(), "in the order of the lines");
            }
            reported.extend(log.untried.borrow().iter());
            reported.sort_unstable();
            prop_assert_eq!(&reported, &(1..=log.read.get()).collect::<Vec<_>>(), "once each");
            let is_stopped = !signals.is_empty()
                || events.iter().any(|e| matches!(e, LogEvent::Came(_, ReplyKind::Credentials, _)));
            prop_assert!(is_stopped || log.read.get() == count, "all lines are read");
            let has_untried = !log.untried.borrow().is_empty();
            prop_assert!(!has_untried || !signals.is_empty(), "only a signal leaves lines");
            Ok(())
        })
    };
    if let Err(error) = TestRunner::new(config).run(&followed_cases(), holds) {
        panic!("{error}");
    }
}
