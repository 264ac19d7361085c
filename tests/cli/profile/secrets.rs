//! The forms of a secret.

use super::{RESUME, refuses, run_with, signed_by, tencent};
use crate::hashes::md5_hex;
use crate::prelude::*;

#[test]
fn secret_has_four_forms() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config("");
    home.write("livectl/key", "s3cret of a file\r\n");
    std::fs::create_dir(home.path("keys")).unwrap();
    let absolute = home.write("keys/key", "s3cret far away");
    for (form, secret) in [
        (r#""s3cret inline""#, "s3cret inline"),
        (r#"{ env = "MY_KEY" }"#, "s3cret of a variable"),
        (r#"{ file = "key" }"#, "s3cret of a file"),
        (r#"{ file = "../keys/key" }"#, "s3cret far away"),
        (&format!("{{ file = '{}' }}", absolute.display()), "s3cret far away"),
        (r#"{ command = ["printf", "s3cret %s\n", "$HOME `id`"] }"#, "s3cret $HOME `id`"),
    ] {
        home.write_config(&tencent("prod", 7, form, &server));
        let path = std::env::var("PATH").unwrap();
        let environment = [("MY_KEY", "s3cret of a variable"), ("PATH", &*path)];
        run_with(&home, &environment, RESUME).exits(0);
        signed_by(&server, "7", secret);
    }
}

#[test]
fn every_secret_takes_these_forms() {
    let (server, home) = RecordingServer::accepting().with_home();
    let named = |key: &str| format!("{{ env = \"{key}\" }}");
    let config = profile(&server.url())
        .replace(&format!("\"{JD_SECRET}\""), &named("A"))
        .replace(&format!("\"{TENCENT_SECRET}\""), &named("B"))
        .replace(&format!("\"{SHUMEI_SECRET}\""), &named("C"));
    home.write_config(&config);
    let secrets = [("A", "jd-key"), ("B", "tencent-key"), ("C", "shumei-key")];
    assert_eq!(run_with(&home, &secrets, "jd timeout a.example.com --seconds 5").code, Some(0));
    let date =
        |hours| (chrono::Utc::now() + chrono::TimeDelta::hours(hours)).format("%Y%m%d").to_string();
    let signature = server.only_request().json()["signature"].clone();
    assert_eq!(signature, md5_hex(&format!("{}jcloud_00jd-key", date(8))));
    run_with(&home, &secrets, RESUME).exits(0);
    signed_by(&server, "1251234567", "tencent-key");
    run_with(&home, &secrets, "shumei close a").exits(0);
    assert_eq!(server.requests().last().unwrap().json()["accessKey"], "shumei-key");
}

#[test]
fn only_the_secrets_in_use_are_fetched() {
    let (server, home) = RecordingServer::accepting().with_home();
    let config = profile(&server.url())
        .replace(&format!("\"{JD_SECRET}\""), r#"{ command = ["touch", "fetched"] }"#);
    home.write_config(
        &config.replace(&format!("\"{SHUMEI_SECRET}\""), r#"{ file = "not there" }"#),
    );
    let path = [("PATH", &*std::env::var("PATH").unwrap())];
    run_with(&home, &path, RESUME).exits(0);
    run_with(&home, &path, "config show").exits(0);
    assert!(!home.path("fetched").exists());
    let line = "jd timeout a.example.com --seconds 5 -o json";
    refuses(&home, &path, line, &["`touch` prints nothing"]);
    assert!(home.path("fetched").exists());
    refuses(&home, &path, "shumei close a -o json", &["there is no such file"]);
    server.only_request();
}

#[test]
fn placeholder_secret_is_refused() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    for form in [
        r#""""#,
        r#""  ""#,
        r#""YOUR_API_KEY""#,
        r#""<api key>""#,
        r#""xxxx""#,
        r#""...""#,
        r#""changeme""#,
        r#""two\nlines""#,
        r#"{ env = "EMPTY" }"#,
        r#"{ env = "BLANK" }"#,
        r#"{ env = "NOT_SET" }"#,
        r#"{ file = "blank" }"#,
        r#"{ file = "not there" }"#,
        r#"{ command = ["true"] }"#,
        r#"{ command = ["false"] }"#,
        r#"{ command = ["no such program"] }"#,
    ] {
        home.write_config(&tencent("prod", 7, form, &server));
        home.write("livectl/blank", " \n");
        let environment =
            [("EMPTY", ""), ("BLANK", " "), ("PATH", &*std::env::var("PATH").unwrap())];
        let words = ["tencent.api_key", "config.toml:3:11", "livectl config check"];
        refuses(&home, &environment, RESUME, &words);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn long_access_key_is_refused_unshown() {
    let home = RecordingServer::accepting().home();
    let key = "k".repeat(21);
    home.write_config(&format!(
        "[profiles.prod.shumei]\naccess_key = \"{key}\"\ncluster = \"sh\"\n"
    ));
    let output = refuses(&home, &[], "shumei close a -o json", &["at most 20 characters"]);
    assert!(!format!("{output:?}").contains(&key));
}

#[test]
fn run_notes_a_key_of_an_odd_length() {
    let home = TestHome::empty();
    let key = "0123456789abcdef0123456789abcdef";
    let run = |key: &str, flags: &str| {
        home.write_config(&format!(
            "[profiles.prod.tencent]\napp_id = 1251234567\napi_key = \"{key}\"\n"
        ));
        home.run_line(&format!("-n {flags} tencent resume a"))
    };
    let note = "tencent.api_key has 31 characters instead of 32: check that it was copied whole";
    run(&key[1..], "").exits(0).reports(note);
    assert!(!run(&key[1..], "-q").stderr.contains("instead of"));
    assert!(!run(key, "").stderr.contains("instead of"));
}
