//! The probe of `doctor`, and that it connects as a run does.

use super::*;

/// Probes an endpoint; the proxy on the way there, and what came back.
fn probing(
    options: ClientOptions,
    url: &str,
) -> (Option<String>, Result<(ResponseHead, String), SendError>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let probe = Probe::new(options, url.parse().unwrap()).unwrap();
    let head = runtime.block_on(async {
        let addresses = probe.resolve().await.unwrap();
        assert!(addresses.contains(&probe.connect(&addresses).await.unwrap()));
        probe.request(TIMEOUT).await
    });
    (probe.proxy(), head.map(|head| (head, probe.tls_version().unwrap_or_default())))
}

#[test]
fn probe_sends_a_bare_get_and_names_tls() {
    let trusting = TrustingClient::new();
    for (version, name) in
        [(&rustls::version::TLS12, "TLS 1.2"), (&rustls::version::TLS13, "TLS 1.3")]
    {
        let server = serve_tls(trusting.authority.config_at(&[version], "127.0.0.1", |_| {}));

        let (proxy, head) = probing(trusting.options(), &format!("{}/prefix/", server.url()));

        let (head, tls) = head.unwrap();
        assert_eq!((proxy, head.status, head.date, tls.as_str()), (None, 200, None, name));
        let host = server.address.to_string();
        assert_eq!(head.from, host);
        // The connection that is only opened carries nothing.
        assert_eq!(server.arrivals_up_to(2), 2);
        let agent = concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            heads(&server),
            [format!(
                "GET /prefix/ HTTP/1.1\r\naccept: */*\r\naccept-encoding: identity\r\n{agent}\r\nhost: {host}\r\n\r\n"
            )]
        );
    }
}

#[test]
fn probe_uses_the_proxy_of_a_request() {
    let trusting = TrustingClient::new();
    let tunnel = tunnel(trusting.authority.config("vendor.test", |_| {}));
    let proxy = format!("http://me:5ecret@{}", tunnel.address);
    let options = ClientOptions { proxy: Some(proxy), ..trusting.options() };
    let locked = reply(http("407 Proxy Authentication Required", "", ""));

    let (proxy, head) = probing(options, "https://vendor.test");
    let (_, refused) = probing(through(locked.address), "http://vendor.test");

    assert_eq!(proxy, Some(tunnel.url()));
    assert_eq!(head.unwrap().1, "TLS 1.3");
    assert!(heads(&tunnel)[0].starts_with("CONNECT vendor.test:443 "));
    let refused = refused.unwrap_err();
    assert_eq!(refused.sent, Delivery::NotSent);
    assert_eq!(
        refused.fault.message,
        format!("the proxy {} requires a user name and a password", locked.address)
    );
}
