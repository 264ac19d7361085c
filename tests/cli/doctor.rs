//! `livectl doctor`: what it finds, and that it gives nothing away.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use livectl::api::VENDORS;
use serde_json::{Value, json};

use super::fault_server::certificates::{AUTHORITY, CertificateKind};
use super::fault_server::{FaultServer, ServerAct, ServerStep, closed_address, http};
use super::fixture::{
    JD_SECRET, RunOutput, SHUMEI_SECRET, ServedSandbox, TENCENT_SECRET, TestHome, VendorServer,
    profile,
};
use super::recording_server::{RecordingServer, response};

/// A host name that no resolver takes: its label is too long.
fn unresolvable() -> String {
    "a".repeat(64) + ".localhost"
}

/// A port where nobody listens.
fn closed() -> String {
    format!("http://{}", closed_address())
}

/// A profile with nothing but Tencent at this endpoint, under these settings.
fn tencent(endpoint: &str, settings: &str) -> TestHome {
    let home = TestHome::empty();
    home.write_config(&format!(
        "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = '{TENCENT_SECRET}'\nendpoint = '{endpoint}'\n"
    ));
    home
}

fn look(home: &TestHome) -> RunOutput {
    home.run_line("doctor -o json")
}

/// A vendor's checks in one line: `key ok, proxy skipped, …`.
fn marks(vendor: &Value) -> String {
    let word = |check: &Value| {
        format!("{} {}", check["check"].as_str().unwrap(), check["result"].as_str().unwrap())
    };
    vendor["checks"].as_array().unwrap().iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The first vendor's check of this name.
fn check(document: &Value, name: &str) -> Value {
    let checks = document["vendors"][0]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap().clone()
}

#[track_caller]
fn assert_fails(output: &RunOutput, code: i32, name: &str, says: &[&str]) {
    let document = output.json();
    let check = check(&document, name);
    let detail = check["detail"].as_str().unwrap();
    assert_eq!(
        (output.code, &document["ok"], &check["result"]),
        (Some(code), &json!(false), &json!("failed")),
        "{output:?}"
    );
    says.iter().for_each(|words| assert!(detail.contains(words), "{detail}"));
}

#[test]
fn sandbox_passes_without_a_profile() {
    let output = TestHome::empty().run_line("--sandbox doctor");

    let names: Vec<_> = VENDORS.iter().map(|vendor| vendor.name.as_str()).collect();
    let count = names.len();
    let summary = format!("{count} vendors: {count} well (profile sandbox)\n");
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), &*summary), "{output:?}");
    let rows: Vec<_> =
        output.stdout.lines().map(|row| row.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(rows[0], ["VENDOR", "CHECK", "RESULT", "DETAIL"]);
    let jd: Vec<_> = rows[1..8].iter().map(|row| row[..3].join(" ")).collect();
    assert_eq!(
        jd,
        [
            "jd key ok",
            "jd proxy -",
            "jd dns -",
            "jd tcp ok",
            "jd tls -",
            "jd http ok",
            "jd clock ok"
        ]
    );
    assert_eq!(rows[1..].iter().step_by(7).map(|row| row[0]).collect::<Vec<_>>(), names);
}

#[test]
fn sandbox_uses_the_api_of_the_environment() {
    let home = TestHome::empty();
    let later = [("LIVECTL_JD_API", "openapi"), ("LIVECTL_TENCENT_API", "v3")];

    let output = RunOutput::from(
        home.livectl(["--sandbox", "doctor", "-o", "jsonl", "-p", "x"])
            .envs(later)
            .output()
            .unwrap(),
    );

    let apis: Vec<_> = output.lines().iter().map(|vendor| vendor["api"].clone()).collect();
    let (chosen, others) = apis.split_at(2);
    assert_eq!(
        (output.code, chosen),
        (Some(0), &[json!("openapi"), json!("v3")][..]),
        "{output:?}"
    );
    assert!(others.iter().all(Value::is_null), "{output:?}");
    assert!(output.stderr.contains("credentials; -p is set aside"), "{output:?}");
}

