//! Looks after a success: when they leave, and what they change.

use super::rule_transport::Purpose::{Act, Verification};
use super::rule_transport::*;
use super::*;
use crate::outcome::effect::Effect;

fn bans(count: u32) -> Vec<Value> {
    (0..count).map(|number| forbid(&format!("live/{number}"))).collect()
}

#[test]
fn acts_leave_before_looks() {
    for (rate, concurrency) in [(20, 8), (20, 1), (0, 3)] {
        let acts = |verify| {
            let limits = Limits { rate: Some(rate), concurrency, verify, ..limits() };
            let log = run_lines(
                bans(60),
                limits,
                &[],
                verifying(|target, _| responds(10, state(target, true))),
            );
            let acts = log.of(|purpose| matches!(purpose, Act(_)));
            assert_eq!(acts.len(), 60);
            let looks = log.of(|purpose| matches!(purpose, Verification(_)));
            assert_eq!(looks.len(), if verify.is_some() { 60 } else { 0 });
            acts.iter().map(|act| act.at).collect::<Vec<_>>()
        };
        assert_eq!(acts(Some(Duration::from_secs(10))), acts(None), "{rate} {concurrency}");
    }
}

#[test]
fn operations_that_look_leave_after_acts() {
    let mut lines = vec![list("a.cn"), list("b.cn")];
    lines.extend(bans(5));
    let log = run_lines(lines, limits(), &[], |purpose, _| match purpose {
        Act(_) => responds(10, DONE),
        Verification(target) => responds(10, state(target, true)),
        Purpose::Page(..) => responds(10, page(0..0, 0)),
    });
    let acts: Vec<_> = log.purposes().iter().map(|purpose| matches!(purpose, Act(_))).collect();
    assert_eq!(acts.iter().position(|is_act| !is_act), Some(5), "{acts:?}");
    assert!(log.outcomes[..2].iter().all(|outcome| outcome.status == Status::Read));
}

