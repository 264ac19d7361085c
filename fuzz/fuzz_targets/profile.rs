//! Profile files: no text makes the reader panic, and no problem repeats a value of the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livectl::config::load;

fuzz_target!(|text: &str| {
    let problems = load::problems(text, &livectl::api::VENDORS.sections());
    assert!(problems.iter().all(|problem| !problem.contains("canary-4711")), "{problems:?}");
});
