//! Laws of pages and of the looks after a success.

use super::rule_transport::Purpose::{Act, Page, Verification};
use super::rule_transport::*;
use super::*;
use crate::engine::look_pace::LOOK_INTERVAL;

/// A run of lists and of bans that are checked, with the answers that requests get in their turn.
#[derive(Clone, Debug)]
struct LookRun {
    lists: u8,
    bans: u8,
    concurrency: usize,
    rate: u32,
    attempts: u32,
    timeout: u64,
    deadline: u64,
    verify: u64,
    signals: Vec<u64>,
    /// The answers; each request takes one by its name and number.
    heard: Vec<(LookReply, u64)>,
}

#[derive(Clone, Copy, Debug)]
enum LookReply {
    Yes,
    NotYet,
    Fault,
    SendError,
    Busy,
    No,
}

fn rounds() -> impl Strategy<Value = LookRun> {
    use LookReply::{Busy, Fault, No, NotYet, SendError, Yes};
    let heard = prop::sample::select(vec![
        Yes, Yes, Yes, Yes, Yes, NotYet, NotYet, Fault, SendError, Busy, No,
    ]);
    let limits = (1..5usize, 0..3usize, 1..4u32, 100..900u64, 500..4_000u64, 100..3_000u64);
    let signals = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(0..3_000u64, 1..3)];
    (0..3u8, 0..4u8, limits, signals, prop::collection::vec((heard, 0..950u64), 1..12)).prop_map(
        |(
            lists,
            bans,
            (concurrency, rate, attempts, timeout, deadline, verify),
            mut signals,
            heard,
        )| {
            signals.sort_unstable();
            let bans = bans + u8::from(lists == 0);
            let rate = [0, 5, 50][rate];
            LookRun {
                lists,
                bans,
                concurrency,
                rate,
                attempts,
                timeout,
                deadline,
                verify,
                signals,
                heard,
            }
        },
    )
}

/// How many items each list has.
const ITEMS: u64 = 25;

impl LookRun {
    fn limits(&self) -> Limits {
        let Self { concurrency, rate, attempts, timeout, deadline, .. } = *self;
        let case =
            RunSetup { concurrency, rate, attempts, timeout, deadline, ..RunSetup::default() };
        Limits { verify: Some(Duration::from_millis(self.verify)), ..case.limits() }
    }

    fn heard(&self, purpose: &Purpose, before: usize) -> (LookReply, u64) {
        let name = format!("{purpose:?}{before}")
            .bytes()
            .fold(7usize, |sum, byte| sum * 31 % 1009 + usize::from(byte));
        self.heard[name % self.heard.len()]
    }

    fn response(&self, purpose: &Purpose, before: usize) -> TimedResponse {
        let (heard, millis) = self.heard(purpose, before);
        match (heard, purpose) {
            (LookReply::Fault, _) => fails(millis),
            (LookReply::SendError, _) => TimedResponse(millis, ReplyKind::SendError.reply()),
            (LookReply::Busy, _) => TimedResponse(millis, ReplyKind::Throttled.reply()),
            (LookReply::No, _) => TimedResponse(millis, ReplyKind::No.reply()),
            (LookReply::Yes | LookReply::NotYet, Act(_)) => responds(millis, DONE),
            (LookReply::Yes | LookReply::NotYet, Page(_, number)) => {
                responds(millis, page((number - 1) * 10..ITEMS.min(number * 10), ITEMS))
            }
            (LookReply::Yes, Verification(target)) => responds(millis, state(target, true)),
            (LookReply::NotYet, Verification(target)) => responds(millis, state(target, false)),
        }
    }

    fn lines(&self) -> Vec<Value> {
        let lists = (0..self.lists).map(|number| list(&format!("{number}.cn")));
        lists.chain((0..self.bans).map(|number| forbid(&format!("live/{number}")))).collect()
    }

    fn run(&self) -> RunLog {
        run_lines(self.lines(), self.limits(), &self.signals, |purpose, before| {
            self.response(purpose, before)
        })
    }
}

#[test]
fn laws_of_pages_and_verification() {
    try_all(rounds(), |round| {
        let log = round.run();
        pace_and_concurrency_bound_every_request(&round, &log)?;
        for (row, outcome) in log.outcomes.iter().enumerate() {
            match row.checked_sub(round.lists.into()) {
                None => list_is_whole_or_none(&round, &log, &format!("{row}.cn"), outcome)?,
                Some(number) => {
                    verification_follows_a_success(
                        &round,
                        &log,
                        &format!("live/{number}"),
                        outcome,
                    )?;
                }
            }
        }
        Ok(())
    });
}