#[test]
fn act_in_backoff_delays_no_look() {
    let log = run_lines([forbid("live/a"), forbid("live/b")], limits(), &[], |purpose, before| {
        match purpose {
            Act(targets) if targets[0] == "live/b" && before == 0 => {
                let retry_after = Some("5".into());
                TimedResponse(10, Ok(Response { retry_after, ..Response::new(503, "") }))
            }
            Act(_) => responds(10, DONE),
            Verification(target) => responds(10, state(target, true)),
            Purpose::Page(..) => panic!("{purpose:?}"),
        }
    });
    let look = &log.of(|purpose| *purpose == Verification("live/a".into()))[0];
    assert!(look.at < Duration::from_secs(1), "{look:?}");
    assert!(log.outcomes.iter().all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn answer_is_recorded_before_the_first_look() {
    let looks = |reply: fn(&str) -> TimedResponse| {
        run_lines(bans(3), limits(), &[], verifying(move |target, _| reply(target)))
    };
    let log = looks(|target| responds(500, state(target, true)));
    assert_eq!(log.answered.len(), 3);
    for Answered { at, row, outcome, is_last } in &log.answered {
        assert_eq!(
            (settled_as(outcome), outcome.answer.verified),
            ((Status::Applied, None, 1), None)
        );
        let look = Verification(format!("live/{row}"));
        assert!(*at <= log.of(|purpose| *purpose == look)[0].at);
        // The state that was read is recorded once more.
        assert!(!is_last);
    }
    let log = looks(|_| responds(10, r#"{"status":12}"#));
    assert!(log.answered.iter().all(|answered| answered.is_last));
    // Without looks there is one record, that of the outcome.
    let log =
        run_lines(bans(3), Limits { verify: None, ..limits() }, &[], |_, _| responds(10, DONE));
    assert_eq!((log.answered.len(), log.outcomes.len()), (0, 3));
}

#[test]
fn successes_count_when_they_are_answered() {
    // Each second ban is refused with a fault of the vendor; their looks come after all bans.
    let limits = Limits { attempts: 1, max_failures: 3, concurrency: 1, ..limits() };
    let log = run_lines(bans(20), limits, &[], |purpose, _| match purpose {
        Act(targets) if targets[0].ends_with(['1', '3', '5', '7', '9']) => fails(10),
        Act(_) => responds(10, DONE),
        Verification(target) => responds(10, state(target, true)),
        Purpose::Page(..) => panic!("{purpose:?}"),
    });
    let of = |status| log.outcomes.iter().filter(|outcome| outcome.status == status).count();
    assert_eq!((of(Status::Applied), of(Status::Unknown)), (10, 10));
    assert!(log.outcomes.iter().step_by(2).all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn stopped_vendor_is_still_looked_at() {
    let limits = Limits { attempts: 1, max_failures: 2, concurrency: 1, ..limits() };
    let log = run_lines(bans(9), limits, &[], |purpose, _| match purpose {
        Act(targets) if targets[0].as_str() >= "live/5" => fails(10),
        Act(_) => responds(10, DONE),
        Verification(target) => responds(10, state(target, true)),
        Purpose::Page(..) => panic!("{purpose:?}"),
    });
    let is: Vec<_> =
        log.outcomes.iter().map(|outcome| (outcome.status, outcome.answer.verified)).collect();
    assert_eq!(is[..5], [(Status::Applied, Some(true)); 5]);
    assert_eq!(
        is[5..],
        [Status::Unknown, Status::Unknown, Status::Skipped, Status::Skipped]
            .map(|status| (status, None))
    );
}

#[test]
fn look_waiting_for_its_record_ends_too() {
    WRITE_TIME.set(Duration::from_secs(1));
    let close = json!({"vendor": "shumei", "action": "close", "target": "s"});
    let log = run_lines([forbid("live/a"), close], limits(), &[500], |purpose, _| match purpose {
        Act(targets) if targets[0] == "s" => responds(3_000, r#"{"code":1100}"#),
        Act(_) => responds(10, DONE),
        Verification(target) => responds(10, state(target, true)),
        Purpose::Page(..) => panic!("{purpose:?}"),
    });
    WRITE_TIME.set(Duration::ZERO);
    assert!(looks(&log).is_empty());
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, None, None));
    assert_eq!(settled_as(&log.outcomes[1]), (Status::Applied, None, 1));
}

#[test]
fn streams_that_come_back_stop_no_vendor() {
    let limits = Limits { max_failures: 2, ..hold(600) };
    let log = run_lines(
        bans(6),
        limits,
        &[],
        verifying(|target, before| responds(10, state(target, before < 2 || target == "live/5"))),
    );
    let kinds: Vec<_> = log.outcomes.iter().map(|outcome| is(outcome).1).collect();
    assert_eq!(kinds[..5], [Some(FaultKind::CameBack); 5]);
    assert_eq!(is(&log.outcomes[5]), (Status::Applied, None, Some(true), Some(true)));
}

// Holds

fn hold(seconds: u64) -> Limits {
    Limits { hold: Some(Duration::from_secs(seconds)), ..limits() }
}

fn drop_of(channel: &str) -> Value {
    json!({"vendor": "tencent", "action": "drop", "target": channel})
}

/// Looks at a channel find it live as long as the rule has it so, which gets the number of the look.
fn live(is_live: impl Fn(usize) -> bool) -> impl Fn(&Purpose, usize) -> TimedResponse {
    verifying(move |_, before| {
        responds(10, json!({"ret": 0, "output": [{"status": u8::from(is_live(before))}]}))
    })
}

fn looks(log: &RunLog) -> Vec<Duration> {
    let looks = log.of(|purpose| matches!(purpose, Verification(_)));
    looks.iter().map(|look| look.at).collect()
}

fn is(outcome: &Outcome) -> (Status, Option<FaultKind>, Option<bool>, Option<bool>) {
    let kind = outcome.fault.as_ref().map(|fault| fault.kind);
    (outcome.status, kind, outcome.answer.verified, outcome.held)
}

#[test]
fn held_ban_is_looked_at_to_the_end() {
    // The deadline is that of the act and its retries.
    let limits = Limits { deadline: Duration::from_secs(1), ..hold(12) };
    let log =
        run_lines(bans(1), limits, &[], verifying(|target, _| responds(10, state(target, true))));
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), Some(true)));
    let looks = looks(&log);
    let (first, last) = (looks[0], looks[looks.len() - 1]);
    let off = first + Duration::from_millis(10);
    assert_eq!(last, off + Duration::from_secs(12), "the last look leaves at the end");
    let gaps = looks.windows(2).map(|pair| (pair[0], pair[1].saturating_sub(pair[0])));
    for (at, gap) in gaps.take(looks.len() - 2) {
        let is_early = at + Duration::from_millis(10) < off + Duration::from_secs(5);
        let expected = Duration::from_millis(if is_early { 510 } else { 2_010 });
        assert_eq!(gap, expected, "{at:?}");
    }
    assert!(log.notes.is_empty(), "{:?}", log.notes);
}

#[test]
fn ban_that_is_lifted_came_back() {
    let log = run_lines(
        bans(1),
        hold(600),
        &[],
        verifying(|target, before| responds(10, state(target, before < 4))),
    );
    let outcome = &log.outcomes[0];
    assert_eq!(is(outcome), (Status::Unknown, Some(FaultKind::CameBack), Some(false), Some(false)));
    assert_eq!((looks(&log).len(), outcome.answer.state.as_deref()), (5, Some("permitted")));
    let message = &outcome.fault.as_ref().unwrap().message;
    assert!(message.contains("came back: the state is permitted"), "{message}");
    let hint = outcome.fault.as_ref().unwrap().hint.as_ref().unwrap();
    assert!(hint.starts_with("find out who lifted the ban"), "{hint}");
    assert!(outcome.may_succeed_later(Effect::OffAir));
    // A ban that never took effect did not come back.
    let log = run_lines(
        bans(1),
        hold(600),
        &[],
        verifying(|target, _| responds(10, state(target, false))),
    );
    assert_eq!(
        is(&log.outcomes[0]),
        (Status::Unknown, Some(FaultKind::Unverified), Some(false), None)
    );
}

#[test]
fn cut_stream_that_returns_is_not_held() {
    type IsLive = fn(usize) -> bool;
    let cases: [(IsLive, Option<bool>, Option<bool>, usize); 4] = [
        // It becomes idle late, and stays so.
        (|look| look < 3, Some(true), Some(true), 17),
        // The encoder is back.
        (|look| look > 3, Some(true), Some(false), 5),
        // It was back before anybody looked.
        (|_| true, None, Some(false), 20),
        (|_| false, Some(true), Some(true), 14),
    ];
    for (is_live, verified, held, count) in cases {
        let log = run_lines([drop_of("8888_a")], hold(10), &[], live(is_live));
        assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, verified, held));
        assert_eq!(looks(&log).len(), count, "{verified:?} {held:?}");
    }
    // Without a hold, a state that does not agree is what it was.
    let log = run_lines([drop_of("8888_a")], limits(), &[], live(|_| true));
    assert_eq!(
        is(&log.outcomes[0]),
        (Status::Unknown, Some(FaultKind::Unverified), Some(false), None)
    );
}

