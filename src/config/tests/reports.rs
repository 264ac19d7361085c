use super::*;

const MIXED: &str = r#"
[profiles.prod]
proxy = "http://u:hunter2@p:1"
rate = 5

[profiles.prod.jd]
username = "jcloud_00"
secret_key = "canary-hunter2"

[profiles.prod.tencent]
app_id = 1251234567
api_key = { command = ["printf", "hunter2"] }
sign_ttl = 3600
"#;

#[test]
fn check_reports_readiness_and_risks() {
    let fixture = ConfigFixture::new(MIXED);

    let report = fixture.check();

    assert!(report.is_ok());
    assert_eq!(
        fixture.short(&report.render(None)),
        r"file     config.toml
profile  prod

jd       ready
tencent  ready
shumei   not configured

notes
  tencent.api_key has 7 characters instead of 32: check that it was copied
    whole
  tencent.endpoint is plain http: anyone on the way of a request can replay
    its signature, for any request, until its `t`, 3600 s after signing
  tencent.sign_ttl is 3600 s: a leaked signature stays valid that long; 60 is
    enough
  ran `printf` to fetch tencent.api_key
"
    );
    let json = report.to_json();
    assert_eq!(json["ok"], true);
    assert_eq!(
        json["vendors"][2],
        serde_json::json!({"vendor": "shumei", "state": "not_configured", "reasons": []})
    );
}

#[test]
fn implausible_lengths_are_noted() {
    let key = "0123456789abcdef0123456789abcdef";
    let id = "AKID0123456789abcdef0123456789abcdef";
    let profile = |id: &str, key: &str, more: &str| {
        format!(
            "[profiles.prod.tencent]\napi = 'v3'\nsecret_id = '{id}'\nsecret_key = '{key}'\n{more}\n"
        )
    };
    for (text, expected) in [
        (profile(id, key, ""), &[][..]),
        (profile(&id[..35], key, ""), &["tencent.secret_id has 35 characters instead of 36"]),
        (profile(id, &key[1..], ""), &["tencent.secret_key has 31 characters instead of 32"]),
        (profile("AKIDx", "k", ""), &["tencent.secret_id has 5", "tencent.secret_key has 1 char"]),
        (profile("AKIDx", "k", "security_token = 't'"), &[]),
        (profile("AKIDx", "k", "endpoint = 'http://127.0.0.1:1'"), &[]),
        (
            "[profiles.prod.shumei]\naccess_key = 'short'\ncluster = 'sh'".to_owned(),
            &["shumei.access_key has 5 characters instead of 10 to 20"],
        ),
    ] {
        let report = ConfigFixture::new(&text).check();
        assert!(report.is_ok(), "{text}");
        let json = report.to_json();
        let notes = json["notes"].as_array().unwrap().iter().filter_map(|note| note.as_str());
        let notes: Vec<_> = notes.filter(|note| note.contains("instead of")).collect();
        assert_eq!(notes.len(), expected.len(), "{text}: {notes:?}");
        let pairs = notes.iter().zip(expected);
        pairs.for_each(|(note, start)| assert!(note.starts_with(start), "{note}"));
    }
}

#[test]
fn check_fetches_secrets() {
    let fixture = ConfigFixture::new(MIXED.replace("\"printf\"", "\"/gone/pass\""));
    let report = fixture.check();
    assert!(!report.is_ok());
    assert_eq!(
        report.to_json()["vendors"][1]["reasons"][0]
            .as_str()
            .map(|reason| fixture.short(reason))
            .unwrap(),
        "config.toml:12:11: tencent.api_key of profile \"prod\": `/gone/pass` cannot be run: not found"
    );
}

#[test]
fn check_reports_everything_at_once() {
    let fixture = ConfigFixture::new(
        MIXED.replace("sign_ttl = 3600", "sign_tll = 3600")
            + "[profiles.prod.shumei]\ncluster = \"sh\"\n",
    );

    let report = fixture.check();

    assert!(!report.is_ok());
    assert_eq!(
        fixture.short(&report.render(None)),
        r#"file     config.toml
profile  prod

problems
  config.toml:13:1: unknown key "sign_tll" in [profiles.prod.tencent]; did you mean "sign_ttl"?

jd       not ready
         a run stops at the problems above
tencent  not ready
         its section has a problem; see above
shumei   not ready
         config.toml:14:1: [profiles.prod.shumei] of profile "prod" has no access_key
"#
    );
}

