//! What is printed, exactly, and which code the program ends with.

mod dry_runs;
mod exit_codes;
mod formats;
mod json;
mod table;
mod terminal;

use chrono::SecondsFormat;

use crate::fixture::ZONE;
use crate::prelude::*;

/// A moment to forbid until, as it is printed.
fn tomorrow() -> String {
    (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Each target gets an answer of its own.
fn by_name(request: &ReceivedRequest) -> MockResponse {
    let name = request.param("Param.s.channel_id").unwrap();
    if request.param("interface").as_deref() == Some("Live_Channel_GetStatus") {
        return response(200, r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":1}]}"#);
    }
    match name.as_str() {
        "8888_gone" => response(200, r#"{"ret":20601,"message":"channel does not exist"}"#),
        "hostile" => response(
            200,
            json!({"ret": 7, "message": "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}"})
                .to_string(),
        ),
        "slow" => response(503, "").retry_now(),
        "odd" => response(200, "<html><body>\u{1b}[2Jlog in\n</body></html>"),
        "denied" => response(401, ""),
        _ => response(200, r#"{"ret":0,"message":"success"}"#),
    }
}

/// What a terminal of this width shows, or nothing where there is no `script` to make one.
#[cfg(target_os = "linux")]
fn in_a_terminal(
    home: &TestHome,
    columns: u16,
    environment: &[(&str, &str)],
    args: &str,
) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_livectl");
    in_a_shell(home, environment, &format!("stty rows 24 cols {columns}; exec {program} {args}"))
}

/// What a terminal shows of a script.
#[cfg(target_os = "linux")]
fn in_a_shell(home: &TestHome, environment: &[(&str, &str)], script: &str) -> Option<String> {
    let line = format!("cd {}; {script}", home.folder.path().display());
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env_clear().env("PATH", std::env::var_os("PATH")?);
    command
        .env("HOME", home.folder.path())
        .env("XDG_CONFIG_HOME", home.folder.path())
        .env("SHELL", "/bin/sh")
        .env("TZ", ZONE)
        .envs(environment.iter().copied());
    let output = command.stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

fn keys(value: &Value) -> String {
    value.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}
