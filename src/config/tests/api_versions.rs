//! Each vendor's keys follow the version of its API that the key `api` chooses.

use super::*;

const NEWER: &str = r#"
[profiles.prod.jd]
api = "openapi"
access_key_id = "JDC_0123456789abcdef"
secret_access_key = "canary-hunter2"

[profiles.prod.tencent]
api = "v3"
secret_id = "AKID0123456789abcdef0123456789abcdef"
secret_key = "canary-hunter2canary-hunter2-key"
domain = "push.example.com"
"#;

/// The keys that a profile's Tencent account lacks, and the hint.
fn missing(fixture: &ConfigFixture) -> String {
    fixture.shown(&fixture.profile().account(&TENCENT).unwrap_err())
}

#[test]
fn legacy_version_is_the_default() {
    let profile = ConfigFixture::new(GOOD).profile();
    let account = profile.account(&JD).unwrap();
    assert_eq!(
        (account.api(), account.text("api"), profile.api(&TENCENT)),
        ("legacy", Some("legacy"), "legacy")
    );
    assert_eq!(
        (account.text("endpoint"), profile.api(&SHUMEI)),
        (Some("https://opencdn.jcloud.com"), "")
    );
}

#[test]
fn newer_api_version_has_other_keys() {
    let profile = ConfigFixture::new(NEWER).profile();

    let (jd, tencent) = (profile.account(&JD).unwrap(), profile.account(&TENCENT).unwrap());

    assert_eq!((jd.api(), jd.text("endpoint")), ("openapi", Some("https://live.jdcloud-api.com")));
    assert_eq!(
        (jd.text("utc_offset"), jd.secret("secret_access_key").unwrap().expose()),
        (None, CANARY)
    );
    assert_eq!(
        (tencent.api(), tencent.text("endpoint")),
        ("v3", Some("https://live.tencentcloudapi.com"))
    );
    assert_eq!((tencent.text("app_name"), tencent.text("sign_ttl")), (Some("live"), None));
}

#[test]
fn keys_of_another_api_version_are_ignored() {
    let unread = "username = \"YOUR_JD_USERNAME\"\nsecret_key = { command = [\"touch\", 'TRACE'] }\nutc_offset = \"+09:00\"\n";
    let fixture = ConfigFixture::empty();
    fs::create_dir(fixture.dir.path().join("livectl")).unwrap();
    let trace = fixture.dir.path().join("ran");
    let unread = unread.replace("TRACE", &trace.display().to_string());
    fixture.write("config.toml", NEWER.replace("access_key_id", &format!("{unread}access_key_id")));

    let (report, listing) = (fixture.check(), fixture.show());

    assert!(report.is_ok(), "{}", report.render(None));
    assert!(fixture.profile().account(&JD).is_ok());
    assert!(!trace.exists());
    assert!(!listing.render(None).contains("jd.username"), "{}", listing.render(None));

    let fixture = ConfigFixture::new(
        NEWER.replace("api = \"v3\"\n", "app_id = 1\napi_key = \"canary-hunter2\"\n"),
    );
    let profile = fixture.profile();
    assert_eq!(profile.api(&TENCENT), "legacy");
    assert!(profile.account(&TENCENT).is_ok());
}

#[test]
fn keys_of_another_api_version_are_checked() {
    let fixture = ConfigFixture::new(NEWER.replace("api = \"v3\"", "api = \"v3\"\nsign_ttl = 0"));
    assert_eq!(
        fixture.error(),
        "config.toml:9:12: sign_ttl in [profiles.prod.tencent]: sign_ttl is 1 to 86400 seconds"
    );
}

#[test]
fn newer_version_reports_all_missing_keys() {
    let fixture = ConfigFixture::new(
        "[profiles.prod.tencent]\napi = \"v3\"\napp_id = 1\napi_key = \"canary-hunter2\"\n",
    );
    assert_eq!(
        missing(&fixture),
        "config.toml:1:1: [profiles.prod.tencent] of profile \"prod\" has no secret_id and no secret_key\n\
         > complete the file, or set LIVECTL_TENCENT_SECRET_ID and LIVECTL_TENCENT_SECRET_KEY; \
         then `livectl config check`"
    );
    let without_id = ConfigFixture::new(
        NEWER.replace("secret_id = \"AKID0123456789abcdef0123456789abcdef\"\n", ""),
    );
    assert!(missing(&without_id).starts_with(
        "config.toml:7:1: [profiles.prod.tencent] of profile \"prod\" has no secret_id\n"
    ));

    let report = without_id.check();
    assert!(!report.is_ok());
    assert_eq!(report.to_json()["vendors"][1]["state"], "not_ready");
}

#[test]
fn unknown_api_version_is_refused() {
    let fixture =
        ConfigFixture::new(NEWER.replace("\"v3\"", "\"v4\"").replace("\"openapi\"", "\"OpenAPI\""));
    assert_eq!(
        fixture.error(),
        "config.toml:3:7: api in [profiles.prod.jd]: the versions of JD's API are legacy and openapi\n\
         config.toml:8:7: api in [profiles.prod.tencent]: the versions of Tencent's API are legacy and v3"
    );
    let fixture = ConfigFixture::new(GOOD).env("LIVECTL_TENCENT_API", "v2");
    assert_eq!(
        fixture.error(),
        "environment variable LIVECTL_TENCENT_API: the versions of Tencent's API are legacy and v3"
    );
}

#[test]
fn broken_section_has_no_note() {
    let report = ConfigFixture::new(NEWER.replace("\"v3\"", "\"V3\"")).check().to_json();
    assert!(
        report["problems"][0].as_str().unwrap().contains("the versions of Tencent's API are"),
        "{report}"
    );
    assert_eq!(report["notes"], serde_json::json!([]));
}