#[cfg(unix)]
#[test]
fn check_runs_nothing_from_a_writable_file() {
    let fixture = ConfigFixture::empty();
    fs::create_dir(fixture.dir.path().join("livectl")).unwrap();
    let trace = fixture.dir.path().join("ran");
    let text = format!(
        "[profiles.a.jd]\nusername = \"u\"\nsecret_key = {{ command = [\"touch\", '{}'] }}\n",
        trace.display()
    );
    fixture.write("config.toml", text);
    fixture.mode("config.toml", 0o622);

    let report = fixture.check();

    assert!(!report.is_ok());
    assert!(!trace.exists());
}

#[test]
fn check_fails_without_a_vendor() {
    let report = ConfigFixture::new("[profiles.a]\nrate = 1\n").check();
    assert!(!report.is_ok());
    assert!(
        report
            .render(None)
            .contains("no vendor is configured; add a section for one of jd, tencent, shumei")
    );

    let report = ConfigFixture::empty().check();
    assert!(!report.is_ok());
    assert!(
        report.render(None).contains("`livectl config init` writes a profile file"),
        "{}",
        report.render(None)
    );
}

#[test]
fn check_reports_an_unusable_ca_file() {
    let fixture = ConfigFixture::new(MIXED.replace("rate = 5", "ca_file = \"ca.pem\""));
    let said = |problem: &str| {
        let report = fixture.check();
        assert!(!report.is_ok());
        let said = fixture.short(&report.render(None));
        assert!(said.contains(&format!("config.toml:4:11: ca_file: {problem}")), "{said}");
    };
    said("ca.pem does not exist");
    std::fs::write(fixture.path().with_file_name("ca.pem"), "not a certificate").unwrap();
    said("ca.pem holds no certificate");
}

#[test]
fn check_reports_a_malformed_proxy_variable() {
    let remote = "[profiles.a.jd]\nusername = \"u\"\nsecret_key = \"k\"\n";
    let local = format!("{remote}endpoint = \"http://127.0.0.1:1\"\n");
    let own =
        remote.replace("[profiles.a.jd]", "[profiles.a]\nproxy = \"http://p:1\"\n[profiles.a.jd]");
    for (text, is_ok) in [(remote, false), (&local, true), (&own, true)] {
        let report = ConfigFixture::new(text).env("http_proxy", "ftp://p:1").check();
        assert_eq!(report.is_ok(), is_ok, "{}", report.render(None));
        assert_eq!(
            report.render(None).contains("http_proxy is not a proxy: a proxy is a URL such as"),
            !is_ok
        );
    }
    // Where both others are set, it is not needed.
    let unused = ConfigFixture::new(remote)
        .env("ALL_PROXY", "socks5://p:1")
        .env("http_proxy", "p:1")
        .env("https_proxy", "p:1");
    assert!(unused.check().is_ok());
}

#[test]
fn show_notes_the_proxy_of_the_environment() {
    let text = "[profiles.a.jd]\nusername = \"u\"\nsecret_key = \"k\"\n";
    let fixture = |text: &str| ConfigFixture::new(text).env("HTTPS_PROXY", "http://me:hunter2@p:1");
    let said = |fixture: ConfigFixture| fixture.show().render(None);
    for (fixture, names) in [
        (fixture(text), "HTTPS_PROXY\n"),
        (fixture(text).env("all_proxy", "q:1"), "all_proxy, HTTPS_PROXY\n"),
        (
            fixture(text).env("all_proxy", "q:1").env("http_proxy", "r:1"),
            "http_proxy, HTTPS_PROXY\n",
        ),
        (ConfigFixture::new(text).env("ALL_PROXY", "q:1"), "ALL_PROXY\n"),
    ] {
        let said = said(fixture);
        assert!(said.contains(&format!("the proxy is the environment's: {names}")), "{said}");
        assert!(!said.contains("hunter2"));
    }
    assert!(!said(fixture(text).env("REQUEST_METHOD", "GET")).contains("the environment's"));
    assert!(
        !said(fixture(&format!("[profiles.a]\nproxy = \"q:1\"\n{text}")))
            .contains("the environment's")
    );
    assert!(
        said(fixture(text).env("http_proxy", "ftp://p:1")).contains("http_proxy is not a proxy")
    );
}

