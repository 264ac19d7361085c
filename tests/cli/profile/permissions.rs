//! The modes of the profile file and of secret files.

use super::{RESUME, refuses, run_with, tencent};
use crate::prelude::*;

fn shared(api_key: &str, server: &RecordingServer) -> String {
    format!("allow_shared = true\n{}", tencent("prod", 7, api_key, server))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn readable_secret_is_refused_with_chmod() {
    let (server, home) = RecordingServer::accepting().with_home();
    let path = home.path("livectl/config.toml");
    for mode in [0o644, 0o640, 0o604] {
        set_mode(&path, mode);
        let output = refuses(&home, &[], RESUME, &["others can read this file"]);
        let chmod = format!("chmod 600 '{}'", path.display());
        output.assert_reports(&[&format!("`{chmod}`")]);
        home.run_script(&chmod).exits(0);
        home.run_line(RESUME).exits(0);
    }
    home.write_config(&format!("allow_shared = true\n{}", profile(&server.url())));
    set_mode(&path, 0o644);
    home.run_line(RESUME).exits(0);
    home.write_config(&tencent("prod", 7, r#"{ env = "MY_KEY" }"#, &server));
    set_mode(&path, 0o644);
    run_with(&home, &[("MY_KEY", "k3y")], RESUME).exits(0);
}

#[cfg(unix)]
#[test]
fn writable_file_is_refused() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&shared(r#"{ env = "MY_KEY" }"#, &server));
    for mode in [0o620, 0o602, 0o666] {
        set_mode(&home.path("livectl/config.toml"), mode);
        let words = ["others can", "write this file", "`chmod "];
        refuses(&home, &[("MY_KEY", "k3y")], RESUME, &words);
    }
    assert!(server.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn secret_file_obeys_the_mode_rule() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("prod", 7, r#"{ file = "key" }"#, &server));
    let key = home.write("livectl/key", "s3cret");
    let chmod = format!("chmod 600 '{}'", key.display());
    for mode in [0o644, 0o622] {
        set_mode(&key, mode);
        refuses(&home, &[], RESUME, &["others can"]);
    }
    set_mode(&key, 0o644);
    refuses(&home, &[], RESUME, &[&chmod]);
    home.write_config(&shared(r#"{ file = "key" }"#, &server));
    home.run_line(RESUME).exits(0);
    set_mode(&key, 0o622);
    refuses(&home, &[], RESUME, &["others can"]);
    server.only_request();
}