#[test]
fn document_lists_every_check() {
    let server = RecordingServer::always(response(403, "go away"));
    let home = server.home();

    let output = look(&home);

    let mut document = output.json();
    for vendor in document["vendors"].as_array_mut().unwrap() {
        for check in vendor["checks"].as_array_mut().unwrap() {
            assert_eq!(
                check["ms"].is_u64(),
                ["tcp", "http"].contains(&check["check"].as_str().unwrap()),
                "{check}"
            );
            check["ms"].take();
        }
    }
    let url = server.url();
    let checks = json!([
        {"check": "key", "result": "ok", "detail": "present, not tried", "ms": null},
        {"check": "proxy", "result": "skipped", "detail": "not for loopback", "ms": null},
        {"check": "dns", "result": "skipped", "detail": "127.0.0.1 is an address", "ms": null},
        {"check": "tcp", "result": "ok", "detail": format!("connected to {}", &url[7..]), "ms": null},
        {"check": "tls", "result": "skipped", "detail": "not used: the endpoint is plain http", "ms": null},
        {"check": "http", "result": "ok", "detail": format!("{} responded with HTTP 403", &url[7..]), "ms": null},
        {"check": "clock", "result": "ok", "detail": "this machine's clock agrees with the server's", "ms": null,
         "difference_s": 0},
    ]);
    let vendor = |name: &str, api: Value| json!({"vendor": name, "api": api, "endpoint": url, "ok": true, "checks": checks});
    let expected = json!({
        "schema": "livectl-doctor/1", "ok": true, "file": home.path("livectl/config.toml"), "profile": "prod",
        "vendors": [vendor("jd", json!("legacy")), vendor("tencent", json!("legacy")), vendor("shumei", json!(null))],
        "notes": [],
    });
    assert_eq!((output.code, &document), (Some(0), &expected));
}

#[test]
fn only_a_bare_get_is_sent() {
    let server =
        FaultServer::always([ServerStep::Send(http("302 Found", "location: /elsewhere\r\n", ""))]);
    let home = TestHome::empty();
    home.write_config(&profile(&format!("{}/prefix", server.url())));

    let mut shown = String::new();
    for format in ["table", "json", "jsonl"] {
        let output = home.run(["doctor", "-v", "-o", format]);
        assert_eq!(output.code, Some(0), "{output:?}");
        shown += &format!("{output:?}");
    }

    let requests = server.requests();
    assert_eq!(requests.len(), 9);
    for request in &requests {
        let agent = concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"));
        let host = server.address;
        let bare = format!(
            "GET /prefix/ HTTP/1.1\r\naccept: */*\r\naccept-encoding: identity\r\n{agent}\r\nhost: {host}\r\n\r\n"
        );
        assert_eq!(request.text(), bare);
    }
    for secret in [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET] {
        assert!(!shown.contains(secret));
    }
}

#[test]
fn missing_date_skips_the_clock() {
    let server = FaultServer::always([ServerStep::Send(http("404 Not Found", "", ""))]);

    let output = look(&tencent(&server.url(), ""));

    let document = output.json();
    let expected = json!({"check": "clock", "result": "skipped", "detail": "the server sends no date", "ms": null,
        "difference_s": null});
    assert_eq!((output.code, check(&document, "clock")), (Some(0), expected));
    assert_eq!(check(&document, "http")["result"], "ok");
    assert_eq!(output.stderr, "1 vendor: 1 well (profile prod)\n");
}

