//! [`Endpoint`]: where a vendor's API is reached. Owns which URLs are accepted for one; which is used is the profile's
//! choice.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// Scheme, host, optional port and path prefix of an API; parsed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    shown: String,
    host: String,
}

impl Endpoint {
    /// The URL of an API path behind the endpoint's prefix, without a query.
    #[must_use]
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        match self.url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
        }
        url
    }

    /// The `Host` header of requests to it, with the port unless it is the scheme's default.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is plain HTTP, which anyone on the way can read.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Whether it is on this machine, where no proxy is used.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The endpoint as a URL, its path the prefix.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// As it is shown: without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }
}

/// Whether a URL, with or without a user name, is of this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let is_local = |name: &str| name == "localhost" || name.ends_with(".localhost");
    // A connect to 0.0.0.0 or `::` reaches this machine.
    let is_here = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    host_name(url).is_some_and(is_local) || host_address(url).is_some_and(is_here)
}

/// The name of a URL's host; `None` for an address.
pub(super) fn host_name(url: &Url) -> Option<&str> {
    // A final dot marks a name as absolute; it is no part of it.
    url.domain().map(|name| name.trim_end_matches('.'))
}

/// The address of a URL's host; `None` for a name.
pub(super) fn host_address(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        // `::ffff:10.0.0.1` is the IPv4 address 10.0.0.1 in another notation.
        Host::Ipv6(address) => Some(IpAddr::V6(address).to_canonical()),
    }
}

impl FromStr for Endpoint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text)
            .map_err(|_| "an endpoint is a URL such as https://host or http://host:8080/prefix")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("an endpoint starts with http:// or https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an endpoint holds no user name and no password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("an endpoint ends with its path prefix, without `?` or `#`");
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err("an endpoint names a host");
        }
        // `Url` adds a slash that the operator did not type.
        let shown = url.as_str().trim_end_matches('/').to_owned();
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { url, shown, host })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognized_in_any_notation() {
        for (host, is_here) in [
            ("localhost", true),
            ("localhost.", true),
            ("a.localhost", true),
            ("127.9.9.9", true),
            ("0.0.0.0", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("[::]", true),
            ("localhost.com", false),
            ("10.0.0.1", false),
            ("[::ffff:10.0.0.1]", false),
        ] {
            assert_eq!(
                format!("http://{host}:1").parse::<Endpoint>().unwrap().is_loopback(),
                is_here,
                "{host}"
            );
        }
    }

    #[test]
    fn loopback_url_may_have_a_user_name() {
        for (url, is_here) in [("http://a:b@localhost/x", true), ("https://localhost@host", false)]
        {
            assert_eq!(is_loopback(&url.parse().unwrap()), is_here, "{url}");
        }
    }
}
