//! Proxies, time-outs and flags.

use std::net::TcpListener;

use super::{assert_fails, check, check_results, run_doctor, tencent};
use crate::prelude::*;

#[test]
fn refusing_proxy_is_named_without_its_password() {
    let answers = |status: &str| FaultServer::always([ServerStep::Send(http(status, "", ""))]);
    let (open, locked) = (answers("200 OK"), answers("407 Proxy Authentication Required"));
    let through = |proxy: &FaultServer, scheme: &str| {
        let settings = format!("proxy = 'http://me:hunter2@{}'", proxy.address);
        let output = run_doctor(&tencent(&format!("{scheme}://vendor.invalid"), &settings));
        assert!(!format!("{output:?}").contains("hunter2"));
        output
    };

    let well = through(&open, "http").exits(0).reports("note: tencent.endpoint is plain http");

    assert_eq!(check(&well.json(), "proxy")["detail"], json!(open.url()), "{well:?}");
    let tcp = check(&well.json(), "tcp");
    assert_eq!(tcp["detail"], format!("connected to the proxy at {}", open.address));
    assert!(open.requests()[0].head.starts_with("GET http://vendor.invalid/ HTTP/1.1\r\n"));
    for scheme in ["http", "https"] {
        let ill = through(&locked, scheme);
        let words = "requires a user name and a password; write the proxy as http://USER:PASSWORD@";
        assert_fails(&ill, 5, "proxy", &[words]);
        let expected =
            "key ok, proxy failed, dns skipped, tcp ok, tls skipped, http skipped, clock skipped";
        assert_eq!(check_results(&ill.json()["vendors"][0]), expected);
    }
}

#[test]
fn answer_of_a_proxy_is_a_warning() {
    for (status, proxy_is) in
        [(404, "ok"), (501, "ok"), (502, "warning"), (504, "warning"), (505, "ok")]
    {
        let proxy = RecordingServer::replies(status, "");

        let output =
            run_doctor(&tencent("http://vendor.invalid", &format!("proxy = '{}'", proxy.url())));

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
    let output = home.run_with(&[("http_proxy", "socks5://me:hunter2@a:1")], ["doctor"]).exits(3);
    assert_eq!(output.stdout, "");
    output.assert_reports(&["http_proxy is not a proxy"]);
    output.assert_omits("hunter2");
}

#[test]
#[cfg(unix)]
fn timeout_bounds_requests_and_deadline_the_run() {
    let server = FaultServer::start(vec![ServerAct::answer(vec![ServerStep::Hang])]);
    let home = tencent(&server.url(), "");
    let slow = TestHome::with_config(&format!(
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
        assert!(check_results(&output.json()["vendors"][0]).ends_with(expected), "{output:?}");
    }
}

#[test]
fn vendors_are_checked_at_the_same_time() {
    let server = RecordingServer::delayed(Duration::from_millis(700), |_| response(200, ""));
    let started = Instant::now();
    run_doctor(&server.home()).exits(0);
    assert!(started.elapsed() < Duration::from_millis(1900), "{:?}", started.elapsed());
}

#[test]
fn dry_run_is_refused() {
    let server = RecordingServer::accepting();
    let output = server.home().run_line("doctor --dry-run").exits(2).reports("leave out --dry-run");
    assert_eq!(output.stdout.as_str(), "");
    assert!(server.requests().is_empty(), "{output:?}");
}
