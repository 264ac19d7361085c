//! The looks after a success: their order, what they change, and what is recorded before them.

use serde_json::json;

use super::fixture::VendorServer;
use super::recording_server::{RecordingServer, accepted, response};

/// A vendor that reports success, and whose streams are forbidden by the rule, which is told the number of the request.
fn vendor(is_forbidden: impl Fn(usize) -> bool + Send + Sync + 'static) -> RecordingServer {
    RecordingServer::start(move |request| {
        if request.is_look() {
            let status = if is_forbidden(request.number) { 3 } else { 1 };
            response(200, json!({"ret": 0, "output": [{"status": status}]}).to_string())
        } else {
            accepted(request)
        }
    })
}

#[test]
fn sixty_bans_leave_before_their_looks() {
    let server = vendor(|_| true);
    let list: String = (0..60).map(|number| format!("8888_{number}\n")).collect();
    let line = "tencent forbid - --for 2h --verify --max-targets 60 --rate 200 -o json";
    let output = server.home().run_with_input(line, list);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.results().iter().all(|result| result["verified"] == true));
    let looks: Vec<_> = server.requests().iter().map(|request| request.is_look()).collect();
    assert_eq!(looks.len(), 120);
    assert_eq!(looks.iter().position(|is_look| *is_look), Some(60), "{looks:?}");
}
