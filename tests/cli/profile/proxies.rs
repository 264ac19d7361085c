//! Proxies and certificates.

use super::{RESUME, proxy, refuses, run_with};
use crate::prelude::*;

/// A proxy that answers for Tencent.
fn accepting_proxy() -> FaultServer {
    proxy("200 OK", r#"{"ret":0}"#)
}

/// A profile with these settings, and Tencent at this endpoint.
fn tencent_at(endpoint: &str, settings: &str) -> String {
    let account = format!("app_id = 1\napi_key = \"k3y\"\nendpoint = \"{endpoint}\"\n");
    format!("[profiles.prod]\n{settings}\n[profiles.prod.tencent]\n{account}")
}

/// A profile whose endpoint only a proxy can reach.
fn far_away(settings: &str, scheme: &str) -> TestHome {
    TestHome::with_config(&tencent_at(&format!("{scheme}://vendor.invalid:81/p"), settings))
}

#[test]
fn proxy_variables_are_read() {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = accepting_proxy();
        let address = proxy.address;
        let output =
            run_with(&far_away("", "http"), &[(name, &format!("http://me:pw@{address}"))], RESUME);
        assert_eq!(output.code, Some(0), "{name}: {output:?}");
        let request = &proxy.requests()[0];
        let line = "GET http://vendor.invalid:81/p/common_access?appid=1&";
        assert!(request.head.starts_with(line), "{request:?}");
        assert_eq!(request.header("proxy-authorization"), Some("Basic bWU6cHc="));
    }
}

#[test]
fn https_uses_a_tunnel() {
    let proxy = proxy("403 Forbidden", "");
    let url = proxy.url();
    let output = run_with(
        &far_away("", "https"),
        &[("HTTPS_PROXY", &url)],
        &format!("{RESUME} --attempts 1"),
    );
    output.settles(5, "not_applied network", 1);
    let request = &proxy.requests()[0];
    assert!(request.head.starts_with("CONNECT vendor.invalid:81 HTTP/1.1\r\n"), "{request:?}");
}

#[test]
fn profile_proxy_overrides_the_variables() {
    let proxy = accepting_proxy();
    let home = far_away(&format!("proxy = \"{}\"", proxy.url()), "http");
    run_with(&home, &[("http_proxy", "http://127.0.0.1:9")], RESUME).exits(0);
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn loopback_and_no_proxy_bypass_the_proxy() {
    let (server, home) = RecordingServer::accepting().with_home();
    let dead = [("http_proxy", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")];
    run_with(&home, &dead, RESUME).exits(0);
    home.write_config(&format!(
        "{}[profiles.prod]\nproxy = \"http://127.0.0.1:9\"\n",
        profile(&server.url())
    ));
    run_with(&home, &[], RESUME).exits(0);
    home.write_config(&profile(&server.url().replace("127.0.0.1", "localhost")));
    run_with(&home, &dead, RESUME).exits(0);
    let proxy = accepting_proxy();
    let url = proxy.url();
    let environment = [("http_proxy", &*url), ("NO_PROXY", "vendor.invalid")];
    let output = run_with(&far_away("", "http"), &environment, &format!("{RESUME} --attempts 1"));
    output.settles(5, "not_applied network", 1);
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn invalid_proxy_is_refused_unshown() {
    let output = refuses(
        &far_away("", "http"),
        &[("http_proxy", "socks5://me:hunter2@a:1")],
        RESUME,
        &["http_proxy"],
    );
    assert!(!format!("{output:?}").contains("hunter2"));
}

#[test]
fn ca_file_and_ssl_cert_file_are_trusted() {
    let answer = ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", r#"{"ret":0}"#))]);
    let server = FaultServer::start_tls(CertificateKind::Good, vec![answer]);
    let home = TestHome::empty();
    let config = |settings: &str| home.write_config(&tencent_at(&server.url(), settings));
    config("");
    let ca = home.write("livectl/ca.pem", AUTHORITY.pem());
    let result = home.run_line(RESUME).settles(5, "not_applied tls", 1);
    assert_contains(&result["error"]["hint"], "ca_file");
    run_with(&home, &[("SSL_CERT_FILE", ca.to_str().unwrap())], RESUME).exits(0);
    config("ca_file = \"ca.pem\"");
    home.run_line(RESUME).exits(0);
    config("ca_file = \"gone.pem\"");
    refuses(&home, &[], RESUME, &["ca_file", "gone.pem"]);
}
