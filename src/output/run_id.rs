//! The id of a run: when it began, and four letters or digits, since several runs may begin in one second.

use std::fmt;

use chrono::NaiveDateTime;

use crate::api::signing::md5_hex;
use crate::time::Timestamp;

/// The id of a run, `20261121T100000Z-7k2m`. Ids sort by time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(Box<str>);

const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The length of the time in an id.
const TIME_LENGTH: usize = "20261121T100000Z".len();

/// The length of what differs between runs of one second.
pub const SUFFIX_LENGTH: usize = 4;

/// The length of an id.
pub const LENGTH: usize = TIME_LENGTH + 1 + SUFFIX_LENGTH;

impl RunId {
    /// The id of a run that begins now.
    #[must_use]
    pub fn fresh(now: Timestamp) -> Self {
        // Without the letters and digits that are mistaken for others when they are read aloud.
        const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let mut random = fastrand::Rng::new();
        let letters =
            (0..SUFFIX_LENGTH).map(|_| char::from(ALPHABET[random.usize(..ALPHABET.len())]));
        Self::of(now, &letters.collect::<String>())
    }

    /// The id for the records of a journal that was written before runs had ids; the same whenever it is read.
    #[must_use]
    pub fn of_old_journal(at: Timestamp, first_line: &str) -> Self {
        Self::of(at, &md5_hex(&[first_line])[..SUFFIX_LENGTH])
    }

    fn of(at: Timestamp, suffix: &str) -> Self {
        Self(format!("{}-{suffix}", at.format(TIME)).into())
    }

    /// Reads an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (time, suffix) = text.split_at_checked(TIME_LENGTH)?;
        let suffix = suffix.strip_prefix('-')?;
        let is_suffix = suffix.len() == SUFFIX_LENGTH
            && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_suffix && NaiveDateTime::parse_from_str(time, TIME).is_ok()).then(|| Self(text.into()))
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last four characters, by which people call it.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[TIME_LENGTH + 1..]
    }

    /// When the run began, to the second.
    ///
    /// # Panics
    ///
    /// Never: the time was checked when the id was read.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        let time = NaiveDateTime::parse_from_str(&self.0[..TIME_LENGTH], TIME);
        time.expect("an id begins with a time").and_utc()
    }

    /// Whether it is called so: by the whole id, by a beginning of it, or by its last four characters.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        !name.is_empty() && (self.0.starts_with(name) || self.short() == name)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_id_is_read_back() {
        let now = "2026-11-21T10:00:00.700Z".parse().unwrap();
        let id = RunId::fresh(now);
        assert_eq!(RunId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.as_str().len(), LENGTH);
        assert!(id.as_str().starts_with("20261121T100000Z-"), "{id}");
        assert_eq!(id.began(), "2026-11-21T10:00:00Z".parse::<Timestamp>().unwrap());
        assert_ne!(id, RunId::fresh(now));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "7k2m",
            "20261121T100000Z",
            "20261121T100000Z-7k2",
            "20261121T100000Z-7k2mm",
            "20261121T100000Z-7k2_",
            "20261321T100000Z-7k2m",
            "20261121T100000Z.7k2m",
            "２0261121T10000Z-7k2m",
        ] {
            assert_eq!(RunId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn run_matches_prefix_and_last_characters() {
        let id = RunId::parse("20261121T100000Z-7k2m").unwrap();
        for name in ["20261121T100000Z-7k2m", "20261121", "2026", "7k2m"] {
            assert!(id.answers_to(name), "{name}");
        }
        for name in ["", "7k2", "k2m", "100000", "20261122"] {
            assert!(!id.answers_to(name), "{name}");
        }
    }

    #[test]
    fn old_journal_keeps_its_id() {
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let id = RunId::of_old_journal(at, "{}");
        assert_eq!(id, RunId::of_old_journal(at, "{}"));
        assert_ne!(id, RunId::of_old_journal(at, "{ }"));
        assert!(RunId::parse(id.as_str()).is_some());
    }
}
