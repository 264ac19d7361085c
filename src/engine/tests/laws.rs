//! Laws of a run, whatever its vendors answer.

use super::*;

/// The laws of every run.
type Law = fn(&RunSetup, &EventLog) -> Result<(), TestCaseError>;

macro_rules! laws {
    ($($law:ident),* $(,)?) => { [$((stringify!($law), $law as Law)),*] };
}

#[test]
fn laws_of_a_run() {
    let laws = laws![
        each_row_settles_once,
        summary_adds_up,
        requests_keep_the_deadline,
        no_request_leaves_after_its_end,
        attempts_count_the_requests_of_a_target,
        attempts_are_bounded,
        only_a_success_clears_unknown,
        settled_targets_are_not_sent_again,
        requests_of_a_vendor_are_evenly_spaced,
        concurrency_is_bounded,
        nothing_leaves_after_a_signal,
        consecutive_failures_alone_stop_a_vendor,
        refused_credentials_stop_the_vendor,
    ];
    try_all(cases(), |case| {
        let log = case.play();
        laws.iter().try_for_each(|(name, law)| {
            law(&case, &log).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))
        })
    });
}

fn each_row_settles_once(case: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let distinct: BTreeSet<_> = case.inputs.iter().map(TestOperation::line).collect();
    prop_assert_eq!(log.targets.len(), distinct.len());
    let mut rows: Vec<_> = log.outcomes().map(|(row, _)| row).collect();
    rows.sort_unstable();
    prop_assert_eq!(rows, (0..distinct.len()).collect::<Vec<_>>());
    Ok(())
}

fn summary_adds_up(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let mut summary = Summary::default();
    log.outcomes().for_each(|(_, outcome)| summary.count(outcome));
    let number = |status| log.outcomes().filter(|(_, outcome)| outcome.status == status).count();
    prop_assert_eq!(summary.total(), log.targets.len());
    prop_assert_eq!(summary.applied, number(Status::Applied));
    prop_assert_eq!(summary.not_applied, number(Status::NotApplied));
    prop_assert_eq!(summary.unknown, number(Status::Unknown));
    prop_assert_eq!(
        (summary.skipped, summary.planned, summary.done_before),
        (number(Status::Skipped), 0, 0)
    );
    let is_ok = log.outcomes().all(|(_, outcome)| outcome.is_ok());
    let expected = if summary.unknown > 0 {
        4
    } else if is_ok {
        0
    } else {
        5
    };
    prop_assert_eq!(summary.exit_code(), expected);
    Ok(())
}

fn requests_keep_the_deadline(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let mut first: HashMap<&[String], Duration> = HashMap::new();
    for departure in log.departures() {
        let Limits { deadline, timeout, .. } = log.limits;
        let needed = Duration::from_millis(250).min(timeout);
        let since = *first.entry(&departure.targets).or_insert(departure.at);
        prop_assert!(departure.timeout <= timeout);
        prop_assert!(
            departure.at + departure.timeout <= since + deadline,
            "{departure:?} since {since:?}"
        );
        prop_assert!(departure.at == since || departure.at + needed <= since + deadline);
    }
    Ok(())
}

fn no_request_leaves_after_its_end(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    for (target, until) in log.targets.iter().zip(&log.until) {
        let Some(until) = until else { continue };
        for departure in log.of(target) {
            prop_assert!(
                base() + TimeDelta::from_std(departure.at).unwrap() < *until,
                "{departure:?}"
            );
        }
    }
    Ok(())
}

fn attempts_count_the_requests_of_a_target(
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    for (row, outcome) in log.outcomes() {
        let sends = log.of(&log.targets[row]);
        prop_assert_eq!(outcome.attempts as usize, sends.len());
        let first =
            sends.first().map(|departure| base() + TimeDelta::from_std(departure.at).unwrap());
        prop_assert_eq!(outcome.started_at, first);
    }
    Ok(())
}

fn attempts_are_bounded(case: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let mut times: BTreeMap<&[String], u32> = BTreeMap::new();
    log.departures().for_each(|departure| *times.entry(&departure.targets).or_default() += 1);
    prop_assert!(times.values().all(|times| *times <= case.attempts), "{times:?}");
    Ok(())
}

