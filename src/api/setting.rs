//! Checks of a profile's keys, and their values as a vendor's API reads them. The keys themselves are in the vendors'
//! folders.

use std::fmt;
use std::str::FromStr;

use crate::api::target::{domain, plain};
use crate::config::account::Account;
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;

/// A value that the profile's schema has already checked, read for use.
pub fn setting<T: FromStr>(account: &Account, key: &str) -> Result<T>
where
    T::Err: fmt::Display,
{
    let text = account.text(key).unwrap_or_default();
    text.parse().map_err(|error| Error::config(format!("{key}: {error}")))
}

/// The check of a key whose value is a domain.
pub fn check_domain(text: &str) -> Result<(), String> {
    domain(text, "domain").map(|_| ()).map_err(|problem| problem.message)
}

/// The check of a key whose value is an endpoint.
pub fn check_endpoint(text: &str) -> Result<(), String> {
    text.parse::<Endpoint>().map(drop).map_err(str::to_owned)
}

/// The check of a key that is sent in a header, which takes nothing but visible ASCII.
pub fn check_header(text: &str) -> Result<(), String> {
    plain(text)?;
    // Refused with the profile, and not by the HTTP library when the first request is built.
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err("is sent in a header, which takes letters, digits and signs of ASCII only".into())
}

/// The check of a key whose text has no rule but to be there.
pub fn check_text(text: &str) -> Result<(), String> {
    plain(text).map(drop)
}
