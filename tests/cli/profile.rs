//! Where credentials and settings come from, as it shows from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::mock::{DONE, Mock, md5_hex};
use super::stage::{JD_SECRET, Ran, SHUMEI_SECRET, Stage, TENCENT_SECRET, livectl, profile};

fn run_with(stage: &Stage, environment: &[(&str, &str)], args: &[&str]) -> Ran {
    Ran::from(stage.livectl(args).envs(environment.iter().copied()).output().unwrap())
}

const RESUME: [&str; 5] = ["tencent", "resume", "8888_a", "-o", "json"];

/// The account and the key that signed the last request to Tencent.
#[track_caller]
fn signed_by(mock: &Mock, app_id: &str, api_key: &str) {
    let seen = mock.seen();
    let request = seen.last().unwrap();
    assert_eq!(request.param("appid").as_deref(), Some(app_id));
    let t = request.param("t").unwrap();
    assert_eq!(
        request.param("sign").unwrap(),
        md5_hex(&format!("{api_key}{t}")),
        "not signed with {api_key}"
    );
}

/// A configuration error that names these things, and no request.
#[track_caller]
fn refuses(stage: &Stage, environment: &[(&str, &str)], args: &[&str], says: &[&str]) -> Ran {
    let ran = run_with(stage, environment, args);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for text in says {
        assert!(ran.stderr.contains(text), "{text}: {ran:?}");
    }
    if args.contains(&"json") {
        assert_eq!(
            (&ran.json()["error"]["kind"], &ran.json()["results"]),
            (&json!("config"), &json!([]))
        );
    }
    ran
}

fn tencent(name: &str, app_id: u32, api_key: &str, mock: &Mock) -> String {
    let endpoint = mock.url();
    format!(
        "[profiles.{name}.tencent]\napp_id = {app_id}\napi_key = {api_key}\nendpoint = \"{endpoint}\"\n"
    )
}

// The four forms of a secret

