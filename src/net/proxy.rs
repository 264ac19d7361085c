//! Proxies: which one a request uses, and which hosts are exempt.
//!
//! Owns the rules of the profile's `proxy` and of the variables. Connecting is the client's.

use std::env;
use std::ffi::OsString;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use url::{Position, Url};

use super::no_proxy::NoProxy;
use crate::error::{Error, Result};
use crate::net::endpoint::is_loopback;
use crate::secret::Secret;
use crate::text::excerpt;

const FORM: &str = "a proxy is a URL such as http://proxy.example.com:3128, over http or https";

/// How a variable is looked up; an empty one is not set.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Checks the URL of a proxy; the message never repeats it, since it may contain a password.
pub fn check(text: &str) -> Result<(), String> {
    parse(text).map(drop).ok_or_else(|| FORM.to_owned())
}

/// The variables that name the proxies of a run without one in its profile; an error when one is malformed.
pub fn environment(variable: Lookup<'_>) -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    for (name, value) in sources(variable).into_iter().flatten() {
        parse_named(name, &value)?;
        names.push(name);
    }
    names.dedup();
    Ok(names)
}

/// The variables that name the proxies for plain HTTP and for HTTPS, with their values.
fn sources(variable: Lookup<'_>) -> [Option<(&'static str, OsString)>; 2] {
    // In a CGI script a client can set HTTP_PROXY, by sending a header named "Proxy".
    if variable("REQUEST_METHOD").is_some() {
        return [None, None];
    }
    let of = |names| first(variable, names).or_else(|| first(variable, ["ALL_PROXY", "all_proxy"]));
    [of(["HTTP_PROXY", "http_proxy"]), of(["HTTPS_PROXY", "https_proxy"])]
}

fn first(variable: Lookup<'_>, names: [&'static str; 2]) -> Option<(&'static str, OsString)> {
    names.into_iter().find_map(|name| Some((name, variable(name)?)))
}

/// Scheme, host and port of a proxy, without user name and password, either of which may be a secret.
#[must_use]
pub fn without_login(text: &str) -> String {
    parse(text)
        .map(|url| {
            url[..Position::BeforeUsername].to_owned()
                + &url[Position::BeforeHost..Position::AfterPort]
        })
        .unwrap_or_default()
}

/// The user name and the password of a proxy, decoded, as far as it has them.
#[must_use]
pub fn login(text: &str) -> Vec<String> {
    let Some(url) = parse(text) else { return Vec::new() };
    let parts = [Some(url.username()).filter(|user| !user.is_empty()), url.password()];
    parts.into_iter().flatten().map(decoded).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Checks the proxies of a run without building a client.
pub fn check_run(profile: Option<&str>, variable: Lookup<'_>) -> Result<()> {
    Proxies::resolve(profile, variable).map(drop)
}

/// The proxies of a run, and the hosts that are exempt.
pub(super) struct Proxies {
    /// The one for plain HTTP, where the profile or the environment names it.
    pub(super) http: Option<Url>,
    /// The one for HTTPS.
    pub(super) https: Option<Url>,
    /// The system's settings, where neither is named.
    pub(super) system: Option<Box<Matcher>>,
    exempt: NoProxy,
}

impl Proxies {
    /// The profile's proxy, else those of the environment, else those of the system where it has such settings.
    pub(super) fn new(profile: Option<&str>) -> Result<Option<Self>> {
        Self::resolve(profile, &|name| env::var_os(name))
    }

    fn resolve(profile: Option<&str>, variable: Lookup<'_>) -> Result<Option<Self>> {
        let variable: Lookup<'_> = &|name| variable(name).filter(|value| !value.is_empty());
        let [http, https] = match profile {
            Some(text) => [Some(("proxy", text.into())), Some(("proxy", text.into()))],
            None => sources(variable),
        };
        let url = |source: Option<(_, _)>| {
            source.map(|(name, value)| parse_named(name, &value)).transpose()
        };
        let (http, https) = (url(http)?, url(https)?);
        let has_settings =
            || cfg!(any(windows, target_os = "macos")) && variable("REQUEST_METHOD").is_none();
        let is_configured = http.is_some() || https.is_some();
        if !is_configured && !has_settings() {
            return Ok(None);
        }
        let system = (!is_configured).then(|| Box::new(Matcher::from_system()));
        Ok(Some(Self { http, https, system, exempt: exempt(variable)? }))
    }

    /// The passwords, or the tokens in place of a user name, and the value of the header that carries them.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let urls = [&self.http, &self.https].into_iter().flatten();
        let with_login = urls.filter(|url| !url.username().is_empty() || url.password().is_some());
        let secrets = with_login.flat_map(|url| {
            let (user, password) = (decoded(url.username()), url.password().map(decoded));
            // Basic authentication sends both as one text in base64, in which a search for one of
            // them finds nothing.
            let header = format!("{user}:{}", password.as_deref().unwrap_or_default());
            // A login without a password is a token in place of the user name.
            [header, password.unwrap_or(user)]
        });
        secrets.map(Secret::new).collect()
    }

    /// Host and port of the proxy for a URL; `None` for a direct connection, which loopback always uses.
    pub(super) fn authority(&self, url: &Url) -> Option<String> {
        self.proxy_for(url).map(|(_, authority)| authority)
    }

    /// The proxy for a URL as a URL itself, without user name and password.
    pub(super) fn url(&self, url: &Url) -> Option<String> {
        self.proxy_for(url).map(|(scheme, authority)| format!("{scheme}://{authority}"))
    }

    fn proxy_for(&self, url: &Url) -> Option<(&'static str, String)> {
        // A proxy on another machine would connect to its own loopback, and be shown the signed URL.
        if is_loopback(url) || self.exempt.exempts(url) {
            return None;
        }
        let configured = if url.scheme() == "https" { &self.https } else { &self.http };
        let uri: Uri = match &self.system {
            Some(system) => {
                system.intercept(&url[..Position::BeforePath].parse().ok()?)?.uri().clone()
            }
            None => configured.as_ref()?.as_str().parse().ok()?,
        };
        let (scheme, port) =
            if uri.scheme_str() == Some("https") { ("https", 443) } else { ("http", 80) };
        Some((scheme, format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(port))))
    }
}

