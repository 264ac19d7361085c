//! `livectl doctor`: what it finds, and that it gives nothing away.

mod checks;
mod limits;
mod signed;

use crate::prelude::*;

/// A port where nobody listens.
fn closed() -> String {
    format!("http://{}", closed_address())
}

/// A profile with nothing but Tencent at this endpoint, under these settings.
fn tencent(endpoint: &str, settings: &str) -> TestHome {
    TestHome::with_config(&format!(
        "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = '{TENCENT_SECRET}'\nendpoint = '{endpoint}'\n"
    ))
}

fn run_doctor(home: &TestHome) -> RunOutput {
    home.run_line("doctor -o json")
}

/// A vendor's checks in one line: `key ok, proxy skipped, …`.
fn check_results(vendor: &Value) -> String {
    let word = |check: &Value| {
        format!("{} {}", check["check"].as_str().unwrap(), check["result"].as_str().unwrap())
    };
    vendor["checks"].as_array().unwrap().iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The first vendor's check of this name.
fn check(document: &Value, name: &str) -> Value {
    let checks = document["vendors"][0]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap().clone()
}

#[track_caller]
fn assert_fails(output: &RunOutput, code: i32, name: &str, says: &[&str]) {
    let document = output.json();
    let check = check(&document, name);
    let detail = check["detail"].as_str().unwrap();
    assert_eq!((output.code, &document["ok"]), (Some(code), &json!(false)), "{output:?}");
    assert_eq!(check["result"], "failed", "{output:?}");
    says.iter().for_each(|words| assert!(detail.contains(words), "{detail}"));
}