#[test]
fn redirect_and_server_error_are_warnings() {
    for (status, says_so) in [
        (302, ", a redirect, as captive portals send; livectl never follows one"),
        (503, "; operations may fail the same way"),
    ] {
        let server = RecordingServer::always(
            response(status, "").header("location", "http://portal.invalid/"),
        );

        let output = look(&tencent(&server.url(), ""));

        let http = check(&output.json(), "http");
        let said = format!("{} responded with HTTP {status}{says_so}", &server.url()[7..]);
        assert_eq!((&http["result"], &http["detail"]), (&json!("warning"), &json!(said)));
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (Some(0), "1 vendor: 1 with a warning (profile prod)\n")
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn clock_difference_warns_or_fails() {
    for (ahead, code, result) in [(3600, 5, "failed"), (-60, 0, "warning")] {
        let date = (chrono::Utc::now() - chrono::TimeDelta::seconds(ahead))
            .format("%a, %d %b %Y %H:%M:%S GMT");
        let server = RecordingServer::always(response(200, "").header("date", date.to_string()));

        let output = look(&tencent(&server.url(), ""));

        let document = output.json();
        let clock = check(&document, "clock");
        let off = clock["difference_s"].as_i64().unwrap();
        assert_eq!((output.code, &clock["result"]), (Some(code), &json!(result)), "{output:?}");
        assert!((ahead..ahead + 10).contains(&off), "{clock}");
        assert!(
            clock["detail"].as_str().unwrap().ends_with("; set this machine's clock, as with NTP"),
            "{clock}"
        );
        assert_eq!(document["ok"], code == 0);
    }
}

#[test]
fn closed_port_fails_at_tcp() {
    let output = look(&tencent(&closed(), ""));

    assert_fails(&output, 5, "tcp", &["refuses connections; check host and port"]);
    let document = output.json();
    let expected =
        "key ok, proxy skipped, dns skipped, tcp failed, tls skipped, http skipped, clock skipped";
    assert_eq!(marks(&document["vendors"][0]), expected);
    assert_eq!(check(&document, "clock")["detail"], "not reached");
    assert_eq!(check(&document, "clock")["difference_s"], json!(null));
}

#[test]
fn host_name_is_resolved_or_fails() {
    let server = RecordingServer::accepting();
    let known = look(&tencent(&server.url().replace("127.0.0.1", "localhost"), "")).json();
    let unknown = look(&tencent(&format!("http://{}", unresolvable()), ""));

    let dns = check(&known, "dns");
    assert_eq!(dns["result"], "ok", "{dns}");
    assert!(
        dns["detail"].as_str().unwrap().starts_with("localhost is ") && dns["ms"].is_u64(),
        "{dns}"
    );
    assert!(dns["detail"].as_str().unwrap().contains("127.0.0.1"), "{dns}");
    assert_fails(
        &unknown,
        5,
        "dns",
        &[&format!("cannot resolve {}; check the name", unresolvable())],
    );
}

#[test]
fn certificate_is_checked_as_in_a_run() {
    let answer = || vec![ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", ""))])];
    for (certificate, says) in [
        (CertificateKind::Good, Ok("TLS 1.3")),
        (
            CertificateKind::SelfSigned,
            Err("an authority that is not trusted here; the profile's `ca_file` has to contain"),
        ),
        (
            CertificateKind::Expired,
            Err("has expired: it was valid until 2020-01-01T00:00:00Z; the server needs a new one"),
        ),
        (
            CertificateKind::WrongHost,
            Err("is for another name: other.test; check the endpoint's host"),
        ),
    ] {
        let server = FaultServer::start_tls(certificate, answer());
        let home = tencent(&server.url(), "ca_file = 'ca.pem'");
        home.write("livectl/ca.pem", AUTHORITY.pem());

        let output = look(&home);

        match says {
            Ok(says) => {
                assert_eq!(
                    (output.code, check(&output.json(), "tls")["detail"].as_str()),
                    (Some(0), Some(says)),
                    "{output:?}"
                );
            }
            Err(says) => {
                assert_fails(&output, 5, "tls", &[says]);
                assert_eq!(check(&output.json(), "tcp")["result"], "ok");
                assert!(server.requests().is_empty());
            }
        }
    }
}

#[test]
fn port_without_http_fails_at_http() {
    for (step, says) in [
        (
            ServerStep::Close,
            "closed the connection before a whole response arrived; check the endpoint",
        ),
        (
            ServerStep::Send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec()),
            "is not valid HTTP; check the endpoint",
        ),
    ] {
        let server = FaultServer::always([step]);

        let output = look(&tencent(&server.url(), ""));

        assert_fails(&output, 5, "http", &[says]);
        assert_eq!(check(&output.json(), "clock")["detail"], "not reached");
        assert!(!output.stdout.contains("set this machine's clock"), "{output:?}");
    }
}

#[test]
fn missing_key_still_checks_the_network() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(&format!(
        "[profiles.prod.jd]\nusername = 'u'\nsecret_key = {{ env = 'NO_SUCH_KEY' }}\nendpoint = '{0}'\n[profiles.prod.shumei]\nendpoint = '{0}'\n",
        server.url()
    ));

    let output = look(&home);

    assert_fails(
        &output,
        3,
        "key",
        &["environment variable NO_SUCH_KEY: not set", "fix it, then `livectl config check`"],
    );
    let document = output.json();
    let names: Vec<_> =
        document["vendors"].as_array().unwrap().iter().map(|vendor| &vendor["vendor"]).collect();
    assert_eq!(names, ["jd", "shumei"]);
    let expected = "key failed, proxy skipped, dns skipped, tcp ok, tls skipped, http ok, clock ok";
    for vendor in document["vendors"].as_array().unwrap() {
        assert_eq!(marks(vendor), expected);
    }
    assert!(
        document["vendors"][1]["checks"][0]["detail"].as_str().unwrap().contains("access_key"),
        "{document}"
    );
    assert_eq!(output.stderr, "2 vendors: 2 not (profile prod)\n");
}

#[test]
fn missing_vendors_are_a_config_error() {
    let home = TestHome::empty();
    home.write_config("[profiles.prod]\nrate = 5\n");

    let (doctor, config) = (look(&home), home.run_line("config check -o json"));

    let error = &doctor.json()["error"];
    assert_eq!((doctor.code, &error["kind"]), (Some(3), &json!("config")), "{doctor:?}");
    assert_eq!(error["message"], config.json()["problems"][0]);
    assert_eq!(TestHome::empty().run_line("doctor").code, Some(3));
}

#[test]
fn shumei_endpoint_follows_the_cluster() {
    let home = TestHome::empty();
    let shumei = |cluster: &str| {
        // No way leads there: the proxy is a closed port.
        let proxy = closed();
        home.write_config(&format!(
            "[profiles.prod]\nproxy = '{proxy}'\n[profiles.prod.shumei]\naccess_key = 'k3y'\n{cluster}\n"
        ));
        look(&home)
    };

    let (singapore, nowhere) = (shumei("cluster = 'sg'"), shumei(""));

    let endpoint = &singapore.json()["vendors"][0]["endpoint"];
    assert_eq!(endpoint, "https://api-videostream-xjp.fengkongcloud.com");
    assert_fails(&singapore, 5, "tcp", &["the proxy 127.0.0.1:", "refuses connections"]);
    let document = nowhere.json();
    assert_eq!((nowhere.code, &document["vendors"][0]["endpoint"]), (Some(0), &json!(null)));
    let expected =
        "key ok, proxy skipped, dns skipped, tcp skipped, tls skipped, http skipped, clock skipped";
    assert_eq!(marks(&document["vendors"][0]), expected);
    assert!(
        document["notes"][0].as_str().unwrap().contains("neither cluster nor endpoint"),
        "{document}"
    );
}

#[test]
fn refusing_proxy_is_named_without_its_password() {
    let answers = |text: &str| {
        FaultServer::start(vec![ServerAct::answer(vec![ServerStep::Send(
            text.as_bytes().to_vec(),
        )])])
    };
    let open = answers("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let locked = answers("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let through = |proxy: &FaultServer, scheme: &str| {
        let settings = format!("proxy = 'http://me:hunter2@{}'", proxy.address);
        let output = look(&tencent(&format!("{scheme}://vendor.invalid"), &settings));
        assert!(!format!("{output:?}").contains("hunter2"));
        output
    };

    let well = through(&open, "http");

    assert_eq!(
        (well.code, &check(&well.json(), "proxy")["detail"]),
        (Some(0), &json!(open.url())),
        "{well:?}"
    );
    let tcp = check(&well.json(), "tcp");
    assert_eq!(tcp["detail"], format!("connected to the proxy at {}", open.address));
    assert!(open.requests()[0].head.starts_with("GET http://vendor.invalid/ HTTP/1.1\r\n"));
    assert!(well.stderr.contains("note: tencent.endpoint is plain http"), "{well:?}");
    for scheme in ["http", "https"] {
        let ill = through(&locked, scheme);
        assert_fails(
            &ill,
            5,
            "proxy",
            &["requires a user name and a password; write the proxy as http://USER:PASSWORD@"],
        );
        assert_eq!(
            marks(&ill.json()["vendors"][0]),
            "key ok, proxy failed, dns skipped, tcp ok, tls skipped, http skipped, clock skipped"
        );
    }
}

#[test]
fn answer_of_a_proxy_is_a_warning() {
    for (status, proxy_is) in
        [(404, "ok"), (501, "ok"), (502, "warning"), (504, "warning"), (505, "ok")]
    {
        let proxy = RecordingServer::always(response(status, ""));

        let output = look(&tencent("http://vendor.invalid", &format!("proxy = '{}'", proxy.url())));

        let document = output.json();
        let (found, http) = (check(&document, "proxy"), check(&document, "http"));
        let said = if proxy_is == "ok" {
            proxy.url()
        } else {
            let remedy = "check that the proxy is up and may reach the endpoint";
            format!("{}, which may have sent HTTP {status} itself; {remedy}", proxy.url())
        };
        assert_eq!((&found["result"], &found["detail"]), (&json!(proxy_is), &json!(said)));
        let answered = format!("the proxy {} responded with HTTP {status}", &proxy.url()[7..]);
        assert!(http["detail"].as_str().unwrap().starts_with(&answered), "{http}");
        assert_eq!(http["result"], if status < 500 { "ok" } else { "warning" });
        assert_eq!(output.code, Some(0));
    }
}

#[test]
fn invalid_proxy_is_a_config_error() {
    let home = tencent("http://vendor.invalid", "");

    let output = RunOutput::from(
        home.livectl(["doctor"]).env("http_proxy", "socks5://me:hunter2@a:1").output().unwrap(),
    );

    assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""));
    assert!(
        output.stderr.contains("http_proxy is not a proxy") && !output.stderr.contains("hunter2"),
        "{output:?}"
    );
}

