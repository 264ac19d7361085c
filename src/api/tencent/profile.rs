//! Tencent's names, and the keys of its section in a profile.

use crate::api::keys::{ACCESS_KEY_ID, DOMAIN, ENDPOINT, SECRET_ACCESS_KEY, SECURITY_TOKEN};
use crate::api::name::VendorName;
use crate::api::setting::check_text;
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};

/// Tencent Cloud's names.
pub const NAME: VendorName = VendorName::new("tencent", "Tencent");

/// The API of 2017.
pub const LEGACY: &str = "legacy";

/// API 3.0.
pub const V3: &str = "v3";

/// Where Tencent serves its legacy API.
// Plain http: no page and no public client has an https form of it.
pub(super) const LEGACY_ENDPOINT: &str = "http://fcgi.video.qcloud.com";

/// Where Tencent serves API 3.0.
pub(super) const V3_ENDPOINT: &str = "https://live.tencentcloudapi.com";

/// The keys of `[profiles.NAME.tencent]`.
pub static SECTION: Section = Section {
    name: "tencent",
    keys: &[
        Key {
            help: "The version of Tencent's API: \"legacy\", which Tencent calls obsolete, or \"v3\", its API 3.0. Keys of the other version may stay and are ignored.",
            default: Some(LEGACY),
            env: true,
            check: check_api,
            ..Key::new("api", ValueKind::Text)
        },
        Key {
            help: "the account's APPID, digits only; with or without quotes.",
            example: "YOUR_APP_ID",
            required: true,
            env: true,
            check: check_app_id,
            ..legacy("app_id", ValueKind::TextOrInteger)
        },
        Key {
            help: "the API authentication key of the live console; it is not the key of push URLs.",
            example: "YOUR_API_KEY",
            required: true,
            env: true,
            usual_length: Some(32..=32),
            ..legacy("api_key", ValueKind::Secret)
        },
        Key {
            help: "where the API is. Tencent documents it over plain http only.",
            default: Some(LEGACY_ENDPOINT),
            api: Some(LEGACY),
            ..ENDPOINT
        },
        Key {
            help: "the name of the interface; \"Live_Channel_SetStatus\" is what one page's example prints.",
            default: Some("channel_manager"),
            check: check_interface,
            ..legacy("interface", ValueKind::Text)
        },
        Key {
            help: "how long a signature is valid, in seconds from signing, 1 to 86400. Whoever sees a request on its way can use its signature for so long: keep it short.",
            // The manual's example expires 60 seconds after signing.
            default: Some("60"),
            check: check_ttl,
            ..legacy("sign_ttl", ValueKind::Integer)
        },
        Key {
            name: "secret_id",
            help: "the SecretId of an API key of the console.",
            example: "YOUR_SECRET_ID",
            usual_length: Some(36..=36),
            api: Some(V3),
            ..ACCESS_KEY_ID
        },
        Key {
            name: "secret_key",
            help: "the SecretKey of that API key.",
            example: "YOUR_SECRET_KEY",
            usual_length: Some(32..=32),
            api: Some(V3),
            ..SECRET_ACCESS_KEY
        },
        Key {
            help: "the security token of a temporary API key. Leave it out for a permanent key.",
            api: Some(V3),
            ..SECURITY_TOKEN
        },
        Key {
            help: "the domain that streams are pushed to, for commands and lines that name none.",
            api: Some(V3),
            ..DOMAIN
        },
        Key {
            help: "the application in the path of the push URL, for commands and lines that name none.",
            default: Some("live"),
            env: true,
            check: check_text,
            api: Some(V3),
            ..Key::new("app_name", ValueKind::Text)
        },
        Key {
            help: "where the API is; https://live.intl.tencentcloudapi.com for an international account. It is one key for both versions, and its value holds for the version that you choose.",
            default: Some(V3_ENDPOINT),
            api: Some(V3),
            ..ENDPOINT
        },
        // The legacy API's channels have no application.
        Key { example: "https://play.example.com/live/{stream}.m3u8", ..PLAY },
    ],
};

const fn legacy(name: &'static str, form: ValueKind) -> Key {
    Key { api: Some(LEGACY), ..Key::new(name, form) }
}

fn check_api(text: &str) -> Result<(), String> {
    match text {
        LEGACY | V3 => Ok(()),
        _ => Err("the versions of Tencent's API are legacy and v3".into()),
    }
}

fn check_app_id(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err("an app id is a number".into())
    }
}

fn check_interface(text: &str) -> Result<(), String> {
    match text {
        "channel_manager" | "Live_Channel_SetStatus" => Ok(()),
        _ => Err("the interface is channel_manager or Live_Channel_SetStatus".into()),
    }
}

fn check_ttl(text: &str) -> Result<(), String> {
    match text.parse() {
        Ok(1..=86_400) => Ok(()),
        _ => Err("sign_ttl is 1 to 86400 seconds".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::setting::check_domain;

    #[test]
    fn profile_keys_are_checked_first() {
        assert_eq!(["1251234567", "0"].map(check_app_id), [Ok(()), Ok(())]);
        assert!(
            ["", "12a", "-1", "１２", " 1"].into_iter().all(|text| check_app_id(text).is_err())
        );
        assert_eq!(["legacy", "v3"].map(check_api), [Ok(()), Ok(())]);
        assert!(["", "V3", "openapi"].into_iter().all(|text| check_api(text).is_err()));
        assert_eq!(check_domain("push.example.com"), Ok(()));
        assert!(["", "http://a.com", "a,b"].into_iter().all(|text| check_domain(text).is_err()));
        assert_eq!(
            ["channel_manager", "Live_Channel_SetStatus"].map(check_interface),
            [Ok(()), Ok(())]
        );
        assert!(
            ["", "Channel_Manager", "live"].into_iter().all(|text| check_interface(text).is_err())
        );
        assert_eq!(["1", "60", "86400"].map(check_ttl), [Ok(()), Ok(()), Ok(())]);
        assert!(
            ["", "0", "-1", "86401", "1.5", "1m"].into_iter().all(|text| check_ttl(text).is_err())
        );
    }
}
