//! Alibaba's names, and the keys of its section in a profile.

use crate::api::keys::{ACCESS_KEY_ID, DOMAIN, ENDPOINT, SECRET_ACCESS_KEY, SECURITY_TOKEN};
use crate::api::name::VendorName;
use crate::api::setting::check_domain;
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};

/// Alibaba Cloud's names.
pub const NAME: VendorName = VendorName::new("alibaba", "Alibaba");

/// Where Alibaba serves the API of `ApsaraVideo` Live.
// Its pages name other hosts for Singapore and Frankfurt; its SDK sends every region here.
pub(super) const DEFAULT_ENDPOINT: &str = "https://live.aliyuncs.com";

/// The key of the domain that streams are watched at.
pub(super) const PLAY_DOMAIN: &str = "play_domain";

/// The keys of `[profiles.NAME.alibaba]`.
pub static SECTION: Section = Section {
    name: "alibaba",
    keys: &[
        Key {
            help: "The AccessKey ID of a RAM user.",
            usual_length: Some(16..=32),
            ..ACCESS_KEY_ID
        },
        Key {
            help: "The AccessKey Secret of that user.",
            example: "YOUR_ACCESS_KEY_SECRET",
            // A permanent one has 30, one of temporary credentials 44.
            usual_length: Some(30..=44),
            ..SECRET_ACCESS_KEY
        },
        Key {
            help: "The security token (STS) of a temporary AccessKey. Leave it out for a permanent key.",
            ..SECURITY_TOKEN
        },
        Key {
            help: "The push domain (ingest domain), for commands and lines that name none.",
            ..DOMAIN
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
        Key { default: Some(DEFAULT_ENDPOINT), ..ENDPOINT },
    ],
};
