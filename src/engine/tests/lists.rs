//! Lists that come page by page.

use super::rule_transport::Purpose::{Page, Verification};
use super::rule_transport::*;
use super::*;
use crate::engine::pages::MAX_PAGES;

/// The list of a domain, of which a request sees `total(page)` items, ten a page.
fn listing(total: impl Fn(u64) -> u64) -> impl Fn(&Purpose, usize) -> TimedResponse {
    move |purpose, _| {
        let Page(_, number) = purpose else { panic!("{purpose:?}") };
        let total = total(*number);
        responds(10, page((number - 1) * 10..total.min(number * 10).max((number - 1) * 10), total))
    }
}

#[test]
fn list_is_read_to_its_end() {
    let count_up = |count: u64| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
    for (total, items, pages) in [
        (Box::new(|_| 25u64) as Box<dyn Fn(u64) -> u64>, 25, 3),
        (Box::new(|_| 20), 20, 2),
        (Box::new(|_| 1), 1, 1),
        (Box::new(|_| 0), 0, 1),
        // It grows by five each time that somebody looks.
        (Box::new(|page| 15 + page * 5), 30, 3),
        (Box::new(|page| if page == 1 { 30 } else { 12 }), 12, 2),
        (Box::new(|page| if page < 3 { 21 } else { 20 }), 20, 3),
    ] {
        let log = run_lines([list("a.cn")], limits(), &[], listing(total));

        let outcome = &log.outcomes[0];
        assert_eq!(settled_as(outcome), (Status::Read, None, pages), "{items}");
        assert_eq!(names(outcome).unwrap(), count_up(items));
        let numbers: Vec<_> =
            (1..=pages).map(|number| Page("a.cn".into(), number.into())).collect();
        assert_eq!(log.purposes(), numbers);
    }
}

