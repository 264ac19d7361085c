//! `livectl log`: what a run leaves in the memory, and what is read from it.

mod results;
mod runs;

use std::path::PathBuf;

use crate::prelude::*;

/// The files of the memory of a home, in the order of their runs.
pub fn run_files(home: &TestHome) -> Vec<PathBuf> {
    let folder = home.path(".local/state/livectl/runs");
    let mut files: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Waits until the memory has the intent of a request; a file without its first line is no run yet.
pub fn wait_for_intent(home: &TestHome) {
    let has_intent = |file: &PathBuf| fs::read_to_string(file).unwrap().contains("\"intent\"");
    let start = Instant::now();
    while !run_files(home).iter().any(has_intent) {
        assert!(start.elapsed().as_secs() < 20, "no request is recorded");
        thread::sleep(Duration::from_millis(2));
    }
}

/// The records of a file.
pub fn records(path: &PathBuf) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Checks each of these documents against a schema of the program.
#[track_caller]
pub fn check_schema(name: &str, documents: &[Value]) {
    let schema = TestHome::empty().run(["schema", name]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for document in documents {
        let errors: Vec<_> =
            validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{document}");
    }
}

/// Every channel is banned; one that ends in `_gone` is refused, one that ends in `_slow` is left in doubt.
fn server() -> RecordingServer {
    RecordingServer::start(|request| {
        let text = request.text();
        if text.contains("_gone") {
            response(200, r#"{"ret":20601,"message":"channel does not exist"}"#)
        } else if text.contains("_slow") {
            response(503, "").retry_now()
        } else {
            accepted(request)
        }
    })
}
