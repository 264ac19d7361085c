//! Profile files: nothing trips the reader, and no problem repeats what stands in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livectl::config;

fuzz_target!(|text: &str| {
    let problems = config::problems(text, livectl::api::SECTIONS);
    assert!(problems.iter().all(|problem| !problem.contains("canary-4711")), "{problems:?}");
});
