//! [`SETTINGS`]: the keys of a profile that belong to no vendor, with their rules.

use super::placeholder;
use super::section::{Key, Section, ValueKind};
use crate::net::proxy;
use crate::time;

/// The settings of a profile beside its vendors' sections; each default is that of the flag of the same name.
pub static SETTINGS: Section = Section {
    name: "",
    keys: &[
        Key {
            help: "The only certificate authorities to trust (PEM), instead of the system's, as for a proxy that \
                   inspects TLS; relative to this file.",
            example: "company-ca.pem",
            ..Key::new("ca_file", ValueKind::Text)
        },
        Key {
            help: "The proxy for all requests except those to this machine and to the hosts of NO_PROXY, instead of \
                   the environment's.",
            example: "http://proxy.example.com:3128",
            check: check_proxy,
            ..Key::new("proxy", ValueKind::Text)
        },
        Key {
            help: "Requests a second to one vendor; 0 lifts the limit. Without it each vendor's own, which `livectl --help` lists.",
            example: "10",
            check: |text| at_least(0, text),
            ..Key::new("rate", ValueKind::Integer)
        },
        Key {
            help: "Requests in flight at once.",
            default: Some("8"),
            check: |text| at_least(1, text),
            ..Key::new("concurrency", ValueKind::Integer)
        },
        Key {
            help: "The longest that one attempt may take: 500ms, 8s, 1m.",
            default: Some("8s"),
            check: |text| time::limit(text).map(drop),
            ..Key::new("timeout", ValueKind::Text)
        },
        Key {
            help: "A run with more distinct targets is refused, so that a wrong list does little harm.",
            default: Some("20"),
            check: |text| at_least(1, text),
            ..Key::new("max_targets", ValueKind::Integer)
        },
        Key {
            help: "The profile is for a simulator such as `livectl sandbox`: it takes endpoints on this machine only, \
                   and each row of its results is marked.",
            default: Some("false"),
            ..Key::new("sandbox", ValueKind::Boolean)
        },
    ],
};

/// The rule for the endpoints of a profile with `sandbox = true`.
pub(super) const SANDBOX_ENDPOINT: &str = "a profile with `sandbox = true` takes endpoints on this machine only, such as \
                                           http://127.0.0.1:8080";

/// Checks the URL of a proxy, and that its login was filled in.
fn check_proxy(text: &str) -> Result<(), String> {
    proxy::check(text)?;
    // A login that was not filled in would be sent to the proxy.
    let placeholder = proxy::login(text).into_iter().find_map(|part| placeholder::problem(&part));
    placeholder.map_or(Ok(()), |why| Err(format!("its user name or password is {why}")))
}

fn at_least(least: u32, text: &str) -> Result<(), String> {
    if text.parse().is_ok_and(|number: u32| number >= least) {
        return Ok(());
    }
    Err(format!("takes a whole number, {least} or more"))
}
