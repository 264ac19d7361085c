//! JD's names, and the keys of its section in a profile.

use chrono::FixedOffset;

use crate::api::keys::{ACCESS_KEY_ID, DOMAIN, ENDPOINT, SECRET_ACCESS_KEY, SECURITY_TOKEN};
use crate::api::name::VendorName;
use crate::api::setting::check_text;
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};

/// JD Cloud's names.
pub const NAME: VendorName = VendorName::new("jd", "JD");

/// The API of the opencdn gateway.
pub const LEGACY: &str = "legacy";

/// The `OpenAPI` of live.jdcloud-api.com.
pub const OPENAPI: &str = "openapi";

/// Where JD serves its legacy API.
// The manual prints http as well; the signature in the body is good for a day, so https.
pub(super) const LEGACY_ENDPOINT: &str = "https://opencdn.jcloud.com";

/// Where JD serves its `OpenAPI`.
pub(super) const OPENAPI_ENDPOINT: &str = "https://live.jdcloud-api.com";

/// The zone of the legacy API's times: no page names it; for a service in China it is Beijing's.
pub(super) const BEIJING: &str = "+08:00";

/// The keys of `[profiles.NAME.jd]`.
pub static SECTION: Section = Section {
    name: "jd",
    keys: &[
        Key {
            help: "The version of JD's API: \"legacy\" or \"openapi\". Keys of the other version may stay and are ignored.",
            default: Some(LEGACY),
            env: true,
            check: check_api,
            ..Key::new("api", ValueKind::Text)
        },
        Key {
            help: "the account's user name (its JD pin).",
            example: "YOUR_JD_USERNAME",
            required: true,
            env: true,
            check: check_text,
            ..legacy("username", ValueKind::Text)
        },
        Key {
            help: "the secret of the open API, which JD issues on request; it is not the access key of the console.",
            example: "YOUR_JD_SECRET_KEY",
            required: true,
            env: true,
            usual_length: Some(8..=128),
            ..legacy("secret_key", ValueKind::Secret)
        },
        Key {
            help: "where the API is: scheme, host, and optionally a port and a path prefix.",
            default: Some(LEGACY_ENDPOINT),
            api: Some(LEGACY),
            ..ENDPOINT
        },
        Key {
            help: "the time zone of the date in the signature, and of the times of bans; JD's is Beijing's.",
            default: Some(BEIJING),
            check: check_offset,
            ..legacy("utc_offset", ValueKind::Text)
        },
        Key {
            help: "the id of an access key of the console.",
            usual_length: Some(8..=128),
            api: Some(OPENAPI),
            ..ACCESS_KEY_ID
        },
        Key {
            help: "the secret of that access key.",
            usual_length: Some(8..=128),
            api: Some(OPENAPI),
            ..SECRET_ACCESS_KEY
        },
        Key {
            help: "the security token of a temporary access key. Leave it out for a permanent key.",
            // Sent in base64, so it may have any character.
            check: |_| Ok(()),
            api: Some(OPENAPI),
            ..SECURITY_TOKEN
        },
        Key {
            help: "where the API is. It is one key for both versions, and its value holds for the version that you choose.",
            default: Some(OPENAPI_ENDPOINT),
            api: Some(OPENAPI),
            ..ENDPOINT
        },
        Key { ..DOMAIN },
        PLAY,
    ],
};

const fn legacy(name: &'static str, form: ValueKind) -> Key {
    Key { api: Some(LEGACY), ..Key::new(name, form) }
}

fn check_api(text: &str) -> Result<(), String> {
    match text {
        LEGACY | OPENAPI => Ok(()),
        _ => Err("the versions of JD's API are legacy and openapi".into()),
    }
}

fn check_offset(text: &str) -> Result<(), String> {
    text.parse::<FixedOffset>().map(drop).map_err(|_| "a UTC offset is written like +08:00".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_version_is_parsed() {
        assert_eq!([LEGACY, OPENAPI].map(check_api), [Ok(()), Ok(())]);
        assert!(["", "OpenAPI", "v3"].into_iter().all(|text| check_api(text).is_err()));
    }

    #[test]
    fn offset_is_hours_and_minutes_with_a_sign() {
        assert_eq!(["+08:00", "-03:30", "+00:00"].map(check_offset), [Ok(()), Ok(()), Ok(())]);
        assert!(
            ["", "8", "CST", "Asia/Shanghai", "+25:00"]
                .into_iter()
                .all(|text| check_offset(text).is_err())
        );
    }
}
