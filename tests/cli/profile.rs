//! Where credentials and settings come from, as it shows from outside.

use std::path::Path;

use serde_json::{Value, json};

use super::fault_server::certificates::{AUTHORITY, CertificateKind};
use super::fault_server::{FaultServer, ServerAct, ServerStep, http};
use super::fixture::{
    JD_SECRET, RunOutput, SHUMEI_SECRET, TENCENT_SECRET, TestHome, VendorServer, profile,
};
use super::hashes::md5_hex;
use super::recording_server::RecordingServer;

fn run_with(home: &TestHome, environment: &[(&str, &str)], args: &[&str]) -> RunOutput {
    RunOutput::from(home.livectl(args).envs(environment.iter().copied()).output().unwrap())
}

const RESUME: [&str; 5] = ["tencent", "resume", "8888_a", "-o", "json"];

/// The account and the key that signed the last request to Tencent.
#[track_caller]
fn signed_by(server: &RecordingServer, app_id: &str, api_key: &str) {
    let seen = server.requests();
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
fn refuses(
    home: &TestHome,
    environment: &[(&str, &str)],
    args: &[&str],
    says: &[&str],
) -> RunOutput {
    let output = run_with(home, environment, args);
    assert_eq!(output.code, Some(3), "{output:?}");
    for text in says {
        assert!(output.stderr.contains(text), "{text}: {output:?}");
    }
    if args.contains(&"json") {
        assert_eq!(
            (&output.json()["error"]["kind"], &output.json()["results"]),
            (&json!("config"), &json!([]))
        );
    }
    output
}

fn tencent(name: &str, app_id: u32, api_key: &str, server: &RecordingServer) -> String {
    let endpoint = server.url();
    format!(
        "[profiles.{name}.tencent]\napp_id = {app_id}\napi_key = {api_key}\nendpoint = \"{endpoint}\"\n"
    )
}

// The four forms of a secret

#[test]
fn secret_has_four_forms() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config("");
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
        let output =
            run_with(&home, &[("MY_KEY", "s3cret of a variable"), ("PATH", &path)], &RESUME);
        assert_eq!(output.code, Some(0), "{form}: {output:?}");
        signed_by(&server, "7", secret);
    }
}

#[test]
fn every_secret_takes_these_forms() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let named = |key: &str| format!("{{ env = \"{key}\" }}");
    let config = profile(&server.url())
        .replace(&format!("\"{JD_SECRET}\""), &named("A"))
        .replace(&format!("\"{TENCENT_SECRET}\""), &named("B"))
        .replace(&format!("\"{SHUMEI_SECRET}\""), &named("C"));
    home.write_config(&config);
    let secrets = [("A", "jd-key"), ("B", "tencent-key"), ("C", "shumei-key")];

    assert_eq!(
        run_with(&home, &secrets, &["jd", "timeout", "a.example.com", "--seconds", "5"]).code,
        Some(0)
    );
    let date =
        |hours| (chrono::Utc::now() + chrono::TimeDelta::hours(hours)).format("%Y%m%d").to_string();
    let signature = server.only_request().json()["signature"].clone();
    assert_eq!(signature, md5_hex(&format!("{}jcloud_00jd-key", date(8))));
    assert_eq!(run_with(&home, &secrets, &RESUME).code, Some(0));
    signed_by(&server, "1251234567", "tencent-key");
    assert_eq!(run_with(&home, &secrets, &["shumei", "close", "a"]).code, Some(0));
    assert_eq!(server.requests().last().unwrap().json()["accessKey"], "shumei-key");
}

