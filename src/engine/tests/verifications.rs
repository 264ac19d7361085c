//! States that are read back after a success.

use super::rule_transport::Purpose::{Act, Page, Verification};
use super::rule_transport::*;
use super::*;
use crate::outcome::answer::JsonText;

#[test]
fn verification_looks_are_no_attempts() {
    let log = run_lines(
        [forbid("live/a")],
        limits(),
        &[],
        verifying(|target, before| responds(10, state(target, before == 2))),
    );

    let outcome = &log.outcomes[0];
    assert_eq!(settled_as(outcome), (Status::Applied, None, 1));
    assert_eq!(
        (outcome.answer.verified, outcome.answer.state.as_deref()),
        (Some(true), Some("forbidden"))
    );
    let (act, check) = (Act(vec!["live/a".into()]), Verification("live/a".into()));
    assert_eq!(log.purposes(), [act, check.clone(), check.clone(), check]);
    let times: Vec<_> = log.left.iter().map(|leaving| leaving.at.as_millis()).collect();
    assert_eq!(times, [0, 10, 520, 1030]);
    // The answer is that of the request that acted.
    assert_eq!(outcome.answer.response.as_ref().map(JsonText::as_str), Some(DONE));
}

#[test]
fn late_agreement_is_unknown() {
    let log = run_lines(
        [forbid("live/a")],
        limits(),
        &[],
        verifying(|target, _| responds(10, state(target, false))),
    );

    let outcome = &log.outcomes[0];
    assert_eq!(settled_as(outcome), (Status::Unknown, Some(FaultKind::Unverified), 1));
    assert_eq!(
        (outcome.answer.verified, outcome.answer.state.as_deref()),
        (Some(false), Some("permitted"))
    );
    assert_eq!(
        outcome.fault.as_ref().unwrap().message,
        "JD reported success, but the state is permitted (expected forbidden)"
    );
    assert_eq!(log.left.len(), 1 + 20);
    assert!(outcome.elapsed.unwrap() < Duration::from_millis(10_100), "{outcome:?}");
}

