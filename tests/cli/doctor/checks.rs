//! The checks of a vendor: key, DNS, TCP, TLS, HTTP, clock.

use super::{assert_fails, check, check_results, closed, run_doctor, tencent};
use crate::prelude::*;

/// A host name that no resolver takes: its label is too long.
fn unresolvable() -> String {
    "a".repeat(64) + ".localhost"
}

#[test]
fn sandbox_passes_without_a_profile() {
    let output = TestHome::empty().run_line("--sandbox doctor");

    let names: Vec<_> = VENDORS.iter().map(|vendor| vendor.name.as_str()).collect();
    let count = names.len();
    let summary = format!("{count} vendors: {count} well (profile sandbox)\n");
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), &*summary), "{output:?}");
    let words = |row| str::split_whitespace(row).collect::<Vec<_>>();
    let rows: Vec<_> = output.stdout.lines().map(words).collect();
    assert_eq!(rows[0], ["VENDOR", "CHECK", "RESULT", "DETAIL"]);
    let checks = ["key ok", "proxy -", "dns -", "tcp ok", "tls -", "http ok", "clock ok"];
    for (row, check) in rows[1..8].iter().zip(checks) {
        assert_eq!(row[..3].join(" "), format!("jd {check}"));
    }
    assert_eq!(rows[1..].iter().step_by(7).map(|row| row[0]).collect::<Vec<_>>(), names);
}

#[test]
fn sandbox_uses_the_api_of_the_environment() {
    let later = [("LIVECTL_JD_API", "openapi"), ("LIVECTL_TENCENT_API", "v3")];
    let line = "--sandbox doctor -o jsonl -p x".split(' ');
    let output = TestHome::empty().run_with(&later, line).exits(0);
    let apis: Vec<_> = output.lines().iter().map(|vendor| vendor["api"].clone()).collect();
    let (chosen, others) = apis.split_at(2);
    assert_eq!(chosen, [json!("openapi"), json!("v3")]);
    assert!(others.iter().all(Value::is_null), "{output:?}");
    output.assert_reports(&["credentials; -p is set aside"]);
}