fn only_a_success_clears_unknown(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    for (row, outcome) in log.outcomes() {
        let sends = log.of(&log.targets[row]);
        // A request that was given up in flight proves nothing either.
        let proofs: Vec<_> =
            sends.iter().map(|send| log.signature(send).unwrap_or(Evidence::Nothing)).collect();
        let expected = if proofs.is_empty() {
            Status::Skipped
        } else if proofs.contains(&Evidence::Applied) {
            Status::Applied
        } else if proofs.contains(&Evidence::Nothing) {
            Status::Unknown
        } else {
            Status::NotApplied
        };
        prop_assert_eq!(outcome.status, expected, "{:?}", proofs);
        prop_assert_eq!(outcome.fault.is_none(), expected == Status::Applied);
    }
    Ok(())
}

fn settled_targets_are_not_sent_again(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    for target in &log.targets {
        let sends = log.of(target);
        for (index, send) in sends.iter().enumerate() {
            let said = log.events.iter().find_map(|event| match event {
                LogEvent::Came(number, said, _) if *number == send.number => Some(*said),
                _ => None,
            });
            let is_last = index + 1 == sends.len();
            match said {
                None | Some(ReplyKind::Yes | ReplyKind::Redirect | ReplyKind::Credentials) => {
                    prop_assert!(is_last);
                }
                // The streams of a group that was refused are tried one by one.
                Some(ReplyKind::No) => prop_assert!(is_last || send.targets.len() > 1),
                Some(
                    ReplyKind::Throttled
                    | ReplyKind::Unsent
                    | ReplyKind::Fault
                    | ReplyKind::Nonsense
                    | ReplyKind::SendError,
                ) => {}
            }
        }
    }
    Ok(())
}

fn requests_of_a_vendor_are_evenly_spaced(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    if case.rate == 0 {
        return Ok(());
    }
    let interval = Duration::from_secs(1) / case.rate;
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let times: Vec<_> =
            log.departures().filter(|left| left.vendor == vendor).map(|left| left.at).collect();
        for (earlier, later) in
            (0..times.len()).flat_map(|later| (0..later).map(move |earlier| (earlier, later)))
        {
            let least = interval * u32::try_from(later - earlier).unwrap();
            prop_assert!(times[later] + Pace::SLACK >= times[earlier] + least, "{times:?}");
        }
    }
    Ok(())
}

fn concurrency_is_bounded(case: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    prop_assert!(log.peak <= case.concurrency, "{}", log.peak);
    Ok(())
}

fn nothing_leaves_after_a_signal(case: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let Some(signal) = case.signals.first().map(|millis| Duration::from_millis(*millis)) else {
        return Ok(());
    };
    prop_assert!(log.departures().all(|departure| departure.at <= signal));
    let is_late = |outcome: &Outcome| {
        outcome.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Interrupted)
    };
    prop_assert!(
        log.outcomes()
            .all(|(_, outcome)| !is_late(outcome) || outcome.status != Status::NotApplied)
    );
    Ok(())
}

/// Counts a vendor's failures in the order in which they settle, as the contract words it.
fn consecutive_failures_alone_stop_a_vendor(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let kind = |outcome: &Outcome| outcome.fault.as_ref().map(|fault| fault.kind);
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let (mut in_a_row, mut has_applied, mut is_stopped) = (0, false, false);
        let mut groups: BTreeMap<usize, bool> = BTreeMap::new();
        for event in &log.events {
            let has_failed = match event {
                LogEvent::Left(departure) if departure.vendor == vendor => {
                    prop_assert!(!is_stopped, "{departure:?} left all the same");
                    groups.insert(departure.number, departure.targets.len() > 1);
                    false
                }
                // A group that is refused counts once, and then each of its streams.
                LogEvent::Came(number, ReplyKind::No, _) if groups.get(number) == Some(&true) => {
                    !has_applied
                }
                LogEvent::Settled(row, outcome) if log.vendors[*row] == vendor => match outcome
                    .status
                {
                    Status::Applied | Status::Read => {
                        (in_a_row, has_applied) = (0, true);
                        false
                    }
                    Status::NotApplied if kind(outcome) == Some(FaultKind::Refused) => !has_applied,
                    Status::NotApplied | Status::Unknown => true,
                    Status::Skipped | Status::Planned => false,
                },
                LogEvent::Left(_) | LogEvent::Came(..) | LogEvent::Settled(..) => false,
            };
            in_a_row += u32::from(has_failed);
            is_stopped |= case.max_failures > 0 && in_a_row >= case.max_failures;
        }
        let is_stopped = is_stopped || log.is_refused_altogether(vendor);
        for (row, outcome) in log.outcomes().filter(|(row, _)| log.vendors[*row] == vendor) {
            prop_assert!(
                kind(outcome) != Some(FaultKind::Stopped) || is_stopped,
                "row {row}: {outcome:?}"
            );
            let may_skip = is_stopped || !case.signals.is_empty() || log.until[row].is_some();
            prop_assert!(outcome.status != Status::Skipped || may_skip, "row {row}: {outcome:?}");
        }
    }
    Ok(())
}