#[test]
fn a_secret_may_simulatorline_in_the_environment_in_a_file_or_be_printed() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config("");
    stage.write("livectl/key", "s3cret of a file\r\n");
    std::fs::create_dir(stage.path("keys")).unwrap();
    let absolute = stage.write("keys/key", "s3cret far away");
    for (form, secret) in [
        (r#""s3cret inline""#, "s3cret inline"),
        (r#"{ env = "MY_KEY" }"#, "s3cret of a variable"),
        (r#"{ file = "key" }"#, "s3cret of a file"),
        (r#"{ file = "../keys/key" }"#, "s3cret far away"),
        (&format!("{{ file = '{}' }}", absolute.display()), "s3cret far away"),
        (r#"{ command = ["printf", "s3cret %s\n", "$HOME `id`"] }"#, "s3cret $HOME `id`"),
    ] {
        stage.write_config(&tencent("prod", 7, form, &mock));
        let path = std::env::var("PATH").unwrap();
        let ran = run_with(&stage, &[("MY_KEY", "s3cret of a variable"), ("PATH", &path)], &RESUME);
        assert_eq!(ran.code, Some(0), "{form}: {ran:?}");
        signed_by(&mock, "7", secret);
    }
}

#[test]
fn every_vendors_secret_takes_these_forms() {
    let mock = Mock::content();
    let stage = mock.stage();
    let named = |key: &str| format!("{{ env = \"{key}\" }}");
    let config = profile(&mock.url())
        .replace(&format!("\"{JD_SECRET}\""), &named("A"))
        .replace(&format!("\"{TENCENT_SECRET}\""), &named("B"))
        .replace(&format!("\"{SHUMEI_SECRET}\""), &named("C"));
    stage.write_config(&config);
    let secrets = [("A", "jd-key"), ("B", "tencent-key"), ("C", "shumei-key")];

    assert_eq!(
        run_with(&stage, &secrets, &["jd", "timeout", "a.example.com", "--seconds", "5"]).code,
        Some(0)
    );
    let date =
        |hours| (chrono::Utc::now() + chrono::TimeDelta::hours(hours)).format("%Y%m%d").to_string();
    let signature = mock.only().json()["signature"].clone();
    assert_eq!(signature, md5_hex(&format!("{}jcloud_00jd-key", date(8))));
    assert_eq!(run_with(&stage, &secrets, &RESUME).code, Some(0));
    signed_by(&mock, "1251234567", "tencent-key");
    assert_eq!(run_with(&stage, &secrets, &["shumei", "close", "a"]).code, Some(0));
    assert_eq!(mock.seen().last().unwrap().json()["accessKey"], "shumei-key");
}

#[test]
fn a_secret_is_fetched_only_for_the_vendors_that_a_run_uses() {
    let mock = Mock::content();
    let stage = mock.stage();
    let config = profile(&mock.url())
        .replace(&format!("\"{JD_SECRET}\""), r#"{ command = ["touch", "fetched"] }"#);
    stage.write_config(
        &config.replace(&format!("\"{SHUMEI_SECRET}\""), r#"{ file = "not there" }"#),
    );
    let path = [("PATH", &*std::env::var("PATH").unwrap())];

    assert_eq!(run_with(&stage, &path, &RESUME).code, Some(0));
    assert_eq!(run_with(&stage, &path, &["config", "show"]).code, Some(0));
    assert!(!stage.path("fetched").exists());

    refuses(
        &stage,
        &path,
        &["jd", "timeout", "a.example.com", "--seconds", "5", "-o", "json"],
        &["`touch` prints nothing"],
    );
    assert!(stage.path("fetched").exists());
    refuses(&stage, &path, &["shumei", "close", "a", "-o", "json"], &["there is no such file"]);
    mock.only();
}

#[test]
fn a_secret_that_cannot_be_meant_is_refused_before_anything_is_signed() {
    let mock = Mock::content();
    let stage = Stage::empty();
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
        stage.write_config(&tencent("prod", 7, form, &mock));
        stage.write("livectl/blank", " \n");
        let environment =
            [("EMPTY", ""), ("BLANK", " "), ("PATH", &*std::env::var("PATH").unwrap())];
        let ran = refuses(&stage, &environment, &RESUME, &["tencent.api_key", "config.toml:3:11"]);
        assert!(ran.stderr.contains("livectl config check"), "{form}: {ran:?}");
    }
    assert!(mock.seen().is_empty());
}

#[test]
fn an_access_key_of_more_than_20_characters_is_refused_and_not_shown() {
    let stage = Mock::content().stage();
    let key = "k".repeat(21);
    stage.write_config(&format!(
        "[profiles.prod.shumei]\naccess_key = \"{key}\"\ncluster = \"sh\"\n"
    ));
    let ran =
        refuses(&stage, &[], &["shumei", "close", "a", "-o", "json"], &["at most 20 characters"]);
    assert!(!format!("{ran:?}").contains(&key));
}

// Modes

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let mock = Mock::content();
    let stage = mock.stage();
    let path = stage.path("livectl/config.toml");
    for mode in [0o644, 0o640, 0o604] {
        set_mode(&path, mode);
        let ran = refuses(&stage, &[], &RESUME, &["others can read this file"]);
        let chmod = format!("chmod 600 '{}'", path.display());
        assert!(ran.stderr.contains(&format!("`{chmod}`")), "{ran:?}");
        assert!(std::process::Command::new("sh").args(["-c", &chmod]).status().unwrap().success());
        assert_eq!(stage.run(RESUME).code, Some(0));
    }

    stage.write_config(&format!("allow_shared = true\n{}", profile(&mock.url())));
    set_mode(&path, 0o644);
    assert_eq!(stage.run(RESUME).code, Some(0));

    stage.write_config(&tencent("prod", 7, r#"{ env = "MY_KEY" }"#, &mock));
    set_mode(&path, 0o644);
    assert_eq!(run_with(&stage, &[("MY_KEY", "k3y")], &RESUME).code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_write_is_always_refused() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config(&format!(
        "allow_shared = true\n{}",
        tencent("prod", 7, r#"{ env = "MY_KEY" }"#, &mock)
    ));
    for mode in [0o620, 0o602, 0o666] {
        set_mode(&stage.path("livectl/config.toml"), mode);
        refuses(
            &stage,
            &[("MY_KEY", "k3y")],
            &RESUME,
            &["others can", "write this file", "`chmod "],
        );
    }
    assert!(mock.seen().is_empty());
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_obeys_the_same_rule() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config(&tencent("prod", 7, r#"{ file = "key" }"#, &mock));
    let key = stage.write("livectl/key", "s3cret");
    let chmod = format!("chmod 600 '{}'", key.display());
    for mode in [0o644, 0o622] {
        set_mode(&key, mode);
        refuses(&stage, &[], &RESUME, &["others can"]);
    }
    set_mode(&key, 0o644);
    refuses(&stage, &[], &RESUME, &[&chmod]);

    stage.write_config(&format!(
        "allow_shared = true\n{}",
        tencent("prod", 7, r#"{ file = "key" }"#, &mock)
    ));
    assert_eq!(stage.run(RESUME).code, Some(0));
    set_mode(&key, 0o622);
    refuses(&stage, &[], &RESUME, &["others can"]);
    mock.only();
}

// Which file, which profile

#[test]
fn the_flag_goes_over_the_variable_and_that_over_the_platforms_folder() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config(&tencent("home", 1, "\"key-1\"", &mock));
    let variable = stage.write("variable.toml", tencent("variable", 2, "\"key-2\"", &mock));
    stage.write("flag.toml", tencent("flag", 3, "\"key-3\"", &mock));
    let with = |value: &str, flags: &[&str]| {
        let ran = run_with(&stage, &[("LIVECTL_CONFIG", value)], &[&RESUME, flags].concat());
        ran.json()["results"][0]["profile"].as_str().unwrap().to_owned()
    };
    let variable = variable.to_str().unwrap();

    assert_eq!(with("", &[]), "home");
    signed_by(&mock, "1", "key-1");
    assert_eq!(with(variable, &[]), "variable");
    signed_by(&mock, "2", "key-2");
    assert_eq!(with(variable, &["-c", "flag.toml"]), "flag");
    signed_by(&mock, "3", "key-3");
    assert_eq!(with("not there", &["--config", "flag.toml"]), "flag");

    let gone = [&RESUME[..], &["-c", "gone.toml"]].concat();
    refuses(&stage, &[], &gone, &["gone.toml", "-c", "livectl config init"]);
    refuses(&stage, &[("LIVECTL_CONFIG", "gone.toml")], &RESUME, &["gone.toml", "LIVECTL_CONFIG"]);
}

#[test]
fn the_profile_is_the_flags_the_variables_the_files_default_or_the_only_one() {
    let mock = Mock::content();
    let stage = Stage::empty();
    let two = tencent("one", 1, "\"key-1\"", &mock) + &tencent("two", 2, "\"key-2\"", &mock);
    let with = |value: &str, flags: &[&str]| {
        let ran = run_with(&stage, &[("LIVECTL_PROFILE", value)], &[&RESUME, flags].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.json()["results"][0]["profile"].as_str().unwrap().to_owned()
    };

    stage.write_config(&format!("default_profile = \"one\"\n{two}"));
    assert_eq!(with("", &[]), "one");
    signed_by(&mock, "1", "key-1");
    assert_eq!(with("two", &[]), "two");
    signed_by(&mock, "2", "key-2");
    assert_eq!(with("one", &["-p", "two"]), "two");
    signed_by(&mock, "2", "key-2");
    assert_eq!(with("nobody", &["--profile", "one"]), "one");

    let sent = mock.seen().len();
    refuses(&stage, &[("LIVECTL_PROFILE", "three")], &RESUME, &["\"three\"", "\"one\", \"two\""]);
    stage.write_config(&two);
    refuses(&stage, &[], &RESUME, &["several profiles", "\"one\", \"two\"", "-p NAME"]);
    assert_eq!(mock.seen().len(), sent);
    assert_eq!(with("", &["-p", "one"]), "one");

    stage.write_config(&tencent("only", 3, "\"key-3\"", &mock));
    assert_eq!(with("", &[]), "only");
}

// The environment

#[test]
fn the_environment_alone_will_do_for_every_vendor() {
    let mock = Mock::content();
    let stage = Stage::empty();
    let url = mock.url();
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
        &stage,
        &environment,
        &["jd", "timeout", "a.example.com", "--seconds", "5", "-o", "json"],
    );
    assert_eq!((jd.code, &jd.json()["results"][0]["profile"]), (Some(0), &Value::Null));
    assert_eq!(mock.only().json()["username"], "u");
    assert!(jd.stderr.contains("(credentials from the environment; jd at "), "{jd:?}");
    assert_eq!(run_with(&stage, &environment, &RESUME).code, Some(0));
    signed_by(&mock, "42", "tencent-key");
    assert_eq!(run_with(&stage, &environment, &["shumei", "close", "a"]).code, Some(0));
    assert_eq!(mock.seen().last().unwrap().json()["accessKey"], "shumei-key");

    let cluster = [("LIVECTL_SHUMEI_ACCESS_KEY", "shumei-key"), ("LIVECTL_SHUMEI_CLUSTER", "xjp")];
    let ran = run_with(&stage, &cluster, &["shumei", "close", "a", "-n", "-o", "json"]);
    assert_eq!(ran.json()["results"][0]["operation"]["cluster"], "sg");
}

#[test]
fn the_environment_goes_over_the_profile_with_a_note_and_empty_variables_are_not_set() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config(&tencent("prod", 1, "\"key-1\"", &mock));

    let ran = run_with(
        &stage,
        &[("LIVECTL_TENCENT_API_KEY", "key-9"), ("LIVECTL_TENCENT_APP_ID", "")],
        &RESUME,
    );

    signed_by(&mock, "1", "key-9");
    assert_eq!(ran.json()["results"][0]["profile"], "prod");
    assert!(
        ran.stderr.contains("note: ") && ran.stderr.contains("LIVECTL_TENCENT_API_KEY"),
        "{ran:?}"
    );
    let ran = run_with(&stage, &[("LIVECTL_TENCENT_API_KEY", "")], &RESUME);
    signed_by(&mock, "1", "key-1");
    assert!(!ran.stderr.contains("note"), "{ran:?}");
}

#[test]
fn an_explicit_profile_sets_the_environments_credentials_aside_with_a_note() {
    let mock = Mock::content();
    let stage = Stage::empty();
    stage.write_config(&tencent("prod", 1, "\"key-1\"", &mock));
    let environment = [
        ("LIVECTL_TENCENT_API_KEY", "key-9"),
        ("LIVECTL_TENCENT_APP_ID", "9"),
        ("LIVECTL_TENCENT_ENDPOINT", "http://127.0.0.1:9"),
    ];

    let ran = run_with(&stage, &environment, &[&RESUME[..], &["-p", "prod"]].concat());

    assert_eq!(ran.code, Some(0), "{ran:?}");
    signed_by(&mock, "1", "key-1");
    for (name, _) in environment {
        assert!(ran.stderr.contains(name), "{ran:?}");
    }
    // What is missing in the profile is not taken from the environment either.
    stage.write_config("[profiles.prod.tencent]\napp_id = 1\n");
    refuses(&stage, &environment, &[&RESUME[..], &["-p", "prod"]].concat(), &["api_key"]);
}

#[test]
fn missing_credentials_are_named_with_the_next_command() {
    refuses(&Stage::empty(), &[], &RESUME, &["no credentials", "livectl config init", "--sandbox"]);
    let stage = Stage::empty();
    stage.write_config("[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\n");
    refuses(
        &stage,
        &[],
        &RESUME,
        &["[profiles.prod.tencent]", "app_id and api_key", "livectl config check"],
    );
    refuses(
        &stage,
        &[("LIVECTL_TENCENT_APP_ID", "1")],
        &RESUME,
        &["api_key", "LIVECTL_TENCENT_API_KEY"],
    );
}

#[test]
fn neither_a_home_nor_a_file_is_needed_for_the_sandbox_or_the_environment() {
    let mock = Mock::content();
    let stage = Stage::empty();
    let homeless = |args: &[&str]| {
        let mut command = livectl(stage.folder.path());
        command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").args(args);
        command.env("LIVECTL_TENCENT_APP_ID", "1").env("LIVECTL_TENCENT_API_KEY", "k3y");
        Ran::from(command.env("LIVECTL_TENCENT_ENDPOINT", mock.url()).output().unwrap())
    };
    let sandbox = homeless(&["--sandbox", "tencent", "resume", "8888_a", "-o", "json"]);
    assert_eq!(
        (sandbox.code, &sandbox.json()["results"][0]["profile"]),
        (Some(0), &json!("sandbox"))
    );
    assert!(mock.seen().is_empty());
    assert_eq!(homeless(&RESUME).code, Some(0));
    signed_by(&mock, "1", "k3y");
    stage.write("flag.toml", tencent("flag", 3, "\"key-3\"", &mock));
    assert_eq!(homeless(&[&RESUME[..], &["-c", "flag.toml", "-p", "flag"]].concat()).code, Some(0));
    assert!(matches!(homeless(&["config", "path"]).code, Some(0 | 3)));
}

#[test]
fn the_sandbox_reads_no_profile_and_no_credentials() {
    let stage = Stage::empty();
    stage.write_config("this is not TOML");
    let environment = [
        ("LIVECTL_TENCENT_APP_ID", "x"),
        ("LIVECTL_PROFILE", "nobody"),
        ("LIVECTL_CONFIG", "gone.toml"),
    ];
    let ran = run_with(
        &stage,
        &environment,
        &["--sandbox", "tencent", "forbid", "8888_test123", "--for", "2h", "-o", "json"],
    );
    assert_eq!(
        (ran.code, &ran.json()["results"][0]["profile"]),
        (Some(0), &json!("sandbox")),
        "{ran:?}"
    );
}

// Errors about the file

#[test]
fn an_error_about_the_file_names_path_line_and_column_and_never_the_line() {
    let stage = Stage::empty();
    let path = stage.path("livectl/config.toml").display().to_string();
    for (config, place, says) in [
        (
            "[profiles.prod.tencent]\napp_id = 1\napi_kee = \"hunter2\"\n",
            "3:1",
            "unknown key \"api_kee\"",
        ),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\n", "3:19", "string"),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = hunter2\n", "3:11", "quotes"),
        (
            "[profiles.prod.tencent]\napp_id = \"hunter2\"\napi_key = \"k3y\"\n",
            "2:10",
            "an app id is a number",
        ),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = 12345672\n", "3:11", "api_key"),
        ("[profiles.prod.tencent]\napi_key = { vault = \"hunter2\" }\n", "2:11", "api_key"),
        (
            "[profiles.prod.tencent]\nendpoint = \"http://me:hunter2@a.example.com\"\n",
            "2:12",
            "no user name and no password",
        ),
        ("[profiles.prod.tencent]\nendpoint = \"ftp://hunter2\"\n", "2:12", "http:// or https://"),
        (
            "[profiles.prod.tencent]\nendpoint = \"http://a.example.com/?hunter2\"\n",
            "2:12",
            "path prefix",
        ),
        ("[profiles.prod.tencent]\nsign_ttl = 0\n", "2:12", "1 to 86400"),
        ("[profiles.prod.tencent]\nsign_ttl = 86401\n", "2:12", "1 to 86400"),
        ("[profiles.prod.tencent]\ninterface = \"hunter2\"\n", "2:13", "channel_manager"),
        ("[profiles.prod.jd]\nutc_offset = \"hunter2\"\n", "2:14", "+08:00"),
        ("[profiles.prod.shumei]\ncluster = \"hunter2\"\n", "2:11", "sh, sg (xjp), gg and yd"),
        ("[profiles.prod]\nrate = -1\n", "2:8", "rate"),
        ("[profiles.prod]\nproxy = \"hunter2 \"\n", "2:9", "proxy"),
        ("default_profile = \"hunter2\"\n[profiles.prod.tencent]\n", "1:19", "default_profile"),
        ("[profiles.prod.tencent]\napp_id = 1\napp_id = 2\n", "3:1", "further up"),
        ("allow_shard = true\n", "1:1", "unknown key"),
    ] {
        stage.write_config(config);
        let ran = refuses(&stage, &[], &RESUME, &[&format!("{path}:{place}: "), says]);
        assert!(!ran.stderr.contains("hunter2") || says.contains("hunter2"), "{ran:?}");
        assert!(!ran.stdout.contains("hunter2"), "{ran:?}");
    }
}

#[test]
fn the_file_is_checked_as_a_whole_whatever_the_run_uses() {
    let mock = Mock::content();
    let stage = Stage::empty();
    let good = tencent("prod", 1, "\"key-1\"", &mock);
    for bad in [
        "[profiles.prod.jd]\nnope = 1\n",
        "[profiles.other.shumei]\nendpoint = \"nowhere\"\n",
        "nope = 1\n",
    ] {
        let (top, rest) = if bad.starts_with("nope") { (bad, "") } else { ("", bad) };
        stage.write_config(&format!("{top}default_profile = \"prod\"\n{good}{rest}"));
        refuses(&stage, &[], &RESUME, &["config.toml:"]);
    }
    assert!(mock.seen().is_empty());
}

// livectl config

#[test]
fn init_writes_a_file_for_its_owner_alone_and_never_overwrites() {
    let stage = Stage::empty();
    let ran = stage.run(["config", "init"]);
    let path = stage.path("livectl/config.toml");
    assert_eq!((ran.code, ran.stdout.trim_end()), (Some(0), path.to_str().unwrap()));
    let written = std::fs::read_to_string(&path).unwrap();
    for section in ["[profiles.prod.jd]", "[profiles.prod.tencent]", "[profiles.prod.shumei]"] {
        assert!(written.contains(section), "{written}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    stage.write_config("mine");
    let ran = stage.run(["config", "init"]);
    assert!(
        ran.code == Some(3) && ran.stdout.is_empty() && ran.stderr.contains("left as it is"),
        "{ran:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");

    assert_eq!(stage.run(["config", "init", "-c", "new/other.toml"]).code, Some(0));
    assert_eq!(std::fs::read_to_string(stage.path("new/other.toml")).unwrap(), written);
}

#[test]
fn what_init_wrote_sends_nothing_until_it_is_filled_in() {
    let stage = Stage::empty();
    stage.run(["config", "init"]);
    refuses(&stage, &[], &RESUME, &["placeholder", "livectl config check"]);
    let ran = stage.run(["config", "check"]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(ran.stdout.matches("not ready").count(), 3, "{ran:?}");
}

#[test]
fn check_names_every_problem_at_once_and_says_who_is_ready() {
    let stage = Stage::empty();
    stage.write_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"hunter2\"\nnope = 1\n[profiles.prod.tencent]\napp_id = \"x\"\napi_key = \"hunter2\"\n[profiles.prod]\nrate = -3\n",
    );
    let ran = stage.run(["config", "check"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for place in ["config.toml:4:1: ", "config.toml:6:10: ", "config.toml:9:8: "] {
        assert!(ran.stdout.contains(place), "{place}: {ran:?}");
    }
    assert!(!format!("{ran:?}").contains("hunter2"));

    stage.write_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = { env = \"NOT_SET\" }\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n",
    );
    let checked = stage.run(["config", "check", "-o", "json"]);
    let readiness = |vendor: usize| checked.json()["vendors"][vendor]["state"].clone();
    assert_eq!(
        (readiness(0), readiness(1), readiness(2)),
        (json!("not_ready"), json!("ready"), json!("not_configured"))
    );
    assert_eq!((checked.code, &checked.json()["ok"]), (Some(3), &json!(false)));

    let stage = Stage::empty();
    stage.write_config("[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n");
    let ran = stage.run(["config", "check"]);
    assert!(
        ran.code == Some(0)
            && ran.stdout.contains("tencent  ready")
            && ran.stdout.contains("plain http"),
        "{ran:?}"
    );
    assert_eq!(Stage::empty().run(["config", "check"]).code, Some(3));
}

#[test]
fn show_prints_what_holds_and_where_it_came_from_and_no_secret() {
    let mock = Mock::content();
    let stage = mock.stage();
    let environment = [("LIVECTL_JD_USERNAME", "from-the-environment")];
    let ran = run_with(&stage, &environment, &["config", "show"]);
    assert_eq!(ran.code, Some(0));
    let row = |key: &str| -> Vec<String> {
        let line = ran.stdout.lines().find(|line| line.starts_with(key)).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(
        row("jd.username"),
        ["jd.username", "from-the-environment", "env LIVECTL_JD_USERNAME"]
    );
    assert_eq!(row("jd.secret_key"), ["jd.secret_key", "set", "config.toml:5"]);
    assert_eq!(row("jd.utc_offset"), ["jd.utc_offset", "+08:00", "default"]);
    assert_eq!(row("tencent.app_id"), ["tencent.app_id", "1251234567", "config.toml:8"]);
    assert_eq!(row("tencent.endpoint"), ["tencent.endpoint", &*mock.url(), "config.toml:10"]);
    assert_eq!(row("shumei.cluster"), ["shumei.cluster", "not set"]);
    assert_eq!(row("rate"), ["rate", "20", "default"]);

    let document = run_with(&stage, &environment, &["config", "show", "-o", "json"]);
    let values = document.json()["values"].as_array().unwrap().clone();
    let key = values.iter().find(|row| row["key"] == "tencent.api_key").unwrap();
    assert_eq!(
        (&key["value"], &key["secret"], &key["origin"]["line"]),
        (&json!("set"), &json!(true), &json!(9))
    );
    for text in [&ran, &document] {
        assert!(
            [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET]
                .iter()
                .all(|secret| !format!("{text:?}").contains(secret))
        );
    }
}

#[test]
fn path_prints_the_file_that_would_be_read_whether_it_is_there_or_not() {
    let stage = Stage::empty();
    let home = stage.path("livectl/config.toml");
    assert_eq!(stage.run(["config", "path"]).stdout, format!("{}\n", home.display()));
    assert_eq!(stage.run(["config", "path", "-c", "x.toml"]).stdout, "x.toml\n");
    assert_eq!(
        run_with(&stage, &[("LIVECTL_CONFIG", "/y.toml")], &["config", "path"]).stdout,
        "/y.toml\n"
    );
    assert_eq!(stage.run(["config", "path", "-o", "json"]).json(), json!({"path": home}));
}

// Proxies

/// Reads the head of a request and sends one answer; returns the address and what is asked, line by line.
fn proxy(answer: &'static str) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, heads) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(&stream)
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty());
            let head = lines.collect();
            let _ = (&stream).write_all(answer.as_bytes());
            if sender.send(head).is_err() {
                break;
            }
        }
    });
    (address, heads)
}

const PROXIED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 32\r\nconnection: close\r\n\r\n{\"status\":0,\"ret\":0,\"code\":1100}";

/// A profile whose endpoint only a proxy can reach.
fn far_away(settings: &str, scheme: &str) -> Stage {
    let stage = Stage::empty();
    stage.write_config(&format!(
        "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"{scheme}://vendor.invalid:81/p\"\n"
    ));
    stage
}

#[test]
fn the_answer_of_the_test_proxy_is_whole() {
    let (head, body) = PROXIED.split_once("\r\n\r\n").unwrap();
    assert!(body == DONE && head.contains(&format!("content-length: {}", body.len())));
}

#[test]
fn the_standard_variables_name_a_proxy() {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let (address, heads) = proxy(PROXIED);
        let ran =
            run_with(&far_away("", "http"), &[(name, &format!("http://me:pw@{address}"))], &RESUME);
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
        let head = heads.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(
            head[0].starts_with("GET http://vendor.invalid:81/p/common_access?appid=1&"),
            "{head:?}"
        );
        let authorization = "proxy-authorization: basic bwu6chc=";
        assert!(head.iter().any(|line| line.to_lowercase() == authorization), "{head:?}");
    }
}

#[test]
fn https_goes_through_a_tunnel() {
    let (address, heads) =
        proxy("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let url = format!("http://{address}");
    let ran = run_with(
        &far_away("", "https"),
        &[("HTTPS_PROXY", &url)],
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (ran.code, &ran.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{ran:?}"
    );
    assert_eq!(
        heads.recv_timeout(Duration::from_secs(5)).unwrap()[0],
        "CONNECT vendor.invalid:81 HTTP/1.1"
    );
}

#[test]
fn the_profiles_proxy_goes_over_the_variables() {
    let (address, heads) = proxy(PROXIED);
    let stage = far_away(&format!("proxy = \"http://{address}\""), "http");
    let ran = run_with(&stage, &[("http_proxy", "http://127.0.0.1:9")], &RESUME);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    heads.recv_timeout(Duration::from_secs(5)).unwrap();
}

#[test]
fn a_loopback_endpoint_never_uses_a_proxy_and_no_proxy_is_heeded() {
    let mock = Mock::content();
    let stage = mock.stage();
    let dead = [("http_proxy", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")];
    assert_eq!(run_with(&stage, &dead, &RESUME).code, Some(0));
    stage.write_config(&format!(
        "{}[profiles.prod]\nproxy = \"http://127.0.0.1:9\"\n",
        profile(&mock.url())
    ));
    assert_eq!(run_with(&stage, &[], &RESUME).code, Some(0));
    stage.write_config(&profile(&mock.url().replace("127.0.0.1", "localhost")));
    assert_eq!(run_with(&stage, &dead, &RESUME).code, Some(0));

    let (address, heads) = proxy(PROXIED);
    let url = format!("http://{address}");
    let environment = [("http_proxy", &*url), ("NO_PROXY", "vendor.invalid")];
    let ran = run_with(
        &far_away("", "http"),
        &environment,
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (ran.code, &ran.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{ran:?}"
    );
    assert!(heads.try_recv().is_err());
}

#[test]
fn a_proxy_that_is_none_is_refused_without_repeating_it() {
    let ran = refuses(
        &far_away("", "http"),
        &[("http_proxy", "socks5://me:hunter2@a:1")],
        &RESUME,
        &["http_proxy"],
    );
    assert!(!format!("{ran:?}").contains("hunter2"));
}

// Certificates

/// Serves one answer over TLS to whoever trusts the authority; returns the port and the authority's certificate.
fn serve_tls() -> (u16, String) {
    use rustls::crypto::ring;
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(params, key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            answer_tls(&config, stream);
        }
    });
    (port, authority.pem())
}

/// A client that does not trust the certificate leaves before it asks.
fn answer_tls(config: &Arc<rustls::ServerConfig>, stream: TcpStream) {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let connection = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let _ = stream.write_all(PROXIED.as_bytes());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

#[test]
fn ca_file_and_ssl_cert_file_name_whom_to_trust_and_nobody_else_is_trusted() {
    let (port, pem) = serve_tls();
    let stage = Stage::empty();
    let config = |settings: &str| {
        stage.write_config(&format!(
            "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"https://127.0.0.1:{port}\"\n"
        ));
    };

    config("");
    let ca = stage.write("livectl/ca.pem", &pem);
    let ran = stage.run(RESUME);
    let result = &ran.json()["results"][0];
    assert_eq!(
        (&result["outcome"], &result["error"]["kind"]),
        (&json!("not_applied"), &json!("tls")),
        "{ran:?}"
    );
    assert_eq!((&result["attempts"], ran.code), (&json!(1), Some(5)));
    assert!(result["error"]["hint"].as_str().unwrap().contains("ca_file"), "{result}");

    let ran = run_with(&stage, &[("SSL_CERT_FILE", ca.to_str().unwrap())], &RESUME);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    config("ca_file = \"ca.pem\"");
    assert_eq!(stage.run(RESUME).code, Some(0));

    config("ca_file = \"gone.pem\"");
    refuses(&stage, &[], &RESUME, &["ca_file", "gone.pem"]);
}
