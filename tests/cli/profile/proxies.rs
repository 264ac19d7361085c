//! Proxies and certificates.

use super::{RESUME, proxy, refuses, run_with};
use crate::fault_server::certificates::{AUTHORITY, CertificateKind};
use crate::fault_server::{ServerAct, ServerStep, http};
use crate::prelude::*;

/// A proxy that answers for Tencent.
fn accepting_proxy() -> FaultServer {
    proxy("200 OK", r#"{"ret":0}"#)
}

/// A profile whose endpoint only a proxy can reach.
fn far_away(settings: &str, scheme: &str) -> TestHome {
    let home = TestHome::with_config(&format!(
        "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"{scheme}://vendor.invalid:81/p\"\n"
    ));
    home
}

#[test]
fn proxy_variables_are_read() {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = accepting_proxy();
        let address = proxy.address;
        let output =
            run_with(&far_away("", "http"), &[(name, &format!("http://me:pw@{address}"))], &RESUME);
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
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (output.code, &output.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{output:?}"
    );
    let request = &proxy.requests()[0];
    assert!(request.head.starts_with("CONNECT vendor.invalid:81 HTTP/1.1\r\n"), "{request:?}");
}

#[test]
fn profile_proxy_overrides_the_variables() {
    let proxy = accepting_proxy();
    let home = far_away(&format!("proxy = \"{}\"", proxy.url()), "http");
    run_with(&home, &[("http_proxy", "http://127.0.0.1:9")], &RESUME).exits(0);
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn loopback_and_no_proxy_bypass_the_proxy() {
    let (server, home) = RecordingServer::accepting().with_home();
    let dead = [("http_proxy", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")];
    assert_eq!(run_with(&home, &dead, &RESUME).code, Some(0));
    home.write_config(&format!(
        "{}[profiles.prod]\nproxy = \"http://127.0.0.1:9\"\n",
        profile(&server.url())
    ));
    assert_eq!(run_with(&home, &[], &RESUME).code, Some(0));
    home.write_config(&profile(&server.url().replace("127.0.0.1", "localhost")));
    assert_eq!(run_with(&home, &dead, &RESUME).code, Some(0));

    let proxy = accepting_proxy();
    let url = proxy.url();
    let environment = [("http_proxy", &*url), ("NO_PROXY", "vendor.invalid")];
    let output = run_with(
        &far_away("", "http"),
        &environment,
        &[&RESUME[..], &["--attempts", "1"]].concat(),
    );
    assert_eq!(
        (output.code, &output.json()["results"][0]["error"]["kind"]),
        (Some(5), &json!("network")),
        "{output:?}"
    );
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn invalid_proxy_is_refused_unshown() {
    let output = refuses(
        &far_away("", "http"),
        &[("http_proxy", "socks5://me:hunter2@a:1")],
        &RESUME,
        &["http_proxy"],
    );
    assert!(!format!("{output:?}").contains("hunter2"));
}

#[test]
fn ca_file_and_ssl_cert_file_are_trusted() {
    let answer = ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", r#"{"ret":0}"#))]);
    let server = FaultServer::start_tls(CertificateKind::Good, vec![answer]);
    let home = TestHome::empty();
    let config = |settings: &str| {
        home.write_config(&format!(
            "[profiles.prod]\n{settings}\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"{}\"\n",
            server.url()
        ));
    };

    config("");
    let ca = home.write("livectl/ca.pem", AUTHORITY.pem());
    let output = home.run(RESUME);
    let result = &output.json()["results"][0];
    assert_members(&result, &json!({"outcome": "not_applied", "error": {"kind": "tls"}}));
    assert_eq!((&result["attempts"], output.code), (&json!(1), Some(5)));
    assert!(result["error"]["hint"].as_str().unwrap().contains("ca_file"), "{result}");

    run_with(&home, &[("SSL_CERT_FILE", ca.to_str().unwrap())], &RESUME).exits(0);

    config("ca_file = \"ca.pem\"");
    assert_eq!(home.run(RESUME).code, Some(0));

    config("ca_file = \"gone.pem\"");
    refuses(&home, &[], &RESUME, &["ca_file", "gone.pem"]);
}