#[test]
fn only_the_secrets_in_use_are_fetched() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let config = profile(&server.url())
        .replace(&format!("\"{JD_SECRET}\""), r#"{ command = ["touch", "fetched"] }"#);
    home.write_config(
        &config.replace(&format!("\"{SHUMEI_SECRET}\""), r#"{ file = "not there" }"#),
    );
    let path = [("PATH", &*std::env::var("PATH").unwrap())];

    assert_eq!(run_with(&home, &path, &RESUME).code, Some(0));
    assert_eq!(run_with(&home, &path, &["config", "show"]).code, Some(0));
    assert!(!home.path("fetched").exists());

    refuses(
        &home,
        &path,
        &["jd", "timeout", "a.example.com", "--seconds", "5", "-o", "json"],
        &["`touch` prints nothing"],
    );
    assert!(home.path("fetched").exists());
    refuses(&home, &path, &["shumei", "close", "a", "-o", "json"], &["there is no such file"]);
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
        let output =
            refuses(&home, &environment, &RESUME, &["tencent.api_key", "config.toml:3:11"]);
        assert!(output.stderr.contains("livectl config check"), "{form}: {output:?}");
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
    let output =
        refuses(&home, &[], &["shumei", "close", "a", "-o", "json"], &["at most 20 characters"]);
    assert!(!format!("{output:?}").contains(&key));
}

// Modes

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn readable_secret_is_refused_with_chmod() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let path = home.path("livectl/config.toml");
    for mode in [0o644, 0o640, 0o604] {
        set_mode(&path, mode);
        let output = refuses(&home, &[], &RESUME, &["others can read this file"]);
        let chmod = format!("chmod 600 '{}'", path.display());
        assert!(output.stderr.contains(&format!("`{chmod}`")), "{output:?}");
        assert!(std::process::Command::new("sh").args(["-c", &chmod]).status().unwrap().success());
        assert_eq!(home.run(RESUME).code, Some(0));
    }

    home.write_config(&format!("allow_shared = true\n{}", profile(&server.url())));
    set_mode(&path, 0o644);
    assert_eq!(home.run(RESUME).code, Some(0));

    home.write_config(&tencent("prod", 7, r#"{ env = "MY_KEY" }"#, &server));
    set_mode(&path, 0o644);
    assert_eq!(run_with(&home, &[("MY_KEY", "k3y")], &RESUME).code, Some(0));
}

#[cfg(unix)]
#[test]
fn writable_file_is_refused() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(&format!(
        "allow_shared = true\n{}",
        tencent("prod", 7, r#"{ env = "MY_KEY" }"#, &server)
    ));
    for mode in [0o620, 0o602, 0o666] {
        set_mode(&home.path("livectl/config.toml"), mode);
        refuses(
            &home,
            &[("MY_KEY", "k3y")],
            &RESUME,
            &["others can", "write this file", "`chmod "],
        );
    }
    assert!(server.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn secret_file_obeys_the_mode_rule() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(&tencent("prod", 7, r#"{ file = "key" }"#, &server));
    let key = home.write("livectl/key", "s3cret");
    let chmod = format!("chmod 600 '{}'", key.display());
    for mode in [0o644, 0o622] {
        set_mode(&key, mode);
        refuses(&home, &[], &RESUME, &["others can"]);
    }
    set_mode(&key, 0o644);
    refuses(&home, &[], &RESUME, &[&chmod]);

    home.write_config(&format!(
        "allow_shared = true\n{}",
        tencent("prod", 7, r#"{ file = "key" }"#, &server)
    ));
    assert_eq!(home.run(RESUME).code, Some(0));
    set_mode(&key, 0o622);
    refuses(&home, &[], &RESUME, &["others can"]);
    server.only_request();
}

// Which file, which profile

#[test]
fn config_flag_overrides_variable_and_folder() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(&tencent("home", 1, "\"key-1\"", &server));
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

// The environment

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
    let home = TestHome::empty();
    home.write_config(&tencent("prod", 1, "\"key-1\"", &server));

    let output = run_with(
        &home,
        &[("LIVECTL_TENCENT_API_KEY", "key-9"), ("LIVECTL_TENCENT_APP_ID", "")],
        &RESUME,
    );

    signed_by(&server, "1", "key-9");
    assert_eq!(output.json()["results"][0]["profile"], "prod");
    assert!(
        output.stderr.contains("note: ") && output.stderr.contains("LIVECTL_TENCENT_API_KEY"),
        "{output:?}"
    );
    let output = run_with(&home, &[("LIVECTL_TENCENT_API_KEY", "")], &RESUME);
    signed_by(&server, "1", "key-1");
    assert!(!output.stderr.contains("note"), "{output:?}");
}

#[test]
fn profile_flag_ignores_environment_credentials() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(&tencent("prod", 1, "\"key-1\"", &server));
    let environment = [
        ("LIVECTL_TENCENT_API_KEY", "key-9"),
        ("LIVECTL_TENCENT_APP_ID", "9"),
        ("LIVECTL_TENCENT_ENDPOINT", "http://127.0.0.1:9"),
    ];

    let output = run_with(&home, &environment, &[&RESUME[..], &["-p", "prod"]].concat());

    assert_eq!(output.code, Some(0), "{output:?}");
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
    let home = TestHome::empty();
    home.write_config("[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\n");
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
    let sandbox = homeless(&["--sandbox", "tencent", "resume", "8888_a", "-o", "json"]);
    assert_eq!(
        (sandbox.code, &sandbox.json()["results"][0]["profile"]),
        (Some(0), &json!("sandbox"))
    );
    assert!(server.requests().is_empty());
    assert_eq!(homeless(&RESUME).code, Some(0));
    signed_by(&server, "1", "k3y");
    home.write("flag.toml", tencent("flag", 3, "\"key-3\"", &server));
    assert_eq!(homeless(&[&RESUME[..], &["-c", "flag.toml", "-p", "flag"]].concat()).code, Some(0));
    assert!(matches!(homeless(&["config", "path"]).code, Some(0 | 3)));
}

#[test]
fn sandbox_reads_no_profile() {
    let home = TestHome::empty();
    home.write_config("this is not TOML");
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

// Errors about the file

#[test]
fn file_error_names_the_place_only() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml").display().to_string();
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
        home.write_config(config);
        let output = refuses(&home, &[], &RESUME, &[&format!("{path}:{place}: "), says]);
        assert!(!output.stderr.contains("hunter2") || says.contains("hunter2"), "{output:?}");
        assert!(!output.stdout.contains("hunter2"), "{output:?}");
    }
}

#[test]
fn whole_file_is_checked() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let good = tencent("prod", 1, "\"key-1\"", &server);
    for bad in [
        "[profiles.prod.jd]\nnope = 1\n",
        "[profiles.other.shumei]\nendpoint = \"nowhere\"\n",
        "nope = 1\n",
    ] {
        let (top, rest) = if bad.starts_with("nope") { (bad, "") } else { ("", bad) };
        home.write_config(&format!("{top}default_profile = \"prod\"\n{good}{rest}"));
        refuses(&home, &[], &RESUME, &["config.toml:"]);
    }
    assert!(server.requests().is_empty());
}

// livectl config

#[test]
fn init_writes_0600_and_never_overwrites() {
    let home = TestHome::empty();
    let output = home.run_line("config init");
    let path = home.path("livectl/config.toml");
    assert_eq!((output.code, output.stdout.trim_end()), (Some(0), path.to_str().unwrap()));
    let written = std::fs::read_to_string(&path).unwrap();
    for section in ["[profiles.prod.jd]", "[profiles.prod.tencent]", "[profiles.prod.shumei]"] {
        assert!(written.contains(section), "{written}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    home.write_config("mine");
    let output = home.run_line("config init");
    assert!(
        output.code == Some(3)
            && output.stdout.is_empty()
            && output.stderr.contains("left as it is"),
        "{output:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");

    assert_eq!(home.run_line("config init -c new/other.toml").code, Some(0));
    assert_eq!(std::fs::read_to_string(home.path("new/other.toml")).unwrap(), written);
}

#[test]
fn unfilled_init_file_sends_nothing() {
    let home = TestHome::empty();
    home.run_line("config init");
    refuses(&home, &[], &RESUME, &["placeholder", "livectl config check"]);
    let output = home.run_line("config check");
    assert_eq!(output.code, Some(3));
    let vendors = livectl::api::VENDORS.iter().count();
    assert_eq!(output.stdout.matches("not ready").count(), vendors, "{output:?}");
}

#[test]
fn check_lists_problems_and_readiness() {
    let home = TestHome::empty();
    home.write_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"hunter2\"\nnope = 1\n[profiles.prod.tencent]\napp_id = \"x\"\napi_key = \"hunter2\"\n[profiles.prod]\nrate = -3\n",
    );
    let output = home.run_line("config check");
    assert_eq!(output.code, Some(3), "{output:?}");
    for place in ["config.toml:4:1: ", "config.toml:6:10: ", "config.toml:9:8: "] {
        assert!(output.stdout.contains(place), "{place}: {output:?}");
    }
    assert!(!format!("{output:?}").contains("hunter2"));

    home.write_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = { env = \"NOT_SET\" }\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n",
    );
    let checked = home.run_line("config check -o json");
    let readiness = |vendor: usize| checked.json()["vendors"][vendor]["state"].clone();
    assert_eq!(
        (readiness(0), readiness(1), readiness(2)),
        (json!("not_ready"), json!("ready"), json!("not_configured"))
    );
    assert_eq!((checked.code, &checked.json()["ok"]), (Some(3), &json!(false)));

    let home = TestHome::empty();
    home.write_config("[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n");
    let output = home.run_line("config check");
    let is_ready = |line: &str| line.split_whitespace().eq(["tencent", "ready"]);
    assert!(
        output.code == Some(0)
            && output.stdout.lines().any(is_ready)
            && output.stdout.contains("plain http"),
        "{output:?}"
    );
    assert_eq!(TestHome::empty().run_line("config check").code, Some(3));
}

#[test]
fn show_prints_origins_without_secrets() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let environment = [("LIVECTL_JD_USERNAME", "from-the-environment")];
    let output = run_with(&home, &environment, &["config", "show"]);
    assert_eq!(output.code, Some(0));
    let row = |key: &str| -> Vec<String> {
        let line = output.stdout.lines().find(|line| line.starts_with(key)).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(
        row("jd.username"),
        ["jd.username", "from-the-environment", "env LIVECTL_JD_USERNAME"]
    );
    assert_eq!(row("jd.secret_key"), ["jd.secret_key", "set", "config.toml:5"]);
    assert_eq!(row("jd.utc_offset"), ["jd.utc_offset", "+08:00", "default"]);
    assert_eq!(row("tencent.app_id"), ["tencent.app_id", "1251234567", "config.toml:8"]);
    assert_eq!(row("tencent.endpoint"), ["tencent.endpoint", &*server.url(), "config.toml:10"]);
    assert_eq!(row("shumei.cluster"), ["shumei.cluster", "not set"]);
    assert_eq!(row("rate"), ["rate", "not set"]);
    assert_eq!(row("concurrency"), ["concurrency", "8", "default"]);

    let document = run_with(&home, &environment, &["config", "show", "-o", "json"]);
    let values = document.json()["values"].as_array().unwrap().clone();
    let key = values.iter().find(|row| row["key"] == "tencent.api_key").unwrap();
    assert_eq!(
        (&key["value"], &key["secret"], &key["origin"]["line"]),
        (&json!("set"), &json!(true), &json!(9))
    );
    for text in [&output, &document] {
        assert!(
            [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET]
                .iter()
                .all(|secret| !format!("{text:?}").contains(secret))
        );
    }
}

#[test]
fn path_prints_the_config_file() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml");
    assert_eq!(home.run_line("config path").stdout, format!("{}\n", path.display()));
    assert_eq!(home.run_line("config path -c x.toml").stdout, "x.toml\n");
    assert_eq!(
        run_with(&home, &[("LIVECTL_CONFIG", "/y.toml")], &["config", "path"]).stdout,
        "/y.toml\n"
    );
    assert_eq!(home.run_line("config path -o json").json(), json!({"path": path}));
}

// Proxies

/// A proxy that answers every request like this.
fn proxy(status: &str, body: &str) -> FaultServer {
    let reply = http(status, "connection: close\r\n", body);
    FaultServer::always([ServerStep::Send(reply), ServerStep::Close])
}

/// A proxy that answers for Tencent.
fn accepting_proxy() -> FaultServer {
    proxy("200 OK", r#"{"ret":0}"#)
}

/// A profile whose endpoint only a proxy can reach.
fn far_away(settings: &str, scheme: &str) -> TestHome {
    let home = TestHome::empty();
    home.write_config(&format!(
        "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"{scheme}://vendor.invalid:81/p\"\n"
    ));
    home
}

#[test]
fn proxy_variables_are_read() {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = accepting_proxy();
        let address = proxy.address;
        let output =
            run_with(&far_away("", "http"), &[(name, &format!("http://me:pw@{address}"))], &RESUME);
        assert_eq!(output.code, Some(0), "{name}: {output:?}");
        let request = &proxy.requests()[0];
        let line = "GET http://vendor.invalid:81/p/common_access?appid=1&";
        assert!(request.head.starts_with(line), "{request:?}");
        assert_eq!(request.header("proxy-authorization"), Some("Basic bWU6cHc="));
    }
}

#[test]
fn https_uses_a_tunnel() {
    let proxy = proxy("403 Forbidden", "");
    let url = proxy.url();
    let output = run_with(
        &far_away("", "https"),
        &[("HTTPS_PROXY", &url)],
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (output.code, &output.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{output:?}"
    );
    let request = &proxy.requests()[0];
    assert!(request.head.starts_with("CONNECT vendor.invalid:81 HTTP/1.1\r\n"), "{request:?}");
}

#[test]
fn profile_proxy_overrides_the_variables() {
    let proxy = accepting_proxy();
    let home = far_away(&format!("proxy = \"{}\"", proxy.url()), "http");
    let output = run_with(&home, &[("http_proxy", "http://127.0.0.1:9")], &RESUME);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn loopback_and_no_proxy_bypass_the_proxy() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let dead = [("http_proxy", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")];
    assert_eq!(run_with(&home, &dead, &RESUME).code, Some(0));
    home.write_config(&format!(
        "{}[profiles.prod]\nproxy = \"http://127.0.0.1:9\"\n",
        profile(&server.url())
    ));
    assert_eq!(run_with(&home, &[], &RESUME).code, Some(0));
    home.write_config(&profile(&server.url().replace("127.0.0.1", "localhost")));
    assert_eq!(run_with(&home, &dead, &RESUME).code, Some(0));

    let proxy = accepting_proxy();
    let url = proxy.url();
    let environment = [("http_proxy", &*url), ("NO_PROXY", "vendor.invalid")];
    let output = run_with(
        &far_away("", "http"),
        &environment,
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (output.code, &output.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{output:?}"
    );
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn invalid_proxy_is_refused_unshown() {
    let output = refuses(
        &far_away("", "http"),
        &[("http_proxy", "socks5://me:hunter2@a:1")],
        &RESUME,
        &["http_proxy"],
    );
    assert!(!format!("{output:?}").contains("hunter2"));
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
    let cut = run(&key[1..], "");
    assert_eq!(cut.code, Some(0), "{cut:?}");
    assert!(cut.stderr.contains(note), "{cut:?}");
    assert!(!run(&key[1..], "-q").stderr.contains("instead of"));
    assert!(!run(key, "").stderr.contains("instead of"));
}

// Certificates

#[test]
fn ca_file_and_ssl_cert_file_are_trusted() {
    let answer = ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", r#"{"ret":0}"#))]);
    let server = FaultServer::start_tls(CertificateKind::Good, vec![answer]);
    let home = TestHome::empty();
    let config = |settings: &str| {
        home.write_config(&format!(
            "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"{}\"\n",
            server.url()
        ));
    };

    config("");
    let ca = home.write("livectl/ca.pem", AUTHORITY.pem());
    let output = home.run(RESUME);
    let result = &output.json()["results"][0];
    assert_eq!(
        (&result["outcome"], &result["error"]["kind"]),
        (&json!("not_applied"), &json!("tls")),
        "{output:?}"
    );
    assert_eq!((&result["attempts"], output.code), (&json!(1), Some(5)));
    assert!(result["error"]["hint"].as_str().unwrap().contains("ca_file"), "{result}");

    let output = run_with(&home, &[("SSL_CERT_FILE", ca.to_str().unwrap())], &RESUME);
    assert_eq!(output.code, Some(0), "{output:?}");

    config("ca_file = \"ca.pem\"");
    assert_eq!(home.run(RESUME).code, Some(0));

    config("ca_file = \"gone.pem\"");
    refuses(&home, &[], &RESUME, &["ca_file", "gone.pem"]);
}
