//! Volcengine's names, and the keys of its section in a profile.

use crate::api::keys::{ACCESS_KEY_ID, DOMAIN, ENDPOINT, SECRET_ACCESS_KEY, SECURITY_TOKEN};
use crate::api::name::VendorName;
use crate::api::target::plain;
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};

/// Volcengine's names.
pub const NAME: VendorName = VendorName::new("volcengine", "Volcengine");

/// Where Volcengine serves its live API.
pub(super) const DEFAULT_ENDPOINT: &str = "https://live.volcengineapi.com";

/// The key of the domain space.
pub(super) const VHOST_KEY: &str = "vhost";

/// The check of a domain space.
pub(super) fn check_vhost(text: &str) -> Result<(), String> {
    plain(text)?;
    // A `*` may reach every space, and streams of one name in other spaces would be cut too.
    match text.chars().find(|c| "*/".contains(*c) || c.is_whitespace()) {
        None => Ok(()),
        Some(c) if c.is_whitespace() => {
            Err("a domain space (Vhost) is one name without blanks".into())
        }
        Some(c) => Err(format!("a domain space (Vhost) is one name without `{c}`")),
    }
}

/// The keys of `[profiles.NAME.volcengine]`.
pub static SECTION: Section = Section {
    name: "volcengine",
    keys: &[
        Key {
            help: "The Access Key ID of an IAM user.",
            usual_length: Some(40..=80),
            ..ACCESS_KEY_ID
        },
        Key {
            help: "The Secret Access Key of that user, as the console shows it: it may look like Base64 and is not decoded.",
            usual_length: Some(40..=80),
            ..SECRET_ACCESS_KEY
        },
        Key {
            help: "The session token (STS) of a temporary Access Key. Leave it out for a permanent key.",
            ..SECURITY_TOKEN
        },
        Key { help: "The push domain, for commands and lines that name none.", ..DOMAIN },
        Key {
            help: "The domain space (Vhost) of that push domain. Volcengine cuts streams by it, so `drop` needs it.",
            example: "YOUR_DOMAIN_SPACE",
            env: true,
            check: check_vhost,
            is_starter: true,
            needed_for: Some("`drop` is refused without --vhost"),
            ..Key::new(VHOST_KEY, ValueKind::Text)
        },
        PLAY,
        Key { default: Some(DEFAULT_ENDPOINT), ..ENDPOINT },
    ],
};
