//! The precedence of file, profile and environment.

use super::{RESUME, refuses, run_with, signed_by, tencent};
use crate::prelude::*;

#[test]
fn config_flag_overrides_variable_and_folder() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("home", 1, "\"key-1\"", &server));
    let variable = home.write("variable.toml", tencent("variable", 2, "\"key-2\"", &server));
    home.write("flag.toml", tencent("flag", 3, "\"key-3\"", &server));
    let with = |value: &str, flags: &[&str]| {
        let output = run_with(&home, &[("LIVECTL_CONFIG", value)], &[&RESUME, flags].concat());
        output.json()["results"][0]["profile"].as_str().unwrap().to_owned()
    };
    let variable = variable.to_str().unwrap();

    assert_eq!(with("", &[]), "home");
    signed_by(&server, "1", "key-1");
    assert_eq!(with(variable, &[]), "variable");
    signed_by(&server, "2", "key-2");
    assert_eq!(with(variable, &["-c", "flag.toml"]), "flag");
    signed_by(&server, "3", "key-3");
    assert_eq!(with("not there", &["--config", "flag.toml"]), "flag");

    let gone = [&RESUME[..], &["-c", "gone.toml"]].concat();
    refuses(&home, &[], &gone, &["gone.toml", "-c", "livectl config init"]);
    refuses(&home, &[("LIVECTL_CONFIG", "gone.toml")], &RESUME, &["gone.toml", "LIVECTL_CONFIG"]);
}

#[test]
fn profile_follows_flag_variable_and_default() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let two = tencent("one", 1, "\"key-1\"", &server) + &tencent("two", 2, "\"key-2\"", &server);
    let with = |value: &str, flags: &[&str]| {
        let output = run_with(&home, &[("LIVECTL_PROFILE", value)], &[&RESUME, flags].concat());
        assert_eq!(output.code, Some(0), "{output:?}");
        output.json()["results"][0]["profile"].as_str().unwrap().to_owned()
    };

    home.write_config(&format!("default_profile = \"one\"\n{two}"));
    assert_eq!(with("", &[]), "one");
    signed_by(&server, "1", "key-1");
    assert_eq!(with("two", &[]), "two");
    signed_by(&server, "2", "key-2");
    assert_eq!(with("one", &["-p", "two"]), "two");
    signed_by(&server, "2", "key-2");
    assert_eq!(with("nobody", &["--profile", "one"]), "one");

    let sent = server.requests().len();
    refuses(&home, &[("LIVECTL_PROFILE", "three")], &RESUME, &["\"three\"", "\"one\", \"two\""]);
    home.write_config(&two);
    refuses(&home, &[], &RESUME, &["several profiles", "\"one\", \"two\"", "-p NAME"]);
    assert_eq!(server.requests().len(), sent);
    assert_eq!(with("", &["-p", "one"]), "one");

    home.write_config(&tencent("only", 3, "\"key-3\"", &server));
    assert_eq!(with("", &[]), "only");
}

#[test]
fn environment_alone_is_enough() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let url = server.url();
    let environment = [
        ("LIVECTL_JD_USERNAME", "u"),
        ("LIVECTL_JD_SECRET_KEY", "jd-key"),
        ("LIVECTL_JD_ENDPOINT", &*url),
        ("LIVECTL_TENCENT_APP_ID", "42"),
        ("LIVECTL_TENCENT_API_KEY", "tencent-key"),
        ("LIVECTL_TENCENT_ENDPOINT", &*url),
        ("LIVECTL_SHUMEI_ACCESS_KEY", "shumei-key"),
        ("LIVECTL_SHUMEI_ENDPOINT", &*url),
    ];
    let jd = run_with(
        &home,
        &environment,
        &["jd", "timeout", "a.example.com", "--seconds", "5", "-o", "json"],
    );
    assert_eq!((jd.code, &jd.json()["results"][0]["profile"]), (Some(0), &Value::Null));
    assert_eq!(server.only_request().json()["username"], "u");
    assert!(jd.stderr.contains("(credentials from the environment; jd at "), "{jd:?}");
    assert_eq!(run_with(&home, &environment, &RESUME).code, Some(0));
    signed_by(&server, "42", "tencent-key");
    assert_eq!(run_with(&home, &environment, &["shumei", "close", "a"]).code, Some(0));
    assert_eq!(server.requests().last().unwrap().json()["accessKey"], "shumei-key");

    let cluster = [("LIVECTL_SHUMEI_ACCESS_KEY", "shumei-key"), ("LIVECTL_SHUMEI_CLUSTER", "xjp")];
    let output = run_with(&home, &cluster, &["shumei", "close", "a", "-n", "-o", "json"]);
    assert_eq!(output.json()["results"][0]["operation"]["cluster"], "sg");
}

