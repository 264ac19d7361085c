//! Input files, as JSON Lines, as CSV and as a list of targets; the first byte chooses. What is planned can be planned again.
#![no_main]

use std::io::Cursor;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::input::source::{self, InputFormat};
use livectl::input::plan::Planner;
use livectl::api::shumei;
use livectl::api::operation::{PlanContext, to_json};
use livectl::api::operation_input::OperationInput;

fn planner<'a>() -> Planner<'a> {
    Planner::new(PlanContext {
        place: shumei::ProfileCluster::Cluster("sh".parse().ok()),
        ..PlanContext::at(DateTime::from_timestamp(1_795_255_200, 0).unwrap())
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let input = Box::new(Cursor::new(text.to_vec()));
    let mut first = planner();
    let read = match choice % 3 {
        0 => source::read(input, "input", InputFormat::Jsonl, &mut first),
        1 => source::read(input, "input", InputFormat::Csv, &mut first),
        _ => {
            let ask = OperationInput { vendor: "jd".into(), action: "permit".into(), domain: Some("a.com".into()), ..OperationInput::default() };
            list::read(input, &ask, &mut first)
        }
    };
    let Ok(plan) = read.and_then(|()| first.finish()) else { return };
    let lines: String = plan
        .operations
        .iter()
        .map(|operation| format!("{}\n", serde_json::Value::Object(to_json(&**operation, operation.settings()))))
        .collect();
    let mut second = planner();
    source::read(Box::new(Cursor::new(lines)), "output", InputFormat::Jsonl, &mut second).unwrap();
    assert_eq!(second.finish().unwrap().operations.len(), plan.operations.len());
});
