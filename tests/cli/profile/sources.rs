//! The precedence of file, profile and environment.

use super::{RESUME, profile_of, refuses, run_with, signed_by, tencent};
use crate::prelude::*;

#[test]
fn config_flag_overrides_variable_and_folder() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("home", 1, "\"key-1\"", &server));
    let variable = home.write("variable.toml", tencent("variable", 2, "\"key-2\"", &server));
    home.write("flag.toml", tencent("flag", 3, "\"key-3\"", &server));
    let variable = variable.to_str().unwrap();
    for (value, flags, profile, number) in [
        ("", "", "home", 1),
        (variable, "", "variable", 2),
        (variable, " -c flag.toml", "flag", 3),
        ("not there", " --config flag.toml", "flag", 3),
    ] {
        let output = run_with(&home, &[("LIVECTL_CONFIG", value)], &format!("{RESUME}{flags}"));
        assert_eq!(profile_of(&output), profile);
        signed_by(&server, &number.to_string(), &format!("key-{number}"));
    }

    let gone = format!("{RESUME} -c gone.toml");
    refuses(&home, &[], &gone, &["gone.toml", "-c", "livectl config init"]);
    refuses(&home, &[("LIVECTL_CONFIG", "gone.toml")], RESUME, &["gone.toml", "LIVECTL_CONFIG"]);
}

#[test]
fn profile_follows_flag_variable_and_default() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let two = tencent("one", 1, "\"key-1\"", &server) + &tencent("two", 2, "\"key-2\"", &server);
    let with = |value: &str, flags: &str| {
        let line = format!("{RESUME}{flags}");
        profile_of(&run_with(&home, &[("LIVECTL_PROFILE", value)], &line).exits(0))
    };

    home.write_config(&format!("default_profile = \"one\"\n{two}"));
    for (value, flags, profile, number) in [
        ("", "", "one", 1),
        ("two", "", "two", 2),
        ("one", " -p two", "two", 2),
        ("nobody", " --profile one", "one", 1),
    ] {
        assert_eq!(with(value, flags), profile);
        signed_by(&server, &number.to_string(), &format!("key-{number}"));
    }

    let sent = server.requests().len();
    refuses(&home, &[("LIVECTL_PROFILE", "three")], RESUME, &["\"three\"", "\"one\", \"two\""]);
    home.write_config(&two);
    refuses(&home, &[], RESUME, &["several profiles", "\"one\", \"two\"", "-p NAME"]);
    assert_eq!(server.requests().len(), sent);
    assert_eq!(with("", " -p one"), "one");

    home.write_config(&tencent("only", 3, "\"key-3\"", &server));
    assert_eq!(with("", ""), "only");
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
    let jd = run_with(&home, &environment, "jd timeout a.example.com --seconds 5 -o json");
    assert_eq!(jd.settles(0, "applied", 1)["profile"], Value::Null);
    assert_eq!(server.only_request().json()["username"], "u");
    jd.assert_reports(&["(credentials from the environment; jd at "]);
    run_with(&home, &environment, RESUME).exits(0);
    signed_by(&server, "42", "tencent-key");
    run_with(&home, &environment, "shumei close a").exits(0);
    assert_eq!(server.requests().last().unwrap().json()["accessKey"], "shumei-key");

    let cluster = [("LIVECTL_SHUMEI_ACCESS_KEY", "shumei-key"), ("LIVECTL_SHUMEI_CLUSTER", "xjp")];
    let output = run_with(&home, &cluster, "shumei close a -n -o json");
    assert_eq!(output.json()["results"][0]["operation"]["cluster"], "sg");
}

#[test]
fn environment_overrides_the_profile() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&tencent("prod", 1, "\"key-1\"", &server));
    let environment = [("LIVECTL_TENCENT_API_KEY", "key-9"), ("LIVECTL_TENCENT_APP_ID", "")];
    let output = run_with(&home, &environment, RESUME);
    signed_by(&server, "1", "key-9");
    assert_eq!(profile_of(&output), "prod");
    output.assert_reports(&["note: ", "LIVECTL_TENCENT_API_KEY"]);
    run_with(&home, &[("LIVECTL_TENCENT_API_KEY", "")], RESUME).omits("note");
    signed_by(&server, "1", "key-1");
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
    let output = run_with(&home, &environment, &format!("{RESUME} -p prod")).exits(0);
    signed_by(&server, "1", "key-1");
    for (name, _) in environment {
        assert!(output.stderr.contains(name), "{output:?}");
    }
    // What is missing in the profile is not taken from the environment either.
    home.write_config("[profiles.prod.tencent]\napp_id = 1\n");
    refuses(&home, &environment, &format!("{RESUME} -p prod"), &["api_key"]);
}

#[test]
fn missing_credentials_name_the_next_command() {
    let first = ["no credentials", "livectl config init", "--sandbox"];
    refuses(&TestHome::empty(), &[], RESUME, &first);
    let home =
        TestHome::with_config("[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\n");
    let missing = ["[profiles.prod.tencent]", "app_id and api_key", "livectl config check"];
    refuses(&home, &[], RESUME, &missing);
    let half = [("LIVECTL_TENCENT_APP_ID", "1")];
    refuses(&home, &half, RESUME, &["api_key", "LIVECTL_TENCENT_API_KEY"]);
}

#[test]
fn home_folder_is_not_required() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let homeless = |line: &str| {
        let mut command = home.livectl([""; 0]);
        command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").args(line.split(' '));
        // Without HOME the user database names the home folder, which is no place for a test's records.
        command.env("XDG_STATE_HOME", home.folder.path());
        command.env("LIVECTL_TENCENT_APP_ID", "1").env("LIVECTL_TENCENT_API_KEY", "k3y");
        RunOutput::from(command.env("LIVECTL_TENCENT_ENDPOINT", server.url()).output().unwrap())
    };
    let sandbox = homeless("--sandbox tencent resume 8888_a -o json").exits(0);
    assert_eq!(profile_of(&sandbox), "sandbox");
    assert!(server.requests().is_empty());
    homeless(RESUME).exits(0);
    signed_by(&server, "1", "k3y");
    home.write("flag.toml", tencent("flag", 3, "\"key-3\"", &server));
    homeless(&format!("{RESUME} -c flag.toml -p flag")).exits(0);
    assert!(matches!(homeless("config path").code, Some(0 | 3)));
}

#[test]
fn sandbox_reads_no_profile() {
    let home = TestHome::with_config("this is not TOML");
    let environment = [
        ("LIVECTL_TENCENT_APP_ID", "x"),
        ("LIVECTL_PROFILE", "nobody"),
        ("LIVECTL_CONFIG", "gone.toml"),
    ];
    let line = "--sandbox tencent forbid 8888_test123 --for 2h -o json";
    assert_eq!(profile_of(&run_with(&home, &environment, line).exits(0)), "sandbox");
}
