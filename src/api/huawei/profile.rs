//! Huawei's names, the keys of its section in a profile, and the endpoint of a region.

use crate::api::keys::{ACCESS_KEY_ID, DOMAIN, ENDPOINT, SECRET_ACCESS_KEY, SECURITY_TOKEN};
use crate::api::name::VendorName;
use crate::config::account::Account;
use crate::config::play::PLAY;
use crate::config::section::{Key, Section, ValueKind};
use crate::net::endpoint::Endpoint;

/// Huawei Cloud's names.
pub const NAME: VendorName = VendorName::new("huawei", "Huawei");

/// The regions that Huawei documents for Live.
// No default among them: another region does not know the project.
const REGIONS: [&str; 5] =
    ["cn-north-4", "cn-north-1", "cn-east-3", "ap-southeast-2", "ap-southeast-3"];

/// The keys of `[profiles.NAME.huawei]`.
pub static SECTION: Section = Section {
    name: "huawei",
    keys: &[
        Key {
            help: "The access key ID (AK) of an IAM user.",
            usual_length: Some(20..=20),
            ..ACCESS_KEY_ID
        },
        Key {
            help: "The secret access key (SK) of that user.",
            usual_length: Some(40..=40),
            ..SECRET_ACCESS_KEY
        },
        Key {
            help: "The security token of a temporary access key. Leave it out for a permanent key.",
            ..SECURITY_TOKEN
        },
        Key {
            help: "The ID of the project that the domains belong to. Each region has a project of its own.",
            example: "YOUR_PROJECT_ID",
            required: true,
            env: true,
            check: check_project_id,
            usual_length: Some(32..=32),
            ..Key::new("project_id", ValueKind::Text)
        },
        Key {
            help: "The region of that project: cn-north-4, cn-north-1, cn-east-3, ap-southeast-2 or ap-southeast-3. There is no default, since another region does not know the project.",
            example: "YOUR_REGION",
            required: true,
            replaced_by: Some("endpoint"),
            env: true,
            check: check_region,
            known: &REGIONS,
            ..Key::new("region", ValueKind::Text)
        },
        Key {
            help: "The push domain (ingest domain), for commands and lines that name none.",
            ..DOMAIN
        },
        PLAY,
        Key {
            help: "An address of its own, which replaces that of the region.",
            example: "https://relay.example.com",
            ..ENDPOINT
        },
    ],
};

/// Where a region serves the API of Live.
pub(super) fn home(region: &str) -> String {
    format!("https://live.{region}.myhuaweicloud.com")
}

/// Whether Huawei documents this region for Live.
pub(super) fn is_documented(region: &str) -> bool {
    REGIONS.contains(&region)
}

/// The profile's endpoint, else that of its region.
#[must_use]
pub fn endpoint(account: &Account) -> Option<Endpoint> {
    account.endpoint().or_else(|| home(account.text("region")?).parse().ok())
}

fn check_project_id(text: &str) -> Result<(), String> {
    // It becomes a part of the path.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !text.is_empty() && text.bytes().all(fits) {
        return Ok(());
    }
    Err("a project ID has letters and digits, `-` and `_` only".into())
}

fn check_region(text: &str) -> Result<(), String> {
    // It becomes a part of the host name. Regions are added now and then, so none is refused by name.
    let is_label = text
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if is_label && text.contains('-') {
        return Ok(());
    }
    Err("a region is written like cn-north-4".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_and_project_fit_into_a_url() {
        for region in ["cn-north-4", "cn-north-1", "cn-east-3", "ap-southeast-3"] {
            assert_eq!(check_region(region), Ok(()), "{region}");
        }
        for region in ["", "cn", "cn north 4", "cn-north-4.evil.com", "cn--4", "-cn", "cn-", "北-1"]
        {
            assert!(check_region(region).is_err(), "{region}");
        }
        assert_eq!(check_project_id("77b6a44cba5143ab91d13ab9a8ff44fd"), Ok(()));
        for project in ["", "a/b", "a b", "..", "a?b", "项目"] {
            assert!(check_project_id(project).is_err(), "{project}");
        }
    }

    #[test]
    fn endpoint_is_that_of_the_region_unless_set() {
        let of = |keys: &[(&'static str, &str)]| {
            endpoint(&Account::made_up(&SECTION, "prod", keys)).map(|endpoint| endpoint.to_string())
        };
        let region = ("region", "ap-southeast-3");
        assert_eq!(of(&[region]).as_deref(), Some("https://live.ap-southeast-3.myhuaweicloud.com"));
        let own = ("endpoint", "http://127.0.0.1:1");
        assert_eq!(of(&[region, own]).as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(of(&[]), None);
    }
}