#[test]
fn list_that_changes_is_no_fault() {
    let bans = |names: &[u64]| {
        let names: Vec<_> = names.iter().map(|name| page(*name..name + 1, 5)).collect();
        let streams: Vec<_> = names.iter().map(|page| page["data"]["streams"][0].clone()).collect();
        json!({"status": 0, "data": {"total": 5, "streams": streams}})
    };
    for (pages, expected, note) in [
        // An item moved to a later page, and one to a page that was read.
        (vec![bans(&[0, 1, 2]), bans(&[2, 3])], vec!["0", "1", "2", "3"], Some(4)),
        // It became shorter.
        (vec![bans(&[0, 1, 2]), bans(&[])], vec!["0", "1", "2"], Some(3)),
        // A page that comes twice in full.
        (vec![bans(&[0, 1, 2]), bans(&[0, 1, 2])], vec!["0", "1", "2"], Some(3)),
        (vec![bans(&[0, 1, 2]), bans(&[3, 4])], vec!["0", "1", "2", "3", "4"], None),
    ] {
        let log = run_lines([list("a.cn")], limits(), &[], |purpose, _| {
            let Page(_, number) = purpose else { panic!("{purpose:?}") };
            responds(10, &pages[usize::try_from(*number).unwrap() - 1])
        });
        assert_eq!(settled_as(&log.outcomes[0]), (Status::Read, None, 2));
        assert_eq!(names(&log.outcomes[0]).unwrap(), expected);
        let expected = note.map(|read| {
            format!("jd forbidden a.cn: the list has {read} of 5 items, since it changed while it was read")
        });
        assert_eq!(log.notes, expected.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn half_a_list_proves_no_state() {
    let log = run_lines([forbid("live/a")], limits(), &[], |purpose, _| match purpose {
        Verification(_) => responds(10, page(0..0, 25)),
        _ => responds(10, DONE),
    });
    let outcome = &log.outcomes[0];
    assert_eq!((settled_as(outcome), outcome.answer.verified), ((Status::Applied, None, 1), None));
}

#[test]
fn endless_list_is_limited() {
    let log = run_lines([list("a.cn")], limits(), &[], |purpose, _| match purpose {
        Page(_, number) => responds(1, page(*number..number + 1, 1_000_000_000)),
        _ => panic!("{purpose:?}"),
    });

    let outcome = &log.outcomes[0];
    assert_eq!(settled_as(outcome), (Status::NotApplied, Some(FaultKind::Protocol), MAX_PAGES));
    assert_eq!((log.left.len(), names(outcome)), (MAX_PAGES as usize, None));
}

#[test]
fn unreadable_page_leaves_no_partial_list() {
    let log = run_lines([list("a.cn"), list("b.cn")], limits(), &[], |purpose, _| match purpose {
        Page(domain, 2) if domain == "a.cn" => fails(10),
        Page(_, number) => responds(10, page((number - 1) * 10..number * 10, 20)),
        _ => panic!("{purpose:?}"),
    });

    assert_eq!(settled_as(&log.outcomes[0]), (Status::Unknown, Some(FaultKind::Http), 1 + 3));
    assert_eq!(names(&log.outcomes[0]), None);
    assert_eq!(
        (settled_as(&log.outcomes[1]), names(&log.outcomes[1]).unwrap().len()),
        ((Status::Read, None, 2), 20)
    );
}

#[test]
fn each_page_has_its_own_attempts() {
    let log = run_lines([list("a.cn")], limits(), &[], |purpose, before| match purpose {
        Page(_, number) if before == 2 => responds(900, page((number - 1) * 10..number * 10, 30)),
        _ => fails(900),
    });

    assert_eq!(settled_as(&log.outcomes[0]), (Status::Read, None, 9));
}

#[test]
fn unknown_page_does_not_affect_the_next() {
    let log = run_lines([list("a.cn")], limits(), &[], |purpose, before| match (purpose, before) {
        (Page(_, 1), 0) => fails(10),
        (Page(_, 1), _) => responds(10, page(0..10, 20)),
        _ => responds(10, json!({"status": 1, "msg": "no"})),
    });

    assert_eq!(settled_as(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Refused), 3));
}

#[test]
fn all_pages_of_a_list_have_one_deadline() {
    for (millis, kind, pages) in [(440, FaultKind::Timeout, 9), (1_500, FaultKind::Network, 3)] {
        let limits = Limits { deadline: Duration::from_secs(4), ..limits() };
        let log = run_lines([list("a.cn")], limits, &[], |purpose, _| match purpose {
            Page(_, number) => responds(millis, page((number - 1) * 10..number * 10, 1_000)),
            _ => panic!("{purpose:?}"),
        });

        let outcome = &log.outcomes[0];
        assert_eq!(
            (outcome.fault.as_ref().map(|fault| fault.kind), outcome.attempts),
            (Some(kind), pages),
            "{outcome:?}"
        );
        assert_eq!(names(outcome), None);
        assert!(outcome.elapsed.unwrap() <= Duration::from_secs(4), "{outcome:?}");
    }
}

#[test]
fn next_page_needs_no_time_to_connect() {
    let limits =
        Limits { deadline: Duration::from_secs(3), timeout: Duration::from_secs(3), ..limits() };
    let log = run_lines([list("a.cn")], limits, &[], |purpose, _| match purpose {
        Page(_, number) => responds(400, page((number - 1) * 10..number * 10, 70)),
        _ => panic!("{purpose:?}"),
    });
    assert_eq!(settled_as(&log.outcomes[0]), (Status::Read, None, 7));
}

#[test]
fn stop_between_pages_leaves_no_partial_list() {
    let slow = |purpose: &Purpose, _| match purpose {
        Page(_, number) => responds(1_000, page((number - 1) * 10..number * 10, 30)),
        _ => panic!("{purpose:?}"),
    };
    let log = run_lines([list("a.cn")], limits(), &[1_500], slow);
    assert_eq!(settled_as(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Interrupted), 2));
    assert_eq!((names(&log.outcomes[0]), log.left.len()), (None, 2));

    let log = run_lines([list("a.cn")], limits(), &[1_200, 1_500], slow);
    assert_eq!(settled_as(&log.outcomes[0]), (Status::Unknown, Some(FaultKind::Interrupted), 2));
    assert_eq!(names(&log.outcomes[0]), None);
}
