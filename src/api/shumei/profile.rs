//! Shumei's names, and the keys of its section in a profile.

use crate::api::keys::ENDPOINT;
use crate::api::name::VendorName;
use crate::api::setting::check_text;
use crate::api::shumei::cluster::Cluster;
use crate::config::section::{Key, Section, ValueKind};

/// Shumei's names.
pub const NAME: VendorName = VendorName::new("shumei", "Shumei");

/// The keys of `[profiles.NAME.shumei]`.
pub static SECTION: Section = Section {
    name: "shumei",
    keys: &[
        Key {
            help: "The access key, at most 20 characters.",
            example: "YOUR_ACCESS_KEY",
            required: true,
            env: true,
            check: check_access_key,
            usual_length: Some(10..=20),
            ..Key::new("access_key", ValueKind::Secret)
        },
        Key {
            help: "Where the streams are moderated: sh (Shanghai), sg (Singapore, also xjp), gg (Silicon Valley) or yd (India). There is no default, since another cluster would not know the streams. `--cluster` names another for one run.",
            example: "sh",
            env: true,
            check: check_cluster,
            is_starter: true,
            ..Key::new("cluster", ValueKind::Text)
        },
        Key {
            help: "An address of its own, which replaces the cluster.",
            example: "https://relay.example.com",
            ..ENDPOINT
        },
    ],
};

fn check_access_key(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.chars().count() > 20 {
        Err("an access key has at most 20 characters".into())
    } else {
        Ok(())
    }
}

fn check_cluster(text: &str) -> Result<(), String> {
    text.parse::<Cluster>().map(drop).map_err(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_cluster_must_exist() {
        assert_eq!(["sh", "sg", "xjp", "gg", "yd"].map(check_cluster), [(); 5].map(Ok));
        assert!(check_cluster("bj").unwrap_err().contains("withdrew"));
        assert!(["", "SH", "hk"].into_iter().all(|text| check_cluster(text).is_err()));
    }

    #[test]
    fn access_key_has_at_most_20_characters() {
        assert_eq!(check_access_key(&"键".repeat(20)), Ok(()));
        assert!(check_access_key(&"k".repeat(21)).is_err());
        assert!(check_access_key("").is_err());
    }
}
