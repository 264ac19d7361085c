//! The keys of a profile that several vendors have.
//!
//! Owns what such a key is everywhere; its help and its usual length are in the vendors' sections.

use crate::api::setting::{check_domain, check_endpoint, check_header};
use crate::config::section::{Key, ValueKind};

/// The id of an access key.
pub const ACCESS_KEY_ID: Key = Key {
    example: "YOUR_ACCESS_KEY_ID",
    required: true,
    env: true,
    // Sent in the `Authorization` header.
    check: check_header,
    ..Key::new("access_key_id", ValueKind::Text)
};

/// The secret of an access key.
pub const SECRET_ACCESS_KEY: Key = Key {
    example: "YOUR_SECRET_ACCESS_KEY",
    required: true,
    env: true,
    ..Key::new("secret_access_key", ValueKind::Secret)
};

/// The security token of a temporary access key.
pub const SECURITY_TOKEN: Key = Key {
    example: "YOUR_SECURITY_TOKEN",
    env: true,
    check: check_header,
    ..Key::new("security_token", ValueKind::Secret)
};

/// The push domain of targets that name none.
pub const DOMAIN: Key = Key {
    help: "The domain that streams are pushed to, for commands and lines that name none.",
    example: "YOUR_PUSH_DOMAIN",
    env: true,
    check: check_domain,
    // Not required: a command or a line may name another.
    is_starter: true,
    ..Key::new("domain", ValueKind::Text)
};

/// The address of the API.
pub const ENDPOINT: Key = Key {
    help: "Where the API is: scheme, host, and optionally a port and a path prefix.",
    env: true,
    check: check_endpoint,
    ..Key::new("endpoint", ValueKind::Text)
};