#[test]
fn environment_overrides_the_profile() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("prod", 1, "\"key-1\"", &server));

    let output = run_with(
        &home,
        &[("LIVECTL_TENCENT_API_KEY", "key-9"), ("LIVECTL_TENCENT_APP_ID", "")],
        &RESUME,
    );

    signed_by(&server, "1", "key-9");
    assert_eq!(output.json()["results"][0]["profile"], "prod");
    output.assert_reports(&["note: ", "LIVECTL_TENCENT_API_KEY"]);
    let output = run_with(&home, &[("LIVECTL_TENCENT_API_KEY", "")], &RESUME);
    signed_by(&server, "1", "key-1");
    assert!(!output.stderr.contains("note"), "{output:?}");
}

#[test]
fn profile_flag_ignores_environment_credentials() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("prod", 1, "\"key-1\"", &server));
    let environment = [
        ("LIVECTL_TENCENT_API_KEY", "key-9"),
        ("LIVECTL_TENCENT_APP_ID", "9"),
        ("LIVECTL_TENCENT_ENDPOINT", "http://127.0.0.1:9"),
    ];

    let output = run_with(&home, &environment, &[&RESUME[..], &["-p", "prod"]].concat()).exits(0);

    signed_by(&server, "1", "key-1");
    for (name, _) in environment {
        assert!(output.stderr.contains(name), "{output:?}");
    }
    // What is missing in the profile is not taken from the environment either.
    home.write_config("[profiles.prod.tencent]\napp_id = 1\n");
    refuses(&home, &environment, &[&RESUME[..], &["-p", "prod"]].concat(), &["api_key"]);
}

#[test]
fn missing_credentials_name_the_next_command() {
    refuses(
        &TestHome::empty(),
        &[],
        &RESUME,
        &["no credentials", "livectl config init", "--sandbox"],
    );
    let home =
        TestHome::with_config("[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\n");
    refuses(
        &home,
        &[],
        &RESUME,
        &["[profiles.prod.tencent]", "app_id and api_key", "livectl config check"],
    );
    refuses(
        &home,
        &[("LIVECTL_TENCENT_APP_ID", "1")],
        &RESUME,
        &["api_key", "LIVECTL_TENCENT_API_KEY"],
    );
}

#[test]
fn home_folder_is_not_required() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let homeless = |args: &[&str]| {
        let mut command = home.livectl([""; 0]);
        command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").args(args);
        // Without HOME the user database names the home folder, which is no place for a test's records.
        command.env("XDG_STATE_HOME", home.folder.path());
        command.env("LIVECTL_TENCENT_APP_ID", "1").env("LIVECTL_TENCENT_API_KEY", "k3y");
        RunOutput::from(command.env("LIVECTL_TENCENT_ENDPOINT", server.url()).output().unwrap())
    };
    let sandbox = homeless(&["--sandbox", "tencent", "resume", "8888_a", "-o", "json"]).exits(0);
    assert_eq!(sandbox.json()["results"][0]["profile"], "sandbox");
    assert!(server.requests().is_empty());
    assert_eq!(homeless(&RESUME).code, Some(0));
    signed_by(&server, "1", "k3y");
    home.write("flag.toml", tencent("flag", 3, "\"key-3\"", &server));
    assert_eq!(homeless(&[&RESUME[..], &["-c", "flag.toml", "-p", "flag"]].concat()).code, Some(0));
    assert!(matches!(homeless(&["config", "path"]).code, Some(0 | 3)));
}

#[test]
fn sandbox_reads_no_profile() {
    let home = TestHome::with_config("this is not TOML");
    let environment = [
        ("LIVECTL_TENCENT_APP_ID", "x"),
        ("LIVECTL_PROFILE", "nobody"),
        ("LIVECTL_CONFIG", "gone.toml"),
    ];
    let output = run_with(
        &home,
        &environment,
        &["--sandbox", "tencent", "forbid", "8888_test123", "--for", "2h", "-o", "json"],
    );
    assert_eq!(
        (output.code, &output.json()["results"][0]["profile"]),
        (Some(0), &json!("sandbox")),
        "{output:?}"
    );
}