/// The hosts that `NO_PROXY` exempts. An entry that is not understood is an error.
fn exempt(variable: Lookup<'_>) -> Result<NoProxy> {
    let Some((name, value)) = first(variable, ["NO_PROXY", "no_proxy"]) else {
        return Ok(NoProxy::default());
    };
    let text = value.to_string_lossy();
    // Ignored, the entry would let a signed request go to a proxy that was to be left out.
    NoProxy::parse(&text).map_err(|entry| {
        // An entry with `@` looks like a URL, and may have a password in it.
        let shown =
            if entry.contains('@') { String::new() } else { format!(" \"{}\"", excerpt(entry, 80)) };
        Error::config(format!("{name} has an entry{shown} that is not understood")).hint(
            "write host names, .domain, *.domain, host:port, IP addresses or CIDR, separated by commas or blanks, or *",
        )
    })
}

/// Parses a proxy; an error names the variable and not its value, which may contain a password.
fn parse_named(name: &str, value: &OsString) -> Result<Url> {
    let url = value.to_str().and_then(parse);
    url.ok_or_else(|| {
        Error::config(format!("{name} is not a proxy: {FORM}"))
            .hint(format!("correct or unset {name}"))
    })
}

fn parse(text: &str) -> Option<Url> {
    // Without a scheme it is http, as for curl.
    let url =
        if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) }
            .ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    // The HTTP library silently ignores a proxy whose URL it cannot parse.
    let is_usable = url.as_str().parse::<Uri>().is_ok_and(|uri| uri.host().is_some());
    // Whitespace: `Url` drops tabs and line ends without an error.
    (matches!(url.scheme(), "http" | "https")
        && is_bare
        && is_usable
        && !text.contains(char::is_whitespace))
    .then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(profile: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<Proxies>> {
        Proxies::resolve(profile, &|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            (!value.is_empty()).then(|| value.into())
        })
    }

    fn way(variables: &[(&str, &str)], url: &str) -> Option<String> {
        proxies(None, variables)
            .unwrap()
            .and_then(|proxies| proxies.authority(&url.parse().unwrap()))
    }

    #[test]
    fn every_standard_variable_counts() {
        for (name, url) in [
            ("http_proxy", "http://vendor.test/"),
            ("HTTP_PROXY", "http://vendor.test/"),
            ("https_proxy", "https://vendor.test/"),
            ("HTTPS_PROXY", "https://vendor.test/"),
            ("all_proxy", "http://vendor.test/"),
            ("ALL_PROXY", "https://vendor.test/"),
        ] {
            assert_eq!(
                way(&[(name, "http://me:pw@proxy.test:3128")], url).as_deref(),
                Some("proxy.test:3128"),
                "{name}"
            );
        }
        assert_eq!(way(&[("http_proxy", "proxy.test:3128")], "https://vendor.test/"), None);
    }

    #[test]
    fn empty_variable_is_not_set() {
        let variables = [
            ("HTTP_PROXY", ""),
            ("http_proxy", "proxy.test:3128"),
            ("NO_PROXY", ""),
            ("no_proxy", "b.test"),
        ];

        assert_eq!(way(&variables, "http://a.test/").as_deref(), Some("proxy.test:3128"));
        assert_eq!(way(&variables, "http://b.test/"), None);
        assert_eq!(way(&[("ALL_PROXY", "")], "http://a.test/"), None);
    }

    #[test]
    fn loopback_and_no_proxy_go_direct() {
        let variables =
            [("all_proxy", "https://proxy.test"), ("NO_PROXY", ".corp.test, 10.0.0.0/8")];

        for direct in [
            "http://127.0.0.9:8080/",
            "http://[::1]/",
            "http://localhost:1/",
            "https://a.localhost/",
            "http://10.1.2.3/",
            "http://x.corp.test/",
        ] {
            assert_eq!(way(&variables, direct), None, "{direct}");
        }
        assert_eq!(way(&variables, "http://vendor.test/").as_deref(), Some("proxy.test:443"));
    }

    #[test]
    fn profile_proxy_keeps_no_proxy() {
        let variables = [("http_proxy", "!! not a proxy"), ("no_proxy", "b.test")];

        let proxies = proxies(Some("http://profile.test:8080"), &variables).unwrap().unwrap();

        let way = |url: &str| proxies.authority(&url.parse().unwrap());
        assert_eq!(way("https://a.test/").as_deref(), Some("profile.test:8080"));
        assert_eq!(way("https://b.test/"), None);
    }

    #[test]
    fn malformed_proxy_is_named_without_its_value() {
        for value in [
            "http://me:hunter2@",
            "socks5://me:hunter2@proxy.test:1080",
            "http://me:hunter2@proxy.test:99999",
            "http://hunter2/x",
            "a hunter2",
        ] {
            let error = proxies(None, &[("ALL_PROXY", value)]).err().unwrap();

            assert_eq!(error.kind, crate::error::ErrorKind::Config);
            assert!(error.to_string().starts_with("ALL_PROXY is not a proxy"), "{error}");
            assert!(!format!("{error} {:?}", error.hint).contains("hunter2"));
            assert!(!check(value).unwrap_err().contains("hunter2"));
        }
    }

    #[test]
    fn proxy_is_shown_without_login() {
        assert_eq!(without_login("http://me:hunter2@proxy.test:3128"), "http://proxy.test:3128");
        assert_eq!(without_login("me:hunter2@proxy.test:3128"), "http://proxy.test:3128");
        assert_eq!(without_login("http:// hunter2"), "");
    }

    #[test]
    fn unused_malformed_variable_is_no_error() {
        let variables = [
            ("ALL_PROXY", "socks5://p.test"),
            ("http_proxy", "p.test:1"),
            ("https_proxy", "p.test:2"),
        ];

        assert_eq!(way(&variables, "https://a.test/").as_deref(), Some("p.test:2"));
    }

    #[test]
    fn proxy_passwords_may_contain_any_character() {
        for password in ["p%40ss", "p%ss", "a|b`c'd\"e^f{g}", "ключ", "a:b!$&()*+,;="] {
            let url = format!("http://me:{password}@proxy.test:3128");

            assert_eq!(check(&url), Ok(()), "{password}");
            assert_eq!(
                way(&[("http_proxy", &url)], "http://a.test/").as_deref(),
                Some("proxy.test:3128"),
                "{password}"
            );
        }
    }

    #[test]
    fn invalid_no_proxy_stops_a_proxied_run() {
        let variables = [("http_proxy", "p.test:1"), ("no_proxy", "a.test;b.test")];
        let error = proxies(None, &variables).err().unwrap();
        assert_eq!(
            error.to_string(),
            "no_proxy has an entry \"a.test;b.test\" that is not understood"
        );
        assert!(error.hint.unwrap().contains("*.domain"));
        assert!(proxies(None, &variables[1..]).unwrap().is_none());

        let variables = [("NO_PROXY", "http://me:hunter2@a.test")];
        let error = proxies(Some("p.test:1"), &variables).err().unwrap();
        assert!(!format!("{error:?}").contains("hunter2"));
    }

    #[test]
    fn no_proxy_takes_wildcards_ports_and_blanks() {
        let rules = "*.corp.test b.test:8080 10.0.0.0/8";
        let variables = [("all_proxy", "p.test:1"), ("NO_PROXY", rules)];
        for direct in ["http://a.corp.test/", "http://b.test:8080/", "http://10.1.1.1/"] {
            assert_eq!(way(&variables, direct), None, "{direct}");
        }
        assert_eq!(way(&variables, "http://b.test/").as_deref(), Some("p.test:1"));
    }
}
