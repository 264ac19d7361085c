//! [`NoProxy`]: the hosts that `NO_PROXY` exempts from the proxy.
//!
//! The HTTP library has a reader too, but it silently ignores an entry that it does not understand, such as `*.corp.test` or
//! `host:8080`, and the signed request goes to the proxy. Owns the notation; which variable is read is `proxy`'s.

use std::net::IpAddr;

use url::{Host, Url};

use super::endpoint::{host_address, host_name};

/// The rules of the variable.
#[derive(Debug, Default)]
pub(super) struct NoProxy(Vec<Rule>);

#[derive(Debug, PartialEq, Eq)]
struct Rule {
    hosts: Hosts,
    /// The only port that it applies to.
    port: Option<u16>,
}

#[derive(Debug, PartialEq, Eq)]
enum Hosts {
    /// `*`
    All,
    /// `corp.test` and `.corp.test`: the domain and its subdomains.
    Domain(String),
    /// `*.corp.test`: its subdomains.
    Subdomains(String),
    /// An address, or all addresses that share its first bits.
    Network(IpAddr, u8),
}

impl NoProxy {
    /// Parses entries that are separated by commas or whitespace; an error is the entry that is not understood.
    pub(super) fn parse(text: &str) -> Result<Self, &str> {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        let entries = entries.filter(|entry| !entry.is_empty());
        entries.map(|entry| Rule::parse(entry).ok_or(entry)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether requests to the URL use no proxy.
    pub(super) fn exempts(&self, url: &Url) -> bool {
        self.0.iter().any(|rule| rule.matches(url))
    }
}

impl Rule {
    fn parse(entry: &str) -> Option<Self> {
        if let Some(network) = network(entry) {
            return Some(Self { hosts: network, port: None });
        }
        let (host, port) = match entry.rsplit_once(':') {
            // An IPv6 address has more than one colon, unless it is in brackets.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse().ok()?))
            }
            _ => (entry, None),
        };
        Some(Self { hosts: hosts(host)?, port })
    }

    fn matches(&self, url: &Url) -> bool {
        // `host:443` is meant for `https://host`, whose URL has no port.
        if self.port.is_some() && self.port != url.port_or_known_default() {
            return false;
        }
        match &self.hosts {
            Hosts::All => true,
            Hosts::Network(address, bits) => {
                host_address(url).is_some_and(|host| shares_bits(*address, host, *bits))
            }
            Hosts::Domain(domain) => {
                host_name(url).is_some_and(|host| host == domain || is_subdomain(host, domain))
            }
            Hosts::Subdomains(domain) => {
                host_name(url).is_some_and(|host| is_subdomain(host, domain))
            }
        }
    }
}

fn is_subdomain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// An address, or a network in CIDR notation.
fn network(entry: &str) -> Option<Hosts> {
    let (address, bits) = match entry.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (entry, None),
    };
    let address =
        address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    let address = address.parse::<IpAddr>().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    // Only a whole address: of a network, the bits count in the notation that was written.
    let canonical = if bits == most { address.to_canonical() } else { address };
    let bits = if canonical.is_ipv4() && address.is_ipv6() { 32 } else { bits };
    (bits <= most).then_some(Hosts::Network(canonical, bits))
}

fn hosts(host: &str) -> Option<Hosts> {
    if host == "*" {
        return Some(Hosts::All);
    }
    if let Some(network) = network(host).filter(|_| !host.contains('/')) {
        return Some(network);
    }
    let (is_wildcard, name) = match host.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, host.strip_prefix('.').unwrap_or(host)),
    };
    // The URL of an endpoint has its host in lower case and in ASCII.
    let Host::Domain(domain) = Host::parse(name.trim_end_matches('.')).ok()? else { return None };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_valid = !domain.is_empty() && domain.chars().all(is_name) && !domain.contains("..");
    is_valid.then_some(if is_wildcard { Hosts::Subdomains(domain) } else { Hosts::Domain(domain) })
}

fn shares_bits(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits.into()
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits.into()
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exempts(rules: &str, url: &str) -> bool {
        NoProxy::parse(rules).unwrap().exempts(&url.parse().unwrap())
    }

    #[test]
    fn each_notation_exempts_its_hosts() {
        for (rules, exempt, others) in [
            (
                "corp.test",
                "http://corp.test http://a.corp.test http://CORP.test.",
                "http://xcorp.test http://test",
            ),
            (".corp.test", "http://corp.test https://a.b.corp.test", "http://xcorp.test"),
            ("*.corp.test", "http://a.corp.test", "http://corp.test http://xcorp.test"),
            ("corp.test.", "http://corp.test http://corp.test.", "http://corp.test.evil"),
            (
                "corp.test:8080",
                "http://corp.test:8080 http://a.corp.test:8080",
                "http://corp.test http://corp.test:8081",
            ),
            ("corp.test:443", "https://corp.test", "http://corp.test"),
            (".corp.test:80", "http://a.corp.test", "https://a.corp.test"),
            ("*", "http://corp.test https://10.0.0.1", ""),
            ("*:8080", "http://corp.test:8080", "http://corp.test"),
            ("10.1.2.3", "http://10.1.2.3:99 http://[::ffff:10.1.2.3]", "http://10.1.2.4"),
            ("10.1.2.3:80", "http://10.1.2.3", "https://10.1.2.3"),
            (
                "10.0.0.0/8",
                "http://10.255.0.1 http://[::ffff:10.0.0.1]",
                "http://11.0.0.1 http://ten.test",
            ),
            ("10.1.2.3/8", "http://10.9.9.9", "http://11.1.2.3"),
            ("0.0.0.0/0", "http://1.2.3.4", "http://[fd00::1]"),
            ("fd00::/8", "http://[fd12::1]", "http://[fe80::1]"),
            ("[fd00::1]", "http://[fd00::1]:81", "http://[fd00::2]"),
            ("[fd00::1]:81", "http://[fd00::1]:81", "http://[fd00::1]"),
            ("fd00::1", "https://[fd00::1]", "http://fd00.test"),
            ("::ffff:10.0.0.1", "http://10.0.0.1", "http://10.0.0.2"),
            ("bücher.test", "http://xn--bcher-kva.test http://bücher.test", "http://bucher.test"),
            (
                "a.test, b.test\tc.test  d.test,,",
                "http://a.test http://b.test http://c.test http://d.test",
                "http://e.test",
            ),
            ("host_1", "http://host_1", "http://host"),
        ] {
            for url in exempt.split_whitespace() {
                assert!(exempts(rules, url), "{rules}: {url}");
            }
            for url in others.split_whitespace() {
                assert!(!exempts(rules, url), "{rules}: {url}");
            }
        }
        assert!(!exempts("", "http://a.test"));
    }

    #[test]
    fn other_notations_are_refused() {
        for entry in [
            "http://corp.test",
            "10.*",
            "corp.*",
            "*corp.test",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "fd00::/129",
            "10.0.0/8",
            "corp.test:http",
            "corp.test:99999",
            "a;b",
            "corp.test/8",
            "corp.test:",
            ".",
            "*.",
            "a..b",
            "[fd00::1",
            "@a",
        ] {
            let rules = format!("good.test,{entry}");
            assert_eq!(NoProxy::parse(&rules).err(), Some(entry));
        }
    }
}