#[test]
#[cfg(unix)]
fn timeout_bounds_requests_and_deadline_the_run() {
    let server = FaultServer::start(vec![ServerAct::answer(vec![ServerStep::Hang])]);
    let home = tencent(&server.url(), "");
    let slow = TestHome::empty();
    slow.write_config(&format!(
        "[profiles.prod.tencent]\napp_id = 1\napi_key = {{ command = ['sleep', '4'] }}\nendpoint = '{}'\n",
        server.url()
    ));
    let started = Instant::now();

    let hung = home.run_line("doctor -o json --timeout 300ms");
    let late = slow.run_line("doctor -o json --deadline 300ms");

    assert!(started.elapsed() < Duration::from_secs(3));
    assert_fails(&hung, 5, "http", &["no whole response from", "within 300ms"]);
    assert_fails(&late, 3, "key", &["not done within 300ms; `--deadline` gives more time"]);
    assert_eq!(late.json()["vendors"][0]["checks"].as_array().unwrap().len(), 7);
}

#[test]
fn deadline_names_the_running_check() {
    let hang = || vec![ServerAct::answer(vec![ServerStep::Hang])];
    let plain = FaultServer::start(hang());
    let secret = FaultServer::start_tls(CertificateKind::Good, hang());
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("https://{}", silent.local_addr().unwrap());
    let late = "not done within 1s; `--deadline` gives more time";
    for (endpoint, check, says, expected) in [
        (plain.url(), "http", late, "tcp ok, tls skipped, http failed, clock skipped"),
        (secret.url(), "http", late, "tcp ok, tls ok, http failed, clock skipped"),
        (silent, "tls", "no connection to", "tcp ok, tls failed, http skipped, clock skipped"),
    ] {
        let home = tencent(&endpoint, "ca_file = 'ca.pem'");
        home.write("livectl/ca.pem", AUTHORITY.pem());

        let output = home.run_line("doctor -o json --deadline 1s");

        assert_fails(&output, 5, check, &[says]);
        assert!(marks(&output.json()["vendors"][0]).ends_with(expected), "{output:?}");
    }
}

