//! Targets in a wrapping: a URL, quotes, JSON, a spreadsheet's numbers. They are refused, never sent and never trimmed;
//! the command that was probably meant is printed, without the URL's secret. `--exact` takes a name as it is.

mod commands;
mod names;
mod url_secrets;

use crate::prelude::*;

/// The secret of a push URL.
const URL_SECRET: &str = "deadbeefcafe4720";

const JD: &str = "jd forbid TARGET --domain push.example.com --for 2h";
const TENCENT: &str = "tencent forbid TARGET --for 2h";
const SHUMEI: &str = "shumei close TARGET";

/// A command line, the wrapped target, and the name inside.
#[rustfmt::skip]
const WRAPPED: &[(&str, &str, &str)] = &[
    (JD, "rtmp://push.example.com/live/cam1?txSecret=SECRET", "live/cam1"),
    (JD, "<rtmp://push.example.com/live/cam1?txSecret=SECRET>", "live/cam1"),
    (JD, "push.example.com:1935/live/cam1", "live/cam1"),
    (JD, "live/cam1;", "live/cam1"),
    (TENCENT, "8888_a，", "8888_a"),
    (TENCENT, "//push.example.com/live/8888_a?txSecret=SECRET", "8888_a"),
    (JD, "rtmp://push.example.com/live/cam1", "live/cam1"),
    (JD, "push.example.com/live/cam1", "live/cam1"),
    (JD, "push.example.com/live/cam1?auth_key=SECRET", "live/cam1"),
    (JD, "live/cam1?auth_key=1795262400-0-0-SECRET", "live/cam1"),
    (JD, "https://push.example.com/live/cam1.flv?auth_key=SECRET", "live/cam1"),
    (JD, "https://push.example.com/live/cam1.m3u8", "live/cam1"),
    (JD, "'live/cam1'", "live/cam1"),
    (JD, "live/cam1,", "live/cam1"),
    (JD, "live/cam1 # spam", "live/cam1"),
    ("jd permit TARGET --domain push.example.com", "rtmp://push.example.com/live/cam1", "live/cam1"),
    (TENCENT, "8888_t?txSecret=SECRET&txTime=5C2A3CFF", "8888_t"),
    (TENCENT, "rtmp://push.example.com/live/8888_t?txSecret=SECRET&txTime=5C2A3CFF", "8888_t"),
    (TENCENT, "webrtc://push.example.com/live/8888_t", "8888_t"),
    (TENCENT, "https://push.example.com/live/8888_t.flv", "8888_t"),
    (TENCENT, "\"8888_t\"", "8888_t"),
    (TENCENT, "“8888_t”", "8888_t"),
    (TENCENT, "8888_t,", "8888_t"),
    (TENCENT, "8888_t # spam", "8888_t"),
    ("tencent resume TARGET", "8888_t?txSecret=SECRET", "8888_t"),
    (JD, "live/cam1&txSecret=SECRET&txTime=5C2A3CFF", "live/cam1"),
    (JD, "live/cam1.flv", "live/cam1"),
    (JD, "• live/cam1", "live/cam1"),
    (TENCENT, "8888_t.m3u8", "8888_t"),
    (TENCENT, "* 8888_t", "8888_t"),
    (TENCENT, "3. 8888_t", "8888_t"),
    (SHUMEI, "{\"requestId\":\"1639825145166\"}", "1639825145166"),
    (SHUMEI, "\"1639825145166\"", "1639825145166"),
    (SHUMEI, "1639825145166,", "1639825145166"),
    (SHUMEI, "=\"1639825145166\"", "1639825145166"),
];

/// Runs a command line with this target.
fn run(home: &TestHome, line: &str, target: &str, flags: &[&str]) -> RunOutput {
    let target = target.replace("SECRET", URL_SECRET);
    let words = line.split(' ').map(|word| if word == "TARGET" { target.as_str() } else { word });
    home.run(words.chain(flags.iter().copied()))
}

/// The name that the only request asks for.
fn name(server: &RecordingServer) -> String {
    name_in(&server.only_request())
}

/// The name that each request asks for.
fn names(server: &RecordingServer) -> Vec<String> {
    server.requests().iter().map(name_in).collect()
}

fn name_in(request: &ReceivedRequest) -> String {
    if let Some(name) = request.param("Param.s.channel_id") {
        return name;
    }
    let body = request.json();
    if let Some(id) = body["requestId"].as_str() {
        return id.to_owned();
    }
    if let Some(name) = body["StreamName"].as_str() {
        return name.to_owned();
    }
    if body["deleteStreams"].is_array() {
        return request.streams()[0].clone();
    }
    format!("{}/{}", body["app"].as_str().unwrap(), body["stream"].as_str().unwrap())
}
