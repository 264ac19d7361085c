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
