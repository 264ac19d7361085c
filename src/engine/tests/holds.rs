//! Looks after a success: when they leave, and what they change.

use super::looks::Purpose::{Act, Verification};
use super::looks::*;
use super::*;

fn bans(count: u32) -> Vec<Value> {
    (0..count).map(|number| forbid(&format!("live/{number}"))).collect()
}

#[test]
fn acts_leave_before_looks() {
    for (rate, concurrency) in [(20, 8), (20, 1), (0, 3)] {
        let acts = |verify| {
            let limits = Limits { rate: Some(rate), concurrency, verify, ..limits() };
            let log =
                tell(bans(60), limits, &[], checked(|target, _| says(10, state(target, true))));
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
    let log = tell(lines, limits(), &[], |purpose, _| match purpose {
        Act(_) => says(10, DONE),
        Verification(target) => says(10, state(target, true)),
        Purpose::Page(..) => says(10, page(0..0, 0)),
    });
    let acts: Vec<_> = log.purposes().iter().map(|purpose| matches!(purpose, Act(_))).collect();
    assert_eq!(acts.iter().position(|is_act| !is_act), Some(5), "{acts:?}");
    assert!(log.outcomes[..2].iter().all(|outcome| outcome.status == Status::Read));
}

#[test]
fn act_in_backoff_delays_no_look() {
    let log =
        tell(
            [forbid("live/a"), forbid("live/b")],
            limits(),
            &[],
            |purpose, before| match purpose {
                Act(targets) if targets[0] == "live/b" && before == 0 => {
                    let retry_after = Some("5".into());
                    TimedResponse(10, Ok(Response { retry_after, ..Response::new(503, "") }))
                }
                Act(_) => says(10, DONE),
                Verification(target) => says(10, state(target, true)),
                Purpose::Page(..) => panic!("{purpose:?}"),
            },
        );
    let look = &log.of(|purpose| *purpose == Verification("live/a".into()))[0];
    assert!(look.at < Duration::from_secs(1), "{look:?}");
    assert!(log.outcomes.iter().all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn answer_is_recorded_before_the_first_look() {
    let looks = |reply: fn(&str) -> TimedResponse| {
        tell(bans(3), limits(), &[], checked(move |target, _| reply(target)))
    };
    let log = looks(|target| says(500, state(target, true)));
    assert_eq!(log.answered.len(), 3);
    for Answered { at, row, outcome, is_last } in &log.answered {
        assert_eq!((told(outcome), outcome.answer.verified), ((Status::Applied, None, 1), None));
        let look = Verification(format!("live/{row}"));
        assert!(*at <= log.of(|purpose| *purpose == look)[0].at);
        // The state that was read is recorded once more.
        assert!(!is_last);
    }
    let log = looks(|_| says(10, r#"{"status":12}"#));
    assert!(log.answered.iter().all(|answered| answered.is_last));
    // Without looks there is one record, that of the outcome.
    let log = tell(bans(3), Limits { verify: None, ..limits() }, &[], |_, _| says(10, DONE));
    assert_eq!((log.answered.len(), log.outcomes.len()), (0, 3));
}

#[test]
fn successes_count_when_they_are_answered() {
    // Each second ban is refused with a fault of the vendor; their looks come after all bans.
    let limits = Limits { attempts: 1, max_failures: 3, concurrency: 1, ..limits() };
    let log = tell(bans(20), limits, &[], |purpose, _| match purpose {
        Act(targets) if targets[0].ends_with(['1', '3', '5', '7', '9']) => fails(10),
        Act(_) => says(10, DONE),
        Verification(target) => says(10, state(target, true)),
        Purpose::Page(..) => panic!("{purpose:?}"),
    });
    let of = |status| log.outcomes.iter().filter(|outcome| outcome.status == status).count();
    assert_eq!((of(Status::Applied), of(Status::Unknown)), (10, 10));
    assert!(log.outcomes.iter().step_by(2).all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn stopped_vendor_is_still_looked_at() {
    let limits = Limits { attempts: 1, max_failures: 2, concurrency: 1, ..limits() };
    let log = tell(bans(9), limits, &[], |purpose, _| match purpose {
        Act(targets) if targets[0].as_str() >= "live/5" => fails(10),
        Act(_) => says(10, DONE),
        Verification(target) => says(10, state(target, true)),
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
