//! What each vendor is sent, and how its replies are told.

mod batches;
mod clusters;
mod requests;
mod verdicts;

use crate::prelude::*;

#[track_caller]
fn applied(output: &RunOutput) -> Value {
    assert_eq!((output.code, output.json()["ok"].clone()), (Some(0), json!(true)), "{output:?}");
    output.json()["results"][0].clone()
}

fn attempts(output: &RunOutput) -> Vec<u64> {
    output.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["attempts"].as_u64().unwrap())
        .collect()
}

const JD: &[&str] = &["jd", "timeout", "push.example.com", "--seconds", "30"];
const PERMIT_ONE: &[&str] = &["jd", "permit", "live/a", "--domain", "push.example.com"];
const TENCENT: &[&str] = &["tencent", "resume", "8888_a"];
const SHUMEI: &[&str] = &["shumei", "close", "1639825145166"];

fn refused(kind: &'static str) -> (&'static str, Option<&'static str>, usize, i32) {
    ("not_applied", Some(kind), 1, 5)
}
