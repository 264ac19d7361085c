//! Shumei's clusters.

use super::applied;
use crate::fixture::SHUMEI_SECRET;
use crate::prelude::*;

/// The profile's Shumei account without an endpoint, and with these keys instead.
fn on_cluster(keys: &str) -> TestHome {
    let home = TestHome::empty();
    let account = format!("access_key = \"{SHUMEI_SECRET}\"\n{keys}\n");
    home.write_config(&format!("[profiles.prod.shumei]\n{account}"));
    home
}

#[test]
fn cluster_names_the_host() {
    for (name, host, kept) in [
        ("sh", "sh", "sh"),
        ("sg", "xjp", "sg"),
        ("xjp", "xjp", "sg"),
        ("gg", "gg", "gg"),
        ("yd", "yd", "yd"),
    ] {
        let expected = format!("https://api-videostream-{host}.fengkongcloud.com");
        let flag =
            on_cluster("").run(["shumei", "close", "a", "--cluster", name, "-n", "-o", "json"]);
        let key =
            on_cluster(&format!("cluster = \"{name}\"")).run_line("shumei close a -n -o json");
        for output in [flag, key] {
            let result = &output.json()["results"][0];
            assert_eq!(result["request"]["url"], format!("{expected}/finish_videostream/v4"));
            assert_eq!(result["endpoint"], expected);
            assert_eq!(result["operation"]["cluster"], kept);
        }
    }
}

#[test]
fn cluster_flag_overrides_the_profile() {
    let output = on_cluster("cluster = \"sh\"").run_line("shumei close a --cluster yd -n -o json");
    assert_eq!(output.json()["results"][0]["operation"]["cluster"], "yd");
}

#[test]
fn missing_cluster_is_a_config_error() {
    let output = on_cluster("").run_line("shumei close a -o json");
    assert_eq!((output.code, &output.json()["error"]["kind"]), (Some(3), &json!("config")));
    output.assert_reports(&["no cluster", "--cluster"]);
}

#[test]
fn unknown_cluster_is_refused() {
    let server = RecordingServer::accepting();
    for (name, says) in [
        ("bj", "withdrew"),
        ("SH", "the clusters are"),
        ("", "the clusters are"),
        ("us", "the clusters are"),
    ] {
        let output = on_cluster("").run(["shumei", "close", "a", "--cluster", name]).exits(2);
        assert!(output.stderr.contains(says), "{output:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn endpoint_excludes_a_cluster() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.write_config(
        &profile(&server.url()).replace("access_key", "cluster = \"sh\"\naccess_key"),
    );
    let line = r#"{"vendor":"shumei","action":"close","target":"a","cluster":"sh"}"#;

    let flag = home.run_line("shumei close a --cluster sh");
    let line = home.run_with_input("apply -", line);

    for output in [flag, line] {
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains("endpoint"), "{output:?}");
    }
    assert!(server.requests().is_empty());
    // The endpoint alone replaces the profile's cluster.
    let result = applied(&home.run_line("shumei close a -o json"));
    assert_eq!(
        result["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "a", "profile": "prod"})
    );
    server.only_request();
}
