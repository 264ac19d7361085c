use crate::input::batch::{Batch, batches};
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::api::tests::shumei_in;
use crate::api::{VENDORS, tencent};

/// A planner for a profile that lacks nothing.
pub(crate) fn planner() -> Planner<'static> {
    Planner::new(
        VENDORS,
        PlanContext {
            accounts: shumei_in("sh"),
            ..PlanContext::at("2026-11-21T10:00:00.700Z".parse().unwrap())
        },
    )
}

fn plan(lines: &[String]) -> Result<Plan> {
    let mut planner = planner();
    for (number, line) in (1..).zip(lines) {
        planner.add(&serde_json::from_str(line).unwrap(), InputLine::Line(number));
    }
    planner.finish()
}

fn permit(stream: usize, domain: usize) -> String {
    format!(
        r#"{{"vendor":"jd","action":"permit","target":"live/{stream}","domain":"{domain}.cn"}}"#
    )
}

fn resume(channel: usize) -> String {
    format!(r#"{{"vendor":"tencent","action":"resume","target":"{channel}"}}"#)
}

#[test]
fn unbatched_operations_keep_the_input_order() {
    let plan = plan(&[resume(3), resume(1), resume(2)]).unwrap();
    let batches = batches(&plan.operations, |row| row != 1);
    assert_eq!(batches, [(tencent::profile::NAME, vec![Batch::One(0), Batch::One(2)])]);
}

#[test]
fn request_holds_100_streams() {
    let plan = plan(&(0..101).map(|stream| permit(stream, 0)).collect::<Vec<_>>()).unwrap();
    let batches = batches(&plan.operations, |_| true);
    assert_eq!(batches[0].1, [Batch::Many((0..100).collect()), Batch::One(100)]);
}

#[test]
fn nothing_due_is_no_request() {
    let plan = plan(&[resume(1)]).unwrap();
    assert_eq!(batches(&plan.operations, |_| false), []);
}

#[test]
fn problems_are_listed_in_input_order() {
    let mut planner = planner();
    planner.add(&serde_json::from_str(&resume(1)).unwrap(), InputLine::Line(1));
    planner.reject(2, "it is not JSON");
    planner.add(
        &serde_json::from_str(r#"{"vendor":"tencent","action":"forbid","target":"1"}"#).unwrap(),
        InputLine::Line(3),
    );
    planner.add(
        &serde_json::from_str(r#"{"vendor":"tencent","action":"resume","target":""}"#).unwrap(),
        InputLine::Line(4),
    );
    let error = planner.finish().err().unwrap().to_string();
    let places: Vec<_> = error.lines().map(|line| &line[..6]).collect();
    assert_eq!(places, ["line 2", "line 3", "line 4"]);
}

#[test]
fn equivalent_operations_are_identical() {
    let forbid = |length: &str| {
        format!(r#"{{"vendor":"tencent","action":"forbid","target":"1","for":"{length}"}}"#)
    };
    let plan = plan(&[forbid("2h"), forbid("120m"), forbid("2h")]).unwrap();
    assert_eq!(plan.operations.len(), 1);
    assert!(std::ptr::eq(plan.operations[0].spec(), &raw const tencent::forbid::SPEC));
    assert_eq!(plan.notes, ["2 repeated operations in the input; each distinct one is done once"]);
}

#[test]
fn problem_names_target_beside_reason() {
    let resume = |target: &str| {
        format!(
            r#"{{"vendor":"tencent","action":"resume","target":"{target}","reason":"rights claim"}}"#
        )
    };
    assert_eq!(plan(&[resume("a"), resume("b"), resume("a")]).unwrap().operations.len(), 2);
    let capitals = ["a.com", "A.com"].map(|domain| {
        format!(r#"{{"vendor":"jd","action":"timeout","target":"{domain}","seconds":30,"reason":"rights claim"}}"#)
    });
    assert_eq!(plan(&capitals).unwrap().operations.len(), 1);
}

#[test]
fn domains_ignore_case() {
    let timeout = |domain: &str, seconds: u8| {
        format!(r#"{{"vendor":"jd","action":"timeout","target":"{domain}","seconds":{seconds}}}"#)
    };
    assert_eq!(plan(&[timeout("a.com", 30), timeout("A.com", 30)]).unwrap().operations.len(), 1);
    let error = plan(&[timeout("a.com", 30), timeout("A.COM", 60)]).err().unwrap();
    assert!(error.to_string().contains("with other settings"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn distinct_operations_keep_their_first_place(names in prop::collection::vec((0..6usize, any::<bool>()), 1..30)) {
        let lines: Vec<_> = names.iter().map(|(name, is_permit)| if *is_permit { permit(*name, name % 2) } else { resume(*name) }).collect();
        let plan = plan(&lines).unwrap();
        let mut distinct: Vec<&String> = Vec::new();
        lines.iter().for_each(|line| if !distinct.contains(&line) { distinct.push(line) });
        let rows: Vec<_> = plan.operations.iter().map(|operation| crate::api::operation_json::to_json(&**operation, operation.settings())).collect();
        let rows: Vec<_> = rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
        prop_assert_eq!(rows.iter().collect::<Vec<_>>(), distinct);
    }

    #[test]
    fn due_rows_are_batched_once(streams in prop::collection::hash_map(0..400usize, 0..3usize, 1..30), skip in 1..7usize) {
        let lines: Vec<_> = streams.iter().map(|(stream, domain)| if stream % 5 == 0 { resume(*stream) } else { permit(*stream, *domain) }).collect();
        let operations = plan(&lines).unwrap().operations;
        let is_due = |row: usize| row % skip != 1;
        let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
        for (name, batches) in batches(&operations, is_due) {
            prop_assert!(batches.iter().map(|batch| batch.rows()[0]).is_sorted());
            for batch in batches {
                let rows = batch.rows();
                prop_assert!(!rows.is_empty() && rows.len() <= 100 && rows.is_sorted());
                prop_assert!(matches!(batch, Batch::Many(_)) == (rows.len() > 1));
                let first = &operations[rows[0] as usize];
                for row in rows {
                    let operation = &operations[*row as usize];
                    *seen.entry(*row).or_default() += 1;
                    prop_assert_eq!(operation.spec().vendor, name);
                    prop_assert_eq!(operation.batch_key(), first.batch_key());
                    prop_assert!(rows.len() == 1 || operation.batch_key().is_some());
                }
            }
        }
        let due: Vec<_> = (0..operations.len()).filter(|row| is_due(*row)).map(|row| u32::try_from(row).unwrap()).collect();
        prop_assert!(seen.values().all(|times| *times == 1));
        prop_assert_eq!(seen.into_keys().collect::<Vec<_>>(), due);
    }
}

#[test]
fn targets_are_shown_as_they_are_or_exact() {
    let add = |target: &str, is_exact| {
        let mut planner = planner();
        planner.context.is_exact = is_exact;
        let input = OperationInput::new("jd", "permit").with("domain", "a.com");
        planner.add(&input.on(target), InputLine::Arguments);
        planner.finish()
    };
    for target in
        ["live/ a", "live/a ", " live/a", "live /a", "live/a\u{202e}b", "live/a\nb", "'live/a'"]
    {
        let error = add(target, false).err().unwrap();
        let hint = error.hint.unwrap();
        assert!(hint.ends_with("if the stream is really called so: --exact"), "{target:?}: {hint}");
        let plan = add(target, true).unwrap();
        assert_eq!(plan.operations[0].target(), target);
        assert_eq!(plan.notes, ["1 target taken as it is, which would be refused without --exact"]);
    }
    assert!(add("live/直播 间", false).unwrap().notes.is_empty());
    assert!(add("live", true).is_err());
}
