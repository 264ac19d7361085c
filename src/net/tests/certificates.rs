//! Certificates that are trusted, and those that are not.

use super::*;

#[test]
fn certificate_of_the_ca_file_is_accepted() {
    let trusting = TrustingClient::new();
    let server = serve_tls(trusting.authority.loopback(CertificateKind::Good));

    let reply = send(&trusting.options(), &server.url(), TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    assert!(server.requests()[0].head.starts_with("POST /live"));
}

#[test]
fn bad_certificate_is_final_and_not_sent() {
    let trusting = TrustingClient::new();
    let kind = |kind| trusting.authority.loopback(kind);
    let is_authority =
        |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let for_clients = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let untrusted = "comes from an authority that is not trusted here";
    for (config, problem) in [
        (kind(CertificateKind::SelfSigned), untrusted),
        (TestAuthority::new().loopback(CertificateKind::Good), untrusted),
        (kind(CertificateKind::WrongHost), "is for another name: other.test"),
        (kind(CertificateKind::Expired), "has expired: it was valid until 2020-01-01T00:00:00Z"),
        (kind(CertificateKind::NotYetValid), "is not valid yet, but from 2999-01-01T00:00:00Z on"),
        (
            trusting.authority.config("127.0.0.1", for_clients),
            "is not for servers: its extended key usage excludes them",
        ),
        (trusting.authority.config("127.0.0.1", is_authority), "is an authority's own"),
    ] {
        let server = serve_tls(config);

        let error = failure(&trusting.options(), &server.url());

        assert_eq!(error, format!("NotSent tls: the certificate of PEER {problem} (final)"));
        assert_eq!((server.arrivals_up_to(1), server.requests().len()), (1, 0));
    }
}

#[test]
fn unknown_authority_has_a_hint() {
    let server = serve_tls(TestAuthority::new().loopback(CertificateKind::Good));

    let hint = |options: &ClientOptions| {
        send(options, &server.url(), TIMEOUT).unwrap_err().fault.hint.unwrap()
    };
    let of_system = hint(&options());
    assert!(of_system.contains("`ca_file`") && of_system.contains("SSL_CERT_FILE"), "{of_system}");
    // One that names a `ca_file` already is not asked to name one.
    assert_eq!(
        hint(&TrustingClient::new().options()),
        "the profile's `ca_file` has to contain the certificate of that authority"
    );
}

#[test]
fn only_an_unknown_authority_is_advised_to_trust() {
    let trusting = TrustingClient::new();
    for kind in [CertificateKind::WrongHost, CertificateKind::Expired, CertificateKind::NotYetValid]
    {
        let server = serve_tls(trusting.authority.loopback(kind));
        let fault = send(&trusting.options(), &server.url(), TIMEOUT).unwrap_err().fault;
        assert!(!fault.hint.unwrap().contains("ca_file"), "{kind:?}");
    }
}

#[test]
fn system_authorities_refuse_a_test_certificate() {
    let server = serve_tls(TestAuthority::new().loopback(CertificateKind::Good));

    let error = send(&options(), &server.url(), TIMEOUT).unwrap_err();

    assert_eq!(
        (error.sent, error.fault.kind, error.retry),
        (Delivery::NotSent, FaultKind::Tls, false)
    );
}

#[test]
fn older_tls_is_retried() {
    // A server that knows nothing newer than TLS 1.1 sends a fatal alert, "protocol version".
    let server = on_connect([ServerStep::Send(vec![21, 3, 1, 0, 2, 2, 70]), ServerStep::Close]);

    let error = failure(&options(), &format!("https://{}", server.address));

    assert_eq!(error, "NotSent tls: PEER speaks no TLS newer than 1.1");
}