#[test]
fn vendors_are_checked_at_the_same_time() {
    let server = RecordingServer::delayed(Duration::from_millis(700), |_| response(200, ""));
    let started = Instant::now();

    let output = look(&server.home());

    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(started.elapsed() < Duration::from_millis(1900), "{:?}", started.elapsed());
}

#[test]
fn dry_run_is_refused() {
    let server = RecordingServer::accepting();

    let output = server.home().run_line("doctor --dry-run");

    assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
    assert!(
        server.requests().is_empty() && output.stderr.contains("leave out --dry-run"),
        "{output:?}"
    );
}

/// The vendors' APIs: the variables that choose each, and whether it has a call that changes nothing.
const VERSIONS: [[(&str, &str); 2]; 2] = [
    [("LIVECTL_JD_API", "legacy"), ("LIVECTL_TENCENT_API", "legacy")],
    [("LIVECTL_JD_API", "openapi"), ("LIVECTL_TENCENT_API", "v3")],
];

fn signed(home: &TestHome, versions: [(&str, &str); 2], more: &[&str]) -> RunOutput {
    let args = [&["doctor", "--signed", "-o", "json"], more].concat();
    RunOutput::from(home.livectl(args).envs(versions).output().unwrap())
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
    let server = RecordingServer::always(response(503, "busy"));
    let output = server.home().run_line("doctor --signed -o json");
    let document = output.json();
    assert_eq!(output.code, Some(5), "{output:?}");
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

    let output = server.newer_home().run_line("doctor --signed -o json");

    let document = output.json();
    assert_eq!(output.code, Some(5), "{output:?}");
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
    let home = TestHome::empty();
    home.write_config("[profiles.prod.shumei]\naccess_key = 'k3y'\n");

    let output = home.run_line("doctor --signed -o json");

    let document = output.json();
    let (tcp, signed) = (check(&document, "tcp"), check(&document, "signed"));
    assert_eq!((output.code, &tcp["detail"]), (Some(0), &json!("not reached")));
    assert_eq!(signed["detail"], "not possible: each call of Shumei's API acts");
}

#[test]
fn signed_check_runs_each_secret_once() {
    let home = tencent(&closed(), "");
    let profile = home.read("livectl/config.toml").replace(
        &format!("'{TENCENT_SECRET}'"),
        "{ command = [\"sh\", \"-c\", \"echo x >> ran; echo key-of-a-program\"] }",
    );
    let server = RecordingServer::always(response(200, r#"{"ret":0,"message":"ok"}"#));
    home.write_config(&profile.replace(&closed(), &server.url()));
    home.run_line("doctor --signed");
    assert_eq!(home.read("ran"), "x\n");
}
