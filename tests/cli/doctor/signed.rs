//! `doctor --signed`: the call that tries the key.

use super::{check, closed, tencent};
use crate::prelude::*;

/// The vendors' APIs: the variables that choose each, and whether it has a call that changes nothing.
const VERSIONS: [[(&str, &str); 2]; 2] = [
    [("LIVECTL_JD_API", "legacy"), ("LIVECTL_TENCENT_API", "legacy")],
    [("LIVECTL_JD_API", "openapi"), ("LIVECTL_TENCENT_API", "v3")],
];

fn signed(home: &TestHome, versions: [(&str, &str); 2], more: &[&str]) -> RunOutput {
    home.run_with(&versions, [&["doctor", "--signed", "-o", "json"], more].concat())
}

fn signed_results(document: &Value) -> Vec<(&str, &str)> {
    let vendors = document["vendors"].as_array().unwrap();
    let last = |vendor: &'_ Value| -> Value { vendor["checks"].as_array().unwrap()[7].clone() };
    for vendor in vendors {
        assert_eq!(last(vendor)["check"], "signed", "{vendor}");
    }
    let result = |vendor: &'_ Value| match last(vendor)["result"].as_str().unwrap() {
        "ok" => "ok",
        "failed" => "failed",
        "skipped" => "skipped",
        _ => "warning",
    };
    vendors.iter().map(|vendor| (vendor["vendor"].as_str().unwrap(), result(vendor))).collect()
}

#[test]
fn signed_call_is_accepted_by_the_sandbox() {
    for versions in VERSIONS {
        let output = signed(&TestHome::empty(), versions, &["--sandbox"]);
        let document = output.json();
        let expected = VENDORS.iter().map(|vendor| {
            let has_look = vendor.apis.iter().all(|api| api.signed_look.is_some());
            (vendor.name.as_str(), if has_look { "ok" } else { "skipped" })
        });
        assert_eq!((output.code, signed_results(&document)), (Some(0), expected.collect()));
        let key = check(&document, "key");
        assert_eq!((&key["result"], &key["detail"]), (&json!("ok"), &json!("present")));
        let detail = check(&document, "signed")["detail"].clone();
        assert_eq!(detail, "the key is accepted (jd status)");
    }
}

#[test]
fn wrong_key_is_a_config_error() {
    let served = ServedSandbox::start();
    for home in [TestHome::new(&served.address), TestHome::newer(&served.address)] {
        let output = home.run_line("doctor --signed -o json");
        let document = output.json();
        let expected = [("jd", "failed"), ("tencent", "failed"), ("shumei", "skipped")];
        assert_eq!((output.code, signed_results(&document)), (Some(3), expected.to_vec()));
        assert!(!format!("{output:?}").contains("canary"), "{output:?}");
    }
}

#[test]
fn signed_call_that_fails_is_no_wrong_key() {
    let server = RecordingServer::replies(503, "busy");
    let output = server.home().run_line("doctor --signed -o json").exits(5);
    let document = output.json();
    assert_eq!(signed_results(&document)[0], ("jd", "failed"));
    // One try: a retry could hide what is wrong.
    let calls = server.requests().iter().filter(|request| request.path != "/").count();
    assert_eq!(calls, 2, "{:?}", server.requests());
    let unreachable = tencent(&closed(), "").run_line("doctor --signed -o json");
    let detail = check(&unreachable.json(), "signed")["detail"].clone();
    assert_eq!((unreachable.code, detail), (Some(5), json!("not reached")), "{unreachable:?}");
}

#[test]
fn refused_address_is_no_wrong_key() {
    let tencent =
        r#"{"Response":{"Error":{"Code":"IpNotInWhitelist","Message":"m"},"RequestId":"r"}}"#;
    let jd = r#"{"error":{"message":"Your IP address is not allowed","status":"HTTP_FORBIDDEN","code":403},"requestId":"r"}"#;
    let server = RecordingServer::start(move |request| match request.header("x-tc-action") {
        Some(_) => response(200, tencent),
        None => response(403, jd),
    });

    let output = server.newer_home().run_line("doctor --signed -o json").exits(5);

    let document = output.json();
    assert_eq!(signed_results(&document)[..2], [("jd", "failed"), ("tencent", "failed")]);
    for vendor in &document["vendors"].as_array().unwrap()[..2] {
        let detail = vendor["checks"][7]["detail"].as_str().unwrap();
        for words in
            ["does not accept requests from this machine's IP address", "the key is not the reason"]
        {
            assert!(detail.contains(words), "{detail}");
        }
    }
}

#[test]
fn shumei_without_cluster_has_no_signed_call() {
    let home = TestHome::with_config("[profiles.prod.shumei]\naccess_key = 'k3y'\n");
    let output = home.run_line("doctor --signed -o json");
    let document = output.json();
    let (tcp, signed) = (check(&document, "tcp"), check(&document, "signed"));
    assert_eq!((output.code, &tcp["detail"]), (Some(0), &json!("not reached")));
    assert_eq!(signed["detail"], "not possible: each call of Shumei's API acts");
}

#[test]
fn signed_check_runs_each_secret_once() {
    let server = RecordingServer::replies(200, r#"{"ret":0,"message":"ok"}"#);
    let home = tencent(&server.url(), "");
    let program = "{ command = [\"sh\", \"-c\", \"echo x >> ran; echo key-of-a-program\"] }";
    home.replace_in_config(&format!("'{TENCENT_SECRET}'"), program);
    home.run_line("doctor --signed");
    assert_eq!(home.read("ran"), "x\n");
}