#[test]
fn document_lists_every_check() {
    let (server, home) = RecordingServer::replies(403, "go away").with_home();

    let output = run_doctor(&home);

    let mut document = output.json();
    for vendor in document["vendors"].as_array_mut().unwrap() {
        for check in vendor["checks"].as_array_mut().unwrap() {
            let is_timed = check["check"] == "tcp" || check["check"] == "http";
            assert_eq!(check["ms"].is_u64(), is_timed, "{check}");
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
    let home = TestHome::with_config(&profile(&format!("{}/prefix", server.url())));

    let mut shown = String::new();
    for format in ["table", "json", "jsonl"] {
        let output = home.run(["doctor", "-v", "-o", format]).exits(0);
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
    let output = run_doctor(&tencent(&server.url(), "")).exits(0);
    let document = output.json();
    let expected = json!({"check": "clock", "result": "skipped", "detail": "the server sends no date", "ms": null,
        "difference_s": null});
    assert_eq!(check(&document, "clock"), expected);
    assert_eq!(check(&document, "http")["result"], "ok");
    assert_eq!(output.stderr, "1 vendor: 1 well (profile prod)\n");
}

#[test]
fn redirect_and_server_error_are_warnings() {
    for (status, says_so) in [
        (302, ", a redirect, as captive portals send; livectl never follows one"),
        (503, "; operations may fail the same way"),
    ] {
        let answer = response(status, "").header("location", "http://portal.invalid/");
        let server = RecordingServer::always(answer);
        let output = run_doctor(&tencent(&server.url(), "")).exits(0);
        let http = check(&output.json(), "http");
        let said = format!("{} responded with HTTP {status}{says_so}", &server.url()[7..]);
        assert_members(&http, &json!({"result": "warning", "detail": said}));
        assert_eq!(output.stderr.as_str(), "1 vendor: 1 with a warning (profile prod)\n");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn clock_difference_warns_or_fails() {
    for (ahead, code, result) in [(3600, 5, "failed"), (-60, 0, "warning")] {
        let date = (chrono::Utc::now() - chrono::TimeDelta::seconds(ahead))
            .format("%a, %d %b %Y %H:%M:%S GMT");
        let server = RecordingServer::always(response(200, "").header("date", date.to_string()));
        let document = run_doctor(&tencent(&server.url(), "")).exits(code).json();
        let clock = check(&document, "clock");
        let off = clock["difference_s"].as_i64().unwrap();
        assert_eq!(clock["result"], result, "{document}");
        assert!((ahead..ahead + 10).contains(&off), "{clock}");
        assert_contains(&clock["detail"], "; set this machine's clock, as with NTP");
        assert_eq!(document["ok"], code == 0);
    }
}

#[test]
fn closed_port_fails_at_tcp() {
    let output = run_doctor(&tencent(&closed(), ""));
    assert_fails(&output, 5, "tcp", &["refuses connections; check host and port"]);
    let document = output.json();
    let expected =
        "key ok, proxy skipped, dns skipped, tcp failed, tls skipped, http skipped, clock skipped";
    assert_eq!(check_results(&document["vendors"][0]), expected);
    let expected = json!({"detail": "not reached", "difference_s": null});
    assert_members(&check(&document, "clock"), &expected);
}

#[test]
fn host_name_is_resolved_or_fails() {
    let server = RecordingServer::accepting();
    let known = run_doctor(&tencent(&server.url().replace("127.0.0.1", "localhost"), "")).json();
    let unknown = run_doctor(&tencent(&format!("http://{}", unresolvable()), ""));
    let dns = check(&known, "dns");
    assert!(dns["result"] == "ok" && dns["ms"].is_u64(), "{dns}");
    assert_contains(&dns["detail"], "localhost is ");
    assert_contains(&dns["detail"], "127.0.0.1");
    let words = format!("cannot resolve {}; check the name", unresolvable());
    assert_fails(&unknown, 5, "dns", &[&words]);
}

#[test]
fn certificate_is_checked_as_in_a_run() {
    let answer = || vec![ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", ""))])];
    let authority = "an authority that is not trusted here; the profile's `ca_file` has to contain";
    let date = "has expired: it was valid until 2020-01-01T00:00:00Z; the server needs a new one";
    for (certificate, problem) in [
        (CertificateKind::Good, None),
        (CertificateKind::SelfSigned, Some(authority)),
        (CertificateKind::Expired, Some(date)),
        (
            CertificateKind::WrongHost,
            Some("is for another name: other.test; check the endpoint's host"),
        ),
    ] {
        let server = FaultServer::start_tls(certificate, answer());
        let home = tencent(&server.url(), "ca_file = 'ca.pem'");
        home.write("livectl/ca.pem", AUTHORITY.pem());

        let output = run_doctor(&home);

        if let Some(problem) = problem {
            assert_fails(&output, 5, "tls", &[problem]);
            assert_eq!(check(&output.json(), "tcp")["result"], "ok");
            assert!(server.requests().is_empty());
        } else {
            assert_eq!(check(&output.exits(0).json(), "tls")["detail"], "TLS 1.3");
        }
    }
}

#[test]
fn port_without_http_fails_at_http() {
    let ssh = ServerStep::Send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec());
    let closed = "closed the connection before a whole response arrived; check the endpoint";
    for (step, words) in
        [(ServerStep::Close, closed), (ssh, "is not valid HTTP; check the endpoint")]
    {
        let server = FaultServer::always([step]);
        let output = run_doctor(&tencent(&server.url(), ""));
        assert_fails(&output, 5, "http", &[words]);
        assert_eq!(check(&output.json(), "clock")["detail"], "not reached");
        assert!(!output.stdout.contains("set this machine's clock"), "{output:?}");
    }
}

#[test]
fn missing_key_still_checks_the_network() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(&format!(
        "[profiles.prod.jd]\nusername = 'u'\nsecret_key = {{ env = 'NO_SUCH_KEY' }}\nendpoint = '{0}'\n[profiles.prod.shumei]\nendpoint = '{0}'\n",
        server.url()
    ));

    let output = run_doctor(&home);

    let missing = "environment variable NO_SUCH_KEY: not set";
    assert_fails(&output, 3, "key", &[missing, "fix it, then `livectl config check`"]);
    let document = output.json();
    let vendors = document["vendors"].as_array().unwrap();
    let expected = "key failed, proxy skipped, dns skipped, tcp ok, tls skipped, http ok, clock ok";
    assert_eq!(vendors.len(), 2);
    for (vendor, name) in vendors.iter().zip(["jd", "shumei"]) {
        assert_eq!((&vendor["vendor"], check_results(vendor)), (&json!(name), expected.to_owned()));
    }
    assert_contains(&document["vendors"][1]["checks"][0]["detail"], "access_key");
    assert_eq!(output.stderr, "2 vendors: 2 not (profile prod)\n");
}

#[test]
fn missing_vendors_are_a_config_error() {
    let home = TestHome::with_config("[profiles.prod]\nrate = 5\n");
    let problem = home.run_json("config check").json()["problems"][0].clone();
    let expected = json!({"kind": "config", "message": problem});
    assert_members(&run_doctor(&home).exits(3).json()["error"], &expected);
    TestHome::empty().run_line("doctor").exits(3);
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
        run_doctor(&home)
    };

    let (singapore, nowhere) = (shumei("cluster = 'sg'"), shumei(""));

    let endpoint = &singapore.json()["vendors"][0]["endpoint"];
    assert_eq!(endpoint, "https://api-videostream-xjp.fengkongcloud.com");
    assert_fails(&singapore, 5, "tcp", &["the proxy 127.0.0.1:", "refuses connections"]);
    let document = nowhere.exits(0).json();
    assert_eq!(document["vendors"][0]["endpoint"], Value::Null);
    let expected =
        "key ok, proxy skipped, dns skipped, tcp skipped, tls skipped, http skipped, clock skipped";
    assert_eq!(check_results(&document["vendors"][0]), expected);
    assert_contains(&document["notes"][0], "neither cluster nor endpoint");
}