#[test]
fn missing_cluster_has_a_note() {
    let fixture = ConfigFixture::new(
        "[profiles.a.shumei]\naccess_key = \"kkkkkkkkkkkkkkkkkkkk\"\n[profiles.a.tencent]\napp_id = 1\napi_key = \"k\"\nendpoint = \"http://127.0.0.1:1\"\n",
    );
    let report = fixture.check();
    assert_eq!(
        report.to_json()["notes"],
        serde_json::json!([
            "shumei has neither cluster nor endpoint: each run must name a --cluster"
        ])
    );
}

#[test]
fn replaced_cluster_is_noted() {
    let text = "[profiles.a.shumei]\naccess_key = \"k\"\nendpoint = \"http://127.0.0.1:1\"\n";
    let notes = |fixture: ConfigFixture| fixture.check().to_json()["notes"].to_string();
    let said = "shumei.endpoint is set, so shumei.cluster has no effect";
    assert!(!notes(ConfigFixture::new(text)).contains(said));
    assert!(notes(ConfigFixture::new(text).env("LIVECTL_SHUMEI_CLUSTER", "sg")).contains(said));
}

#[test]
fn show_lists_values_and_origins() {
    let fixture = ConfigFixture::new(MIXED)
        .env("LIVECTL_TENCENT_APP_ID", "99")
        .env("LIVECTL_SHUMEI_ACCESS_KEY", CANARY);

    let listing = fixture.show();

    assert_eq!(
        fixture.short(&listing.render(None)),
        "file     config.toml
profile  prod

key                value                         from
jd.api             legacy                        default
jd.username        jcloud_00                     config.toml:7
jd.secret_key      set                           config.toml:8
jd.endpoint        https://opencdn.jcloud.com    default
jd.utc_offset      +08:00                        default
jd.domain          not set
jd.play            not set
tencent.api        legacy                        default
tencent.app_id     99                            env LIVECTL_TENCENT_APP_ID
tencent.api_key    set                           config.toml:12, command printf
tencent.endpoint   http://fcgi.video.qcloud.com  default
tencent.interface  channel_manager               default
tencent.sign_ttl   3600                          config.toml:13
tencent.play       not set
shumei.access_key  set                           env LIVECTL_SHUMEI_ACCESS_KEY
shumei.cluster     not set
shumei.endpoint    not set
ca_file            not set
proxy              http://***@p:1                config.toml:3
rate               5                             config.toml:4
concurrency        8                             default
timeout            8s                            default
max_targets        20                            default
sandbox            false                         default

notes
  the environment overrides profile \"prod\": LIVECTL_TENCENT_APP_ID,
    LIVECTL_SHUMEI_ACCESS_KEY
"
    );
    let json = listing.to_json();
    assert_eq!(
        json["values"][8]["origin"],
        serde_json::json!({"kind": "environment", "name": "LIVECTL_TENCENT_APP_ID"})
    );
    assert_eq!(
        (&json["values"][1]["origin"]["line"], &json["values"][1]["origin"]["column"]),
        (&7.into(), &12.into())
    );
}

#[cfg(unix)]
#[test]
fn show_fetches_no_secret() {
    let fixture = ConfigFixture::new(GOOD);
    let trace = fixture.dir.path().join("ran");
    fixture.write(
        "config.toml",
        format!(
            "[profiles.a.jd]\nsecret_key = {{ command = [\"touch\", '{}'] }}\n",
            trace.display()
        ),
    );
    assert!(fixture.show().render(None).contains("config.toml:2, command touch"));
    assert!(!trace.exists());
}

#[test]
fn show_reports_a_missing_secret() {
    let rendered = |fixture: ConfigFixture| fixture.show().render(None);
    assert!(
        rendered(with_secret("{ env = \"JD_SECRET\" }")).contains("jd.secret_key      not set ")
    );
    assert!(rendered(with_secret("\"...\"")).contains("jd.secret_key      not set "));
    assert!(
        rendered(ConfigFixture::new("[profiles.a.jd]\nusername = \"u\"\n"))
            .contains("jd.secret_key      not set\n")
    );
}
