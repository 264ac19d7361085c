//! Each vendor's keys follow the generation of its API that the key `api` chooses.

use super::*;

const NEWER: &str = r#"
[profiles.prod.jd]
api = "openapi"
access_key_id = "JDC_1"
secret_access_key = "canary-hunter2"

[profiles.prod.tencent]
api = "v3"
secret_id = "AKID1"
secret_key = "canary-hunter2"
domain = "push.example.com"
"#;

/// What a profile's Tencent account lacks, and what to do about it.
fn missing(stage: &Stage) -> String {
    stage.told(&stage.profile().account(&TENCENT).unwrap_err())
}

#[test]
fn the_legacy_generation_holds_where_none_is_chosen() {
    let profile = Stage::new(GOOD).profile();
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
fn the_newer_generation_has_keys_and_defaults_of_its_own() {
    let profile = Stage::new(NEWER).profile();

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
fn keys_of_the_other_generation_may_stay_and_are_not_looked_at() {
    let unread = "username = \"YOUR_JD_USERNAME\"\nsecret_key = { command = [\"touch\", 'TRACE'] }\nutc_offset = \"+09:00\"\n";
    let stage = Stage::empty();
    fs::create_dir(stage.dir.path().join("livectl")).unwrap();
    let trace = stage.dir.path().join("ran");
    let unread = unread.replace("TRACE", &trace.display().to_string());
    stage.write("config.toml", NEWER.replace("access_key_id", &format!("{unread}access_key_id")));

    let (report, inventory) = (stage.check(), stage.show());

    assert!(report.is_ok(), "{}", report.render());
    assert!(stage.profile().account(&JD).is_ok());
    assert!(!trace.exists());
    assert!(!inventory.render().contains("jd.username"), "{}", inventory.render());

    let stage =
        Stage::new(NEWER.replace("api = \"v3\"\n", "app_id = 1\napi_key = \"canary-hunter2\"\n"));
    let profile = stage.profile();
    assert_eq!(profile.api(&TENCENT), "legacy");
    assert!(profile.account(&TENCENT).is_ok());
}

#[test]
fn a_key_of_the_other_generation_still_obeys_its_rule() {
    let stage = Stage::new(NEWER.replace("api = \"v3\"", "api = \"v3\"\nsign_ttl = 0"));
    assert_eq!(
        stage.error(),
        "config.toml:9:12: sign_ttl in [profiles.prod.tencent]: sign_ttl is 1 to 86400 seconds"
    );
}

#[test]
fn a_newer_generation_tells_all_that_it_lacks() {
    let stage = Stage::new(
        "[profiles.prod.tencent]\napi = \"v3\"\napp_id = 1\napi_key = \"canary-hunter2\"\n",
    );
    assert_eq!(
        missing(&stage),
        "config.toml:1:1: [profiles.prod.tencent] of profile \"prod\" has no secret_id and no secret_key and no domain\n\
         > complete the file, or set LIVECTL_TENCENT_SECRET_ID and LIVECTL_TENCENT_SECRET_KEY and \
         LIVECTL_TENCENT_DOMAIN; then `livectl config check`"
    );
    let without_id = Stage::new(NEWER.replace("secret_id = \"AKID1\"\n", ""));
    assert!(missing(&without_id).starts_with(
        "config.toml:7:1: [profiles.prod.tencent] of profile \"prod\" has no secret_id\n"
    ));

    let report = without_id.check();
    assert!(!report.is_ok());
    assert_eq!(report.to_json()["vendors"][1]["state"], "not_ready");
}

#[test]
fn a_generation_that_there_is_not_is_refused() {
    let stage = Stage::new(NEWER.replace("\"v3\"", "\"v4\"").replace("\"openapi\"", "\"OpenAPI\""));
    assert_eq!(
        stage.error(),
        "config.toml:3:7: api in [profiles.prod.jd]: the generations of JD's API are legacy and openapi\n\
         config.toml:8:7: api in [profiles.prod.tencent]: the generations of Tencent's API are legacy and v3"
    );
    let stage = Stage::new(GOOD).env("LIVECTL_TENCENT_API", "v2");
    assert_eq!(
        stage.error(),
        "environment variable LIVECTL_TENCENT_API: the generations of Tencent's API are legacy and v3"
    );
}

#[test]
fn a_section_whose_generation_is_wrong_is_worth_no_note() {
    let report = Stage::new(NEWER.replace("\"v3\"", "\"V3\"")).check().to_json();
    assert!(
        report["problems"][0].as_str().unwrap().contains("the generations of Tencent's API are"),
        "{report}"
    );
    assert_eq!(report["notes"], serde_json::json!([]));
}

#[test]
fn the_environment_may_choose_the_generation() {
    let both = format!("{NEWER}app_id = 1\napi_key = \"canary-hunter2\"\n");
    let stage = Stage::new(&both).env("LIVECTL_TENCENT_API", "legacy");
    let profile = stage.profile();
    let account = profile.account(&TENCENT).unwrap();
    assert_eq!(
        (account.api(), account.text("endpoint")),
        ("legacy", Some("http://fcgi.video.qcloud.com"))
    );
    assert_eq!(
        profile.notes(),
        ["the environment goes over profile \"prod\": LIVECTL_TENCENT_API"]
    );

    assert_eq!(stage.flag("prod").profile().api(&TENCENT), "v3");
}

#[test]
fn the_environment_alone_will_do_for_a_newer_generation() {
    let stage =
        Stage::empty().env("LIVECTL_JD_API", "openapi").env("LIVECTL_JD_ACCESS_KEY_ID", "JDC_1");
    let error = stage.told(&stage.profile().account(&JD).unwrap_err());
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

    let stage = stage.env("LIVECTL_JD_SECRET_ACCESS_KEY", CANARY);
    let account = stage.profile().account(&JD).unwrap();
    assert_eq!(account.secret("secret_access_key").unwrap().expose(), CANARY);
    assert_eq!(account.origin("api"), Some(&Origin::Environment("LIVECTL_JD_API".into())));
}

#[test]
fn show_lists_the_keys_of_the_generation_that_holds() {
    let json = Stage::new(NEWER).show().to_json();
    let keys: Vec<_> =
        json["values"].as_array().unwrap().iter().filter_map(|row| row["key"].as_str()).collect();
    assert_eq!(
        keys[..10],
        [
            "jd.api",
            "jd.access_key_id",
            "jd.secret_access_key",
            "jd.endpoint",
            "tencent.api",
            "tencent.secret_id",
            "tencent.secret_key",
            "tencent.domain",
            "tencent.app_name",
            "tencent.endpoint",
        ]
    );
}

#[test]
fn an_endpoint_that_stayed_when_the_generation_was_changed_is_noted() {
    let stayed = NEWER.replace(
        "[profiles.prod.tencent]",
        "endpoint = \"https://opencdn.jcloud.com\"\n\n[profiles.prod.tencent]",
    );
    let notes = Stage::new(stayed).check().to_json()["notes"].to_string();
    assert!(
        notes.contains("jd.endpoint is where the legacy API is, and jd.api is openapi"),
        "{notes}"
    );
    assert_eq!(Stage::new(NEWER).check().to_json()["notes"], serde_json::json!([]));
}

#[test]
fn a_time_to_live_of_the_other_generation_is_not_worth_a_note() {
    let notes =
        Stage::new(format!("{NEWER}sign_ttl = 3600\n")).check().to_json()["notes"].to_string();
    assert_eq!(notes, "[]");
}

#[test]
fn a_key_of_the_profile_takes_no_value_that_cannot_be_meant() {
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
        (&JD, "legacy", "api username secret_key endpoint"),
        (&JD, "openapi", "api access_key_id secret_access_key endpoint"),
        (&TENCENT, "legacy", "api app_id api_key endpoint"),
        (&TENCENT, "v3", "api secret_id secret_key domain app_name endpoint"),
        (&SHUMEI, "", "access_key cluster endpoint"),
    ] {
        let known: Vec<_> =
            section.keys_of(api).filter(|key| key.env).map(|key| key.name).collect();
        assert_eq!(known.join(" "), keys, "{} {api}", section.name);
    }
}
