//! Shumei's clusters.

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
    for (profile, flag, host, kept) in [
        ("", "sh", "sh", "sh"),
        ("", "sg", "xjp", "sg"),
        ("", "xjp", "xjp", "sg"),
        ("", "gg", "gg", "gg"),
        ("", "yd", "yd", "yd"),
        ("sh", "", "sh", "sh"),
        ("sg", "", "xjp", "sg"),
        ("xjp", "", "xjp", "sg"),
        ("gg", "", "gg", "gg"),
        ("yd", "", "yd", "yd"),
        // The flag overrides the profile.
        ("sh", "yd", "yd", "yd"),
    ] {
        let key = if profile.is_empty() { "" } else { &format!("cluster = \"{profile}\"") };
        let flag = if flag.is_empty() { "" } else { &format!("--cluster {flag}") };
        let output = on_cluster(key).run_json(&format!("shumei close a {flag} -n"));
        let endpoint = format!("https://api-videostream-{host}.fengkongcloud.com");
        let result = output.only_result();
        assert_eq!(result["request"]["url"], format!("{endpoint}/finish_videostream/v4"));
        assert_members(&result, &json!({"endpoint": endpoint, "operation": {"cluster": kept}}));
    }
}

#[test]
fn missing_cluster_is_a_config_error() {
    let output = on_cluster("").run_json("shumei close a").exits(3);
    assert_eq!(output.json()["error"]["kind"], "config");
    output.assert_reports(&["no cluster", "--cluster"]);
}

#[test]
fn unknown_cluster_is_refused() {
    for (name, words) in [
        ("bj", "withdrew"),
        ("SH", "the clusters are"),
        ("", "the clusters are"),
        ("us", "the clusters are"),
    ] {
        on_cluster("").run(["shumei", "close", "a", "--cluster", name]).exits(2).reports(words);
    }
}

#[test]
fn endpoint_excludes_a_cluster() {
    let (server, home) = RecordingServer::accepting().with_home();
    let config = profile(&server.url());
    home.write_config(&config.replace("access_key", "cluster = \"sh\"\naccess_key"));
    let line = r#"{"vendor":"shumei","action":"close","target":"a","cluster":"sh"}"#;
    home.run_line("shumei close a --cluster sh").exits(2).reports("endpoint");
    home.run_with_input("apply -", line).exits(2).reports("endpoint");
    assert!(server.requests().is_empty());
    // The endpoint alone replaces the profile's cluster.
    let result = home.run_json("shumei close a").settles(0, "applied", 1);
    assert_eq!(result["operation"], operation("shumei close", "a", &json!({})));
    server.only_request();
}