#[test]
fn environment_may_choose_the_version() {
    let both = format!("{NEWER}app_id = 1\napi_key = \"canary-hunter2\"\n");
    let fixture = ConfigFixture::new(&both).env("LIVECTL_TENCENT_API", "legacy");
    let profile = fixture.profile();
    let account = profile.account(&TENCENT).unwrap();
    assert_eq!(
        (account.api(), account.text("endpoint")),
        ("legacy", Some("http://fcgi.video.qcloud.com"))
    );
    assert_eq!(profile.notes, ["the environment overrides profile \"prod\": LIVECTL_TENCENT_API"]);

    assert_eq!(fixture.flag("prod").profile().api(&TENCENT), "v3");
}

#[test]
fn environment_alone_serves_a_newer_version() {
    let fixture = ConfigFixture::empty()
        .env("LIVECTL_JD_API", "openapi")
        .env("LIVECTL_JD_ACCESS_KEY_ID", "JDC_0123456789abcdef");
    let error = fixture.shown(&fixture.profile().account(&JD).unwrap_err());
    assert!(
        error.starts_with(
            "the environment has no jd account: no secret_access_key, and there is no"
        ),
        "{error}"
    );
    assert!(
        error.contains("set LIVECTL_JD_ACCESS_KEY_ID and LIVECTL_JD_SECRET_ACCESS_KEY, or write"),
        "{error}"
    );

    let fixture = fixture.env("LIVECTL_JD_SECRET_ACCESS_KEY", CANARY);
    let account = fixture.profile().account(&JD).unwrap();
    assert_eq!(account.secret("secret_access_key").unwrap().expose(), CANARY);
    assert_eq!(account.origin("api"), Some(&Origin::Environment("LIVECTL_JD_API".into())));
}

#[test]
fn show_lists_the_keys_of_the_version() {
    let json = ConfigFixture::new(NEWER).show().to_json();
    let keys: Vec<_> =
        json["values"].as_array().unwrap().iter().filter_map(|row| row["key"].as_str()).collect();
    assert_eq!(
        keys[..15],
        [
            "jd.api",
            "jd.access_key_id",
            "jd.secret_access_key",
            "jd.security_token",
            "jd.endpoint",
            "jd.domain",
            "jd.play",
            "tencent.api",
            "tencent.secret_id",
            "tencent.secret_key",
            "tencent.security_token",
            "tencent.domain",
            "tencent.app_name",
            "tencent.endpoint",
            "tencent.play",
        ]
    );
}

#[test]
fn endpoint_of_another_version_is_noted() {
    let stayed = NEWER.replace(
        "[profiles.prod.tencent]",
        "endpoint = \"https://opencdn.jcloud.com\"\n\n[profiles.prod.tencent]",
    );
    let notes = ConfigFixture::new(stayed).check().to_json()["notes"].to_string();
    assert!(notes.contains("jd.endpoint is the legacy API's, but jd.api is openapi"), "{notes}");
    assert_eq!(ConfigFixture::new(NEWER).check().to_json()["notes"], serde_json::json!([]));
}

#[test]
fn unused_sign_ttl_has_no_note() {
    let notes = ConfigFixture::new(format!("{NEWER}sign_ttl = 3600\n")).check().to_json()["notes"]
        .to_string();
    assert_eq!(notes, "[]");
}

#[test]
fn each_key_refuses_a_wrong_value() {
    for (section, api, key, wrong) in [
        (&JD, "legacy", "api", "v3"),
        (&JD, "legacy", "username", ""),
        (&JD, "legacy", "endpoint", "ftp://a.com"),
        (&JD, "legacy", "utc_offset", "8"),
        (&JD, "openapi", "access_key_id", " id"),
        (&JD, "openapi", "endpoint", "a.com"),
        (&TENCENT, "legacy", "api", "openapi"),
        (&TENCENT, "legacy", "app_id", "12a"),
        (&TENCENT, "legacy", "endpoint", "ftp://a.com"),
        (&TENCENT, "legacy", "interface", "Live"),
        (&TENCENT, "legacy", "sign_ttl", "0"),
        (&TENCENT, "v3", "secret_id", ""),
        (&TENCENT, "v3", "domain", "http://a.com"),
        (&TENCENT, "v3", "app_name", ""),
        (&TENCENT, "v3", "endpoint", "a.com"),
        (&SHUMEI, "", "access_key", "longer-than-20-letters"),
        (&SHUMEI, "", "cluster", "bj"),
        (&SHUMEI, "", "endpoint", "a.com"),
    ] {
        let found = section.keys_of(api).find(|known| known.name == key).unwrap();
        assert!((found.check)(wrong).is_err(), "{}.{key} of {api:?}", section.name);
    }
}

#[test]
fn these_keys_may_come_from_the_environment() {
    for (section, api, keys) in [
        (&JD, "legacy", "api username secret_key endpoint domain play"),
        (&JD, "openapi", "api access_key_id secret_access_key security_token endpoint domain play"),
        (&TENCENT, "legacy", "api app_id api_key endpoint play"),
        (&TENCENT, "v3", "api secret_id secret_key security_token domain app_name endpoint play"),
        (&SHUMEI, "", "access_key cluster endpoint"),
    ] {
        let known: Vec<_> =
            section.keys_of(api).filter(|key| key.env).map(|key| key.name).collect();
        assert_eq!(known.join(" "), keys, "{} {api}", section.name);
    }
}
