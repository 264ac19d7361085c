//! Where credentials and settings come from, as it shows from outside.

mod file;
mod permissions;
mod proxies;
mod secrets;
mod sources;

use crate::hashes::md5_hex;
use crate::prelude::*;

fn run_with(home: &TestHome, environment: &[(&str, &str)], line: &str) -> RunOutput {
    home.run_with(environment, line.split(' '))
}

const RESUME: &str = "tencent resume 8888_a -o json";

/// The account and the key that signed the last request to Tencent.
#[track_caller]
fn signed_by(server: &RecordingServer, app_id: &str, api_key: &str) {
    let seen = server.requests();
    let request = seen.last().unwrap();
    assert_eq!(request.param("appid").as_deref(), Some(app_id));
    let t = request.param("t").unwrap();
    let sign = md5_hex(&format!("{api_key}{t}"));
    assert_eq!(request.param("sign").unwrap(), sign, "not signed with {api_key}");
}

/// A configuration error that names these things, and no request.
#[track_caller]
fn refuses(home: &TestHome, environment: &[(&str, &str)], line: &str, words: &[&str]) -> RunOutput {
    let output = run_with(home, environment, line).exits(3);
    output.assert_reports(words);
    if line.contains("json") {
        assert_members(&output.json(), &json!({"error": {"kind": "config"}, "results": []}));
    }
    output
}

fn tencent(name: &str, app_id: u32, api_key: &str, server: &RecordingServer) -> String {
    let endpoint = server.url();
    format!(
        "[profiles.{name}.tencent]\napp_id = {app_id}\napi_key = {api_key}\nendpoint = \"{endpoint}\"\n"
    )
}

/// The profile of the first result.
fn profile_of(output: &RunOutput) -> String {
    output.results()[0]["profile"].as_str().unwrap().to_owned()
}

/// A proxy that answers every request like this.
fn proxy(status: &str, body: &str) -> FaultServer {
    let reply = http(status, "connection: close\r\n", body);
    FaultServer::always([ServerStep::Send(reply), ServerStep::Close])
}
