//! Rules for texts that go to a vendor: targets, domains and switches. What a target looks like in a wrapping is
//! checked in [`crate::input`].

use crate::api::name::VendorName;
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::text::is_deceptive;

/// A target as the vendor gets it. The planner checks its characters, unless `--exact` is given.
pub fn target(text: &str) -> Result<&str, Problem> {
    if text.is_empty() { Err(Problem::new("target", "it is empty")) } else { Ok(text) }
}

/// A text without invisible characters and without whitespace at its ends; the message names no key.
pub fn plain(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    // Pasted text often brings them along, and a vendor takes the name with them for another one.
    if let Some(c) = text.chars().find(|c| is_deceptive(*c)) {
        return Err(format!("it holds the character {}, which cannot be seen", c.escape_unicode()));
    }
    if text.trim() != text {
        return Err("it begins or ends with a blank".into());
    }
    Ok(text)
}

/// A setting that is a [`plain`] text, where it is given.
pub fn plain_setting<'i>(
    input: &'i OperationInput<'_>,
    key: &'static str,
) -> Result<Option<&'i str>, Problem> {
    input.get(key).map(plain).transpose().map_err(|message| Problem::new(key, message))
}

/// The push domain in a printed command, where only the operator knows it.
pub const PUSH_DOMAIN: &str = "PUSH_DOMAIN";

/// One host name, as the vendor will get it.
pub fn domain<'t>(text: &'t str, key: &'static str) -> Result<&'t str, Problem> {
    let wrong = |message: &str| Err(Problem::new(key, message.to_owned()));
    plain(text).map_err(|message| Problem::new(key, message))?;
    // A printed command has it where only the operator knows the domain; pasted as it is, it would be sent.
    if text == PUSH_DOMAIN {
        return wrong(
            "PUSH_DOMAIN is a placeholder; give the domain that the streams are pushed to",
        );
    }
    let misplaced = [
        ("://", "a domain is a host name alone, without http://"),
        (",", "a domain is one host name; give several as several targets, not with commas"),
        ("/", "a domain is a host name alone, without a path"),
        (":", "a domain is a host name alone, without a port"),
    ];
    if let Some((_, message)) = misplaced.iter().find(|(part, _)| text.contains(part)) {
        return wrong(message);
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // The lengths are those of DNS.
    if text.len() > 253 || !text.split('.').all(is_label) {
        return wrong("a domain is one host name such as push.example.com");
    }
    Ok(text)
}

/// The domain that the operation names, else the profile's.
pub fn named_domain<'a>(
    input: &'a OperationInput<'_>,
    context: &'a PlanContext<'_>,
    vendor: VendorName,
) -> Result<&'a str, Problem> {
    let own = || context.account(vendor)?.text("domain");
    input.get("domain").or_else(own).ok_or_else(|| missing_domain(context, vendor))
}

/// The problem of an operation whose domain neither it nor the profile names.
fn missing_domain(context: &PlanContext<'_>, vendor: VendorName) -> Problem {
    let key = context.key("domain", Some("DOMAIN"));
    let section = vendor.as_str();
    let message = format!(
        "no domain is named: give {key}, or set `domain` in the profile's [{section}] section"
    );
    Problem::new("domain", message)
}

/// A key that is a flag: `true`, or `false` for the same as not there.
pub fn flag(value: Option<&str>, key: &'static str) -> Result<bool, Problem> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::new(key, "it is true or false")),
    }
}
