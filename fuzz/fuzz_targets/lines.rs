//! Input files, as JSON Lines, as CSV and as a list of targets; the first byte chooses. A plan can be planned again.
#![no_main]

use std::io::Cursor;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::api::operation::PlanContext;
use livectl::api::operation_json::to_json;
use livectl::api::operation_input::OperationInput;
use livectl::api::{VENDORS, shumei};
use livectl::config::account::Account;
use livectl::input::list;
use livectl::input::plan::Planner;
use livectl::input::source::{self, InputFormat};

fn planner<'a>() -> Planner<'a> {
    let context = PlanContext {
        accounts: vec![Account::made_up(&shumei::profile::SECTION, "fuzz", &[("cluster", "sh")])],
        is_file: true,
        ..PlanContext::at(DateTime::from_timestamp(1_795_255_200, 0).unwrap())
    };
    Planner::new(VENDORS, context)
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let input = Box::new(Cursor::new(text.to_vec()));
    let mut first = planner();
    let read = match choice % 3 {
        0 => source::read(input, "input", InputFormat::Jsonl, &mut first),
        1 => source::read(input, "input", InputFormat::Csv, &mut first),
        _ => {
            let permit = OperationInput::new("jd", "permit").with("domain", "a.com".to_owned());
            list::read(input, &permit, &mut first)
        }
    };
    let Ok(plan) = read.and_then(|()| first.finish()) else { return };
    let line = |operation: &dyn livectl::api::operation::Operation| {
        format!("{}\n", serde_json::Value::Object(to_json(operation, operation.settings())))
    };
    let lines: String = plan.operations.iter().map(|operation| line(&**operation)).collect();
    let mut second = planner();
    source::read(Box::new(Cursor::new(lines)), "output", InputFormat::Jsonl, &mut second).unwrap();
    assert_eq!(second.finish().unwrap().operations.len(), plan.operations.len());
});