#[test]
fn hold_without_a_readable_end_is_null() {
    let log = run_lines(
        bans(1),
        hold(10),
        &[],
        verifying(|target, before| match before {
            0..5 => responds(10, state(target, true)),
            _ => fails(10),
        }),
    );
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), None));
    // Neither an odd answer nor looks that fail for a while are the end.
    let log = run_lines(
        bans(1),
        hold(10),
        &[],
        verifying(|target, before| match before {
            3 => responds(10, r#"{"status":12}"#),
            _ => responds(10, state(target, true)),
        }),
    );
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), Some(true)));
    let log = run_lines(
        bans(1),
        hold(10),
        &[],
        verifying(|target, before| match before {
            3..6 => fails(10),
            _ => responds(10, state(target, true)),
        }),
    );
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), Some(true)));
}

#[test]
fn signal_keeps_what_a_hold_has_read() {
    let log = run_lines(
        bans(2),
        hold(600),
        &[3_000],
        verifying(|target, _| responds(10, state(target, target == "live/0"))),
    );
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), None));
    assert_eq!(is(&log.outcomes[1]), (Status::Applied, None, None, None));
    assert!(log.ended < Duration::from_millis(3_020), "{:?}", log.ended);
    assert_eq!(
        log.notes,
        ["interrupted; no request is in flight; 2 targets were not looked at to the end"]
    );
}

#[test]
fn hold_is_for_what_takes_off_air() {
    let log = run_lines(
        [permit("live/a")],
        hold(600),
        &[],
        verifying(|target, _| responds(10, state(target, false))),
    );
    assert_eq!(is(&log.outcomes[0]), (Status::Applied, None, Some(true), None));
    assert_eq!(looks(&log).len(), 1);
}

#[test]
fn too_slow_pace_is_noted() {
    let limits = Limits { rate: Some(20), ..hold(20) };
    let log =
        run_lines(bans(60), limits, &[], verifying(|target, _| responds(10, state(target, true))));
    assert_eq!(
        log.notes,
        ["JD: at this rate, each of the 60 targets that are held is looked at every 3.0 s"]
    );
    for row in 0..60 {
        assert_eq!(is(&log.outcomes[row]), (Status::Applied, None, Some(true), Some(true)));
        let target = Verification(format!("live/{row}"));
        let looks: Vec<_> =
            log.of(|purpose| *purpose == target).iter().map(|look| look.at).collect();
        let gaps = looks.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        let longest = gaps.max().unwrap();
        assert!(longest < Duration::from_millis(3_600), "{row}: {longest:?}");
    }
}

#[test]
fn held_target_takes_no_place_between_looks() {
    // With one request at a time, and another vendor whose targets take all of it.
    let close =
        |number| json!({"vendor": "shumei", "action": "close", "target": format!("s{number}")});
    let mut lines = bans(20);
    lines.extend((0..20).map(close));
    let ends = |hold| {
        let limits = Limits { concurrency: 2, verify: hold, hold, ..limits() };
        let log = run_lines(lines.clone(), limits, &[], |purpose, _| match purpose {
            Act(_) => responds(100, r#"{"status":0,"code":1100}"#),
            Verification(target) => responds(1, state(target, true)),
            Purpose::Page(..) => panic!("{purpose:?}"),
        });
        let acts = log.of(|purpose| matches!(purpose, Act(_)));
        acts.iter().map(|act| act.at).max().unwrap()
    };
    assert_eq!(ends(Some(Duration::from_secs(30))), ends(None));
}
