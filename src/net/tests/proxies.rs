//! Requests through proxies and tunnels.

use super::*;

#[test]
fn plain_http_uses_the_proxy_but_loopback_never() {
    let proxy = reply(http("200 OK", "Connection: close\r\n", ""));
    let direct = reply("HTTP/1.1 204 None\r\n\r\n");

    let replies = send_all(
        &through(proxy.address),
        &[get("http://vendor.test"), get(&direct.url())],
        TIMEOUT,
    );

    let statuses: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().status).collect();
    assert_eq!(statuses, [200, 204]);
    let requests = proxy.requests();
    let head = &requests[0].head;
    assert!(head.starts_with("GET http://vendor.test/live?"), "{head}");
    assert!(head.contains("proxy-authorization: Basic "), "{head}");
    assert_eq!(requests.len(), 1);
}

#[test]
fn https_uses_a_tunnel() {
    let trusting = TrustingClient::new();
    let proxy = tunnel(trusting.authority.config("vendor.test", |_| {}));
    let options = ClientOptions { proxy: Some(proxy.address.to_string()), ..trusting.options() };

    let reply = send(&options, "https://vendor.test", TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    let heads = heads(&proxy);
    assert!(heads[0].starts_with("CONNECT vendor.test:443 HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[1].starts_with("POST /live?"), "{heads:?}");
}

#[test]
fn failing_proxy_is_named_and_nothing_sent() {
    let closing = reply("");
    let locked = reply(http("407 Proxy Authentication Required", "", ""));
    let forbidding = reply(http("403 Forbidden", "", ""));
    for (proxy, scheme, problem) in [
        (closed_address(), "http", "the proxy PROXY refuses connections"),
        (closed_address(), "https", "the proxy PROXY refuses connections"),
        (locked.address, "https", "the proxy PROXY requires a user name and a password"),
        (forbidding.address, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
        (closing.address, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
    ] {
        let error = failure(&through(proxy), &format!("{scheme}://vendor.test"));

        let error = error.replace("PEER", "vendor.test").replace(&proxy.to_string(), "PROXY");
        assert_eq!(error, format!("NotSent network: {problem}"), "{scheme}");
    }
}

#[test]
fn only_an_unreachable_proxy_has_a_proxy_hint() {
    let closed = closed_address();
    let hint =
        |options: &ClientOptions, url: &str| send(options, url, TIMEOUT).unwrap_err().fault.hint;
    for scheme in ["http", "https"] {
        let hint = hint(&through(closed), &format!("{scheme}://vendor.test")).unwrap();
        assert_eq!(hint, "check the proxy in the profile or the environment", "{scheme}");
    }
    assert_eq!(hint(&options(), &format!("http://{closed}")), None);
}

#[test]
fn proxy_login_is_redacted_in_halves() {
    let secrets = |proxy: &str| {
        let transport =
            HttpClient::new(ClientOptions { proxy: Some(proxy.to_owned()), ..options() }, true)
                .unwrap();
        let texts: std::collections::BTreeSet<_> =
            transport.secrets().iter().map(|secret| secret.expose().to_owned()).collect();
        texts.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(secrets("http://me:5ecret@proxy.test:1"), ["5ecret", "me:5ecret"]);
    assert_eq!(secrets("http://t0ken@proxy.test:1"), ["t0ken", "t0ken:"]);
    assert_eq!(secrets("http://me:x@proxy.test:1"), ["me:x", "x"]);
    assert_eq!(secrets("http://proxy.test:1"), Vec::<String>::new());
}

#[test]
fn tunnel_without_tls_is_an_endpoint_fault() {
    let proxy = reply("HTTP/1.1 200 Connected\r\n\r\n");
    let silent = on_connect([ServerStep::Hang]);
    let hurried = ClientOptions { connect: Duration::from_millis(200), ..through(silent.address) };

    let error = failure(&through(proxy.address), "https://vendor.test");
    let hung =
        failure(&hurried, "https://vendor.test").replace(&silent.address.to_string(), "PROXY");

    assert_eq!(error, "NotSent tls: PEER:443 closed the connection during the TLS handshake");
    assert_eq!(
        hung,
        "NotSent timeout: no connection to PEER:443 through the proxy PROXY within 200ms"
    );
}

#[test]
fn malformed_proxy_fails_only_where_used() {
    let options =
        ClientOptions { proxy: Some("socks5://me:5ecret@proxy.test".to_owned()), ..options() };

    let error = HttpClient::new(options.clone(), true).err().unwrap();

    assert_eq!(error.kind, crate::error::ErrorKind::Config);
    assert!(!format!("{error:?}").contains("5ecret"));
    assert!(HttpClient::new(options, false).is_ok());
}