fn refused_credentials_stop_the_vendor(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let mut vendors = HashMap::new();
    let mut closed = BTreeSet::new();
    for event in &log.events {
        match event {
            LogEvent::Left(departure) => {
                prop_assert!(!closed.contains(departure.vendor.as_str()), "{departure:?}");
                vendors.insert(departure.number, departure.vendor.as_str());
            }
            LogEvent::Came(number, ReplyKind::Credentials, _) => {
                closed.insert(vendors[number]);
            }
            LogEvent::Came(..) | LogEvent::Settled(..) => {}
        }
    }
    Ok(())
}

#[test]
fn refused_batch_restarts_attempts_and_deadlines() {
    let slow = |said| ScriptedReply { said, millis: 900 };
    let permit = |name| TestOperation {
        kind: 1,
        name,
        replies: vec![slow(ReplyKind::No), slow(ReplyKind::SendError), slow(ReplyKind::Yes)],
    };
    let limits = RunSetup {
        concurrency: 2,
        attempts: 2,
        timeout: 1_000,
        deadline: 2_500,
        ..RunSetup::default()
    };

    let log = RunSetup { inputs: vec![permit(0), permit(2)], ..limits }.play();

    let sizes: Vec<_> = log.departures().map(|departure| departure.targets.len()).collect();
    assert_eq!(sizes, [2, 1, 1, 1, 1]);
    assert!(log.departures().all(|departure| departure.timeout == Duration::from_secs(1)));
    let settled = |(_, outcome): (usize, &Outcome)| (outcome.status, outcome.attempts);
    assert_eq!(log.outcomes().map(settled).collect::<Vec<_>>(), [(Status::Applied, 3); 2]);
}

#[test]
fn vendors_have_separate_rates() {
    let times = |case: &RunSetup| {
        let log = case.play();
        let shumei = log.departures().filter(|left| left.vendor == shumei::profile::NAME);
        shumei.map(|left| (left.targets.clone(), left.at)).collect::<Vec<_>>()
    };
    try_all(cases(), |mut case| {
        (case.concurrency, case.signals) = (3 * case.inputs.len(), Vec::new());
        // Nothing of Shumei's is tried again, since the waits between attempts are random.
        case.inputs.iter_mut().step_by(2).for_each(|input| input.kind = SHUMEI);
        for reply in case
            .inputs
            .iter_mut()
            .filter(|input| input.kind == SHUMEI)
            .flat_map(|input| &mut input.replies)
        {
            *reply = ScriptedReply {
                said: if reply.millis % 2 == 0 { ReplyKind::Yes } else { ReplyKind::No },
                millis: reply.millis % 100,
            };
        }
        case.inputs.retain({
            let mut seen = BTreeSet::new();
            move |input| seen.insert((input.kind, input.name))
        });
        let inputs = case.inputs.iter().filter(|input| input.kind == SHUMEI).cloned().collect();
        let alone = times(&RunSetup { inputs, ..case.clone() });
        let mixed = times(&case);
        prop_assert_eq!(mixed.len(), alone.len());
        for ((target, with), (same, without)) in mixed.iter().zip(&alone) {
            prop_assert_eq!(target, same);
            prop_assert!(
                with.abs_diff(*without) <= Pace::SLACK,
                "{:?} with others, {:?} alone",
                with,
                without
            );
        }
        Ok(())
    });
}