fn pace_and_concurrency_bound_every_request(
    round: &LookRun,
    log: &RunLog,
) -> Result<(), TestCaseError> {
    prop_assert!(log.peak <= round.concurrency, "{}", log.peak);
    if let Some(signal) = round.signals.first() {
        prop_assert!(log.left.iter().all(|leaving| leaving.at <= Duration::from_millis(*signal)));
    }
    let interval =
        if round.rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / round.rate };
    for pair in log.left.windows(2) {
        prop_assert!(pair[1].at + Pace::SLACK >= pair[0].at + interval, "{pair:?}");
    }
    prop_assert!(log.left.iter().all(|leaving| leaving.timeout <= round.limits().timeout));
    Ok(())
}

/// Whether this request got its answer.
fn has_heard(round: &LookRun, leaving: &LoggedRequest, before: usize) -> bool {
    let is_yes =
        matches!(round.heard(&leaving.purpose, before).0, LookReply::Yes | LookReply::NotYet);
    is_yes && leaving.back.is_some_and(|(_, has_come)| has_come)
}

fn list_is_whole_or_none(
    round: &LookRun,
    log: &RunLog,
    domain: &str,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let sends = log.of(|purpose| matches!(purpose, Page(known, _) if known == domain));
    prop_assert_eq!(outcome.attempts as usize, sends.len());
    let (mut next, mut tries, mut began) = (1, 0, None);
    for send in sends {
        let Page(_, number) = send.purpose else { unreachable!() };
        prop_assert_eq!(number, next, "pages come in order, each once it is its turn");
        let since = *began.get_or_insert(send.at);
        prop_assert!(send.at + send.timeout <= since + round.limits().deadline);
        tries += 1;
        prop_assert!(tries <= round.attempts);
        if has_heard(round, send, tries as usize - 1) {
            (next, tries, began) = (next + 1, 0, None);
        }
    }
    let names = names(outcome);
    prop_assert_eq!(outcome.status == Status::Read, next == 4);
    prop_assert_eq!(names.is_some(), next == 4);
    prop_assert_eq!(outcome.answer.verified, None);
    if let Some(names) = names {
        prop_assert_eq!(names, (0..ITEMS).map(|number| number.to_string()).collect::<Vec<_>>());
    }
    Ok(())
}

fn verification_follows_a_success(
    round: &LookRun,
    log: &RunLog,
    target: &str,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let acts = log.of(|purpose| *purpose == Act(vec![target.to_owned()]));
    let checks = log.of(|purpose| *purpose == Verification(target.to_owned()));
    prop_assert_eq!(outcome.attempts as usize, acts.len(), "a check is no attempt");
    let is_done = acts.iter().enumerate().any(|(before, act)| has_heard(round, act, before));
    prop_assert!(is_done || checks.is_empty());
    let mut state = None;
    let mut earlier: Option<&LoggedRequest> = None;
    for (before, check) in checks.iter().enumerate() {
        prop_assert!(state != Some(true), "nothing is asked once it agrees");
        let since = checks[0].at;
        prop_assert!(check.at + check.timeout <= since + Duration::from_millis(round.verify));
        if let Some((back, _)) = earlier.and_then(|earlier| earlier.back) {
            prop_assert!(check.at >= back + LOOK_INTERVAL);
        }
        if has_heard(round, check, before) {
            state = Some(matches!(round.heard(&check.purpose, before).0, LookReply::Yes));
        }
        earlier = Some(check);
    }
    let verified = outcome.answer.verified;
    let is_interrupted = !round.signals.is_empty();
    prop_assert!(
        verified == state || verified.is_none() && (is_interrupted || state.is_none()),
        "{:?}",
        verified
    );
    let expected = match (is_done, verified) {
        (true, Some(true) | None) => Status::Applied,
        (true, Some(false)) => Status::Unknown,
        (false, _) => outcome.status,
    };
    prop_assert_eq!(outcome.status, expected);
    prop_assert_eq!(
        outcome.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Unverified),
        verified == Some(false)
    );
    Ok(())
}
