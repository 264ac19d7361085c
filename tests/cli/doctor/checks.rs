//! The checks of a vendor: key, DNS, TCP, TLS, HTTP, clock.

use livectl::api::VENDORS;

use super::{assert_fails, check, closed, look, marks, tencent};
use crate::fault_server::certificates::{AUTHORITY, CertificateKind};
use crate::fault_server::{ServerAct, ServerStep, http};
use crate::fixture::{JD_SECRET, SHUMEI_SECRET, TENCENT_SECRET};
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
    let (server, home) = RecordingServer::replies(403, "go away").with_home();

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

        let output = look(&tencent(&server.url(), "")).exits(0);

        let http = check(&output.json(), "http");
        let said = format!("{} responded with HTTP {status}{says_so}", &server.url()[7..]);
        assert_eq!((&http["result"], &http["detail"]), (&json!("warning"), &json!(said)));
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
    let home = TestHome::with_config(&format!(
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
    assert_contains(&document["vendors"][1]["checks"][0]["detail"], "access_key");
    assert_eq!(output.stderr, "2 vendors: 2 not (profile prod)\n");
}

#[test]
fn missing_vendors_are_a_config_error() {
    let home = TestHome::with_config("[profiles.prod]\nrate = 5\n");

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
    assert_contains(&document["notes"][0], "neither cluster nor endpoint");
}