#[test]
fn unreadable_state_verifies_nothing() {
    for (said, checks) in [
        // It may yet be read.
        (fails(100), 17),
        (TimedResponse(100, ReplyKind::SendError.reply()), 17),
        (responds(100, r#"{"status":0,"data":{}}"#), 17),
        // It never will.
        (responds(100, r#"{"status":12}"#), 1),
        (TimedResponse(100, Ok(Response::new(401, ""))), 1),
        (
            TimedResponse(
                100,
                Ok(Response { retry_after: Some("3600".into()), ..Response::new(429, "") }),
            ),
            1,
        ),
        (
            TimedResponse(
                100,
                Ok(Response { retry_after: Some("4".into()), ..Response::new(429, "") }),
            ),
            3,
        ),
    ] {
        let log = run_lines(
            [forbid("live/a"), forbid("live/b")],
            limits(),
            &[],
            verifying(|_, _| said.clone()),
        );

        for outcome in &log.outcomes {
            assert_eq!(settled_as(outcome), (Status::Applied, None, 1), "{said:?}");
            assert_eq!((outcome.answer.verified, &outcome.answer.state), (None, &None), "{said:?}");
        }
        assert_eq!(log.left.len(), 2 + 2 * checks, "{said:?}");
    }
}

#[test]
fn streams_of_a_batch_are_verified_separately() {
    let lines = ["live/a", "live/b", "live/c,d"].map(permit);
    let log = run_lines(
        lines,
        limits(),
        &[],
        verifying(|target, _| responds(10, state(target, target == "live/b"))),
    );

    assert_eq!(log.purposes()[0], Act(vec!["live/a".into(), "live/b".into(), "live/c,d".into()]));
    let verified: Vec<_> = log.outcomes.iter().map(|outcome| outcome.answer.verified).collect();
    assert_eq!(verified, [Some(true), Some(false), None]);
    assert_eq!(settled_as(&log.outcomes[1]), (Status::Unknown, Some(FaultKind::Unverified), 1));
    assert!(log.of(|purpose| *purpose == Verification("live/c,d".into())).is_empty());
}

#[test]
fn only_applied_changes_are_verified() {
    let log =
        run_lines([forbid("live/a"), list("a.cn")], limits(), &[], |purpose, _| match purpose {
            Act(_) => responds(10, r#"{"status":12}"#),
            _ => responds(10, page(0..0, 0)),
        });

    assert_eq!(settled_as(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Refused), 1));
    assert_eq!(settled_as(&log.outcomes[1]), (Status::Read, None, 1));
    assert_eq!((log.left.len(), log.outcomes[1].answer.verified), (2, None));
}

#[test]
fn first_signal_ends_looks_at_once() {
    for (signals, state_read) in [
        (&[700, 750][..], None),
        (&[700], None),
        (&[2_000], Some("permitted")),
        (&[1_100, 1_200], Some("permitted")),
    ] {
        let log = run_lines(
            [forbid("live/a")],
            limits(),
            signals,
            verifying(|target, _| responds(1_000, state(target, false))),
        );

        let outcome = &log.outcomes[0];
        assert_eq!(settled_as(outcome), (Status::Applied, None, 1), "{signals:?}");
        assert_eq!((outcome.answer.verified, outcome.answer.state.as_deref()), (None, state_read));
        let end = Duration::from_millis(signals[0]);
        assert!(log.left.iter().all(|leaving| leaving.at < end), "{signals:?}");
        // A look in flight is not waited for: nothing depends on its answer.
        assert!(log.ended < end + Duration::from_millis(20), "{signals:?}: {:?}", log.ended);
        assert_eq!(
            log.notes,
            ["interrupted; no request is in flight; 1 target was not looked at to the end"]
        );
    }
}

#[test]
fn closed_queue_keeps_a_disagreeing_state_unknown() {
    let limits = Limits { max_failures: 1, verify: Some(Duration::from_secs(2)), ..limits() };
    let lines = ["live/a", "live/b", "live/c"].map(forbid);
    let log = run_lines(
        lines,
        limits,
        &[],
        verifying(|target, _| responds(10, state(target, target == "live/c"))),
    );

    let is: Vec<_> =
        log.outcomes.iter().map(|outcome| (outcome.status, outcome.answer.verified)).collect();
    assert_eq!(
        is,
        [
            (Status::Unknown, Some(false)),
            (Status::Unknown, Some(false)),
            (Status::Applied, Some(true))
        ]
    );
}

#[test]
fn verification_searches_every_page() {
    let ban = |end: &str| json!({"app": "live", "stream": "a", "type": 2, "endTime": end});
    let look = |last: &str, line: Value| {
        let log = run_lines([line], limits(), &[], |purpose, before| match purpose {
            Verification(_) => {
                let streams = match before % 3 {
                    2 => vec![ban(last)],
                    page => (0..10)
                        .map(|second| ban(&format!("202{page}-01-01 00:00:0{second}")))
                        .collect(),
                };
                responds(10, json!({"status": 0, "data": {"total": 21, "streams": streams}}))
            }
            _ => responds(10, DONE),
        });
        (settled_as(&log.outcomes[0]), log.outcomes[0].answer.verified, log.left.len())
    };

    assert_eq!(
        look("2099-01-01 00:00:00", forbid("live/a")),
        ((Status::Applied, None, 1), Some(true), 4)
    );
    assert_eq!(
        look("2020-01-01 00:00:00", permit("live/a")),
        ((Status::Applied, None, 1), Some(true), 4)
    );
    let (settled, verified, asked) = look("2099-01-01 00:00:00", permit("live/a"));
    assert_eq!(
        (settled, verified),
        ((Status::Unknown, Some(FaultKind::Unverified), 1), Some(false))
    );
    assert_eq!((asked - 1) % 3, 0);
}

#[test]
fn repeated_page_verifies_nothing() {
    let bans = vec![
        json!({"app": "live", "stream": "a", "type": 2, "endTime": "2020-01-01 00:00:00"});
        10
    ];
    let reply = json!({"status": 0, "data": {"total": 20, "streams": bans}});
    let log = run_lines([permit("live/a")], limits(), &[], verifying(|_, _| responds(10, &reply)));

    let outcome = &log.outcomes[0];
    assert_eq!(
        (settled_as(outcome), outcome.answer.verified, log.left.len()),
        ((Status::Applied, None, 1), None, 3)
    );
}

#[test]
fn expired_ban_is_still_verified() {
    let line = json!({"vendor": "tencent", "action": "forbid", "target": "8888_a", "for": "1s"});
    let log = run_lines(
        [line],
        limits(),
        &[],
        verifying(|target, before| responds(600, state(target, before == 2))),
    );

    assert_eq!(
        (settled_as(&log.outcomes[0]), log.outcomes[0].answer.verified),
        ((Status::Applied, None, 1), Some(true))
    );
}

#[test]
fn verify_timeout_starts_at_the_first_look() {
    let limits = Limits { rate: Some(2), verify: Some(Duration::from_secs(1)), ..limits() };
    let lines = (0..20).map(|number| permit(&format!("live/{number}")));
    let log =
        run_lines(lines, limits, &[], verifying(|target, _| responds(10, state(target, false))));

    let checks = log.of(|purpose| matches!(purpose, Verification(_)));
    assert_eq!(checks.len(), 20);
    assert!(checks.iter().all(|check| check.timeout == Duration::from_secs(1)), "{checks:?}");
    assert!(log.outcomes.iter().all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn verification_looks_have_no_intent() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let operations =
        plan([forbid("live/a"), list("a.cn")].map(|line| line.to_string()), base(), &|_| None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let limits = Limits { concurrency: 1, ..limits() };
    let log = runtime.block_on(run(
        &operations,
        limits,
        &[],
        &NoViewers,
        |purpose, before| match purpose {
            Act(_) if before == 0 => fails(0),
            Act(_) => responds(0, DONE),
            Verification(target) => responds(0, state(target, before == 1)),
            Page(_, number) => responds(0, page((number - 1) * 10..number * 10, 20)),
        },
        Some(&journal),
    ));
    drop(journal);

    assert_eq!(log.outcomes[0].answer.verified, Some(true));
    let mut intents: Vec<_> =
        std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    intents.sort();
    assert_eq!(intents, ["0 1", "0 2", "1 1", "1 2"]);
}
