//! Alibaba's names, and the keys of its section in a profile.

use crate::api::name::VendorName;
use crate::api::setting::{check_domain, check_endpoint, check_header};
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};

/// Alibaba Cloud's names.
pub const NAME: VendorName = VendorName::new("alibaba", "Alibaba");

/// Where Alibaba serves the API of `ApsaraVideo` Live.
// Its pages name other hosts for Singapore and Frankfurt; its SDK sends every region here.
pub(super) const ENDPOINT: &str = "https://live.aliyuncs.com";

/// The key of the domain that streams are watched at.
pub(super) const PLAY_DOMAIN: &str = "play_domain";

/// The keys of `[profiles.NAME.alibaba]`.
pub static SECTION: Section = Section {
    name: "alibaba",
    keys: &[
        Key {
            help: "The AccessKey ID of a RAM user.",
            example: "YOUR_ACCESS_KEY_ID",
            required: true,
            env: true,
            check: check_header,
            usual_length: Some(16..=32),
            ..Key::new("access_key_id", ValueKind::Text)
        },
        Key {
            help: "The AccessKey Secret of that user.",
            example: "YOUR_ACCESS_KEY_SECRET",
            required: true,
            env: true,
            // A permanent one has 30, one of temporary credentials 44.
            usual_length: Some(30..=44),
            ..Key::new("secret_access_key", ValueKind::Secret)
        },
        Key {
            help: "The security token (STS) of a temporary AccessKey. Leave it out for a permanent key.",
            example: "YOUR_SECURITY_TOKEN",
            env: true,
            check: check_header,
            ..Key::new("security_token", ValueKind::Secret)
        },
        Key {
            help: "The push domain (ingest domain), for commands and lines that name none.",
            example: "YOUR_PUSH_DOMAIN",
            env: true,
            check: check_domain,
            is_starter: true,
            ..Key::new("domain", ValueKind::Text)
        },
        Key {
            help: "The play domain (main streaming domain) of that push domain. Alibaba lists streams by it, live ones and banned ones, so `online`, `forbidden` and the verification of a ban need it.",
            example: "YOUR_PLAY_DOMAIN",
            env: true,
            check: check_domain,
            is_starter: true,
            needed_for: Some("`online` and `forbidden` are refused, and no ban is verified"),
            ..Key::new(PLAY_DOMAIN, ValueKind::Text)
        },
        PLAY,
        Key {
            help: "Where the API is: scheme, host, and optionally a port and a path prefix.",
            default: Some(ENDPOINT),
            env: true,
            check: check_endpoint,
            ..Key::new("endpoint", ValueKind::Text)
        },
    ],
};
