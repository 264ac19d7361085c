//! [`Shard`]: the part of a list that one of several workers does.

use std::str::FromStr;

use crate::api::operation::Operation;
use crate::input::plan::Plan;
use crate::text::folded;

/// A worker's part of a list that several share.
// Each operation alone decides whose it is, so that the workers need no coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The number of the worker, from 0.
    index: u64,
    /// How many workers there are.
    workers: u64,
}

impl Shard {
    /// Whether the operation is in it.
    #[must_use]
    pub fn has(self, operation: &dyn Operation) -> bool {
        shard_hash(operation) % self.workers == self.index
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_digits)
        };
        let parts = text.split_once('/').and_then(|(index, workers)| {
            Some(Self { index: number(index)?, workers: number(workers)? })
        });
        match parts {
            Some(shard) if shard.index < shard.workers => Ok(shard),
            Some(Self { workers: 0, .. }) => Err("there is at least one worker, as in 0/1".into()),
            Some(Self { workers, .. }) => {
                Err(format!("of {workers} workers, the first is 0 and the last is {}", workers - 1))
            }
            None => Err(
                "expected the number of this worker, from 0, and how many there are, such as 0/8"
                    .into(),
            ),
        }
    }
}

impl Plan {
    /// Leaves the operations of one worker, which may be none.
    pub fn keep_shard(&mut self, shard: Shard) {
        let mut places = Vec::with_capacity(self.operations.len());
        let mut kept = 0;
        for operation in &self.operations {
            let is_kept = shard.has(&**operation);
            places.push(is_kept.then_some(kept));
            kept += usize::from(is_kept);
        }
        let mut all = places.iter();
        self.operations.retain(|_| all.next().is_some_and(Option::is_some));
        let mut all = places.iter();
        self.lines.retain(|_| all.next().is_some_and(Option::is_some));
        let repeats = self.repeats.iter();
        let repeats = repeats.filter_map(|(row, line)| Some((places[*row]?, *line)));
        self.repeats = repeats.collect();
    }
}

/// FNV-1a of 64 bits over vendor, domain and target, with NUL between them.
// Fixed for good: workers of several versions, and other programs, have to agree.
fn shard_hash(operation: &dyn Operation) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let domain = folded(operation.domain().unwrap_or_default());
    let parts = [operation.spec().vendor.as_str(), "\0", &domain, "\0", operation.target()];
    let bytes = parts.into_iter().flat_map(str::bytes);
    bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::api::operation::PlanContext;
    use crate::api::operation_input::OperationInput;

    fn hash(line: &str) -> u64 {
        let input = OperationInput::from_json(line, &VENDORS.params()).unwrap();
        let mut context = PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap());
        shard_hash(&*VENDORS.read(&input, &mut context).unwrap())
    }

    #[test]
    fn hash_is_the_published_one() {
        for (line, published) in [
            (
                r#"{"vendor":"tencent","action":"resume","target":"8888_test123"}"#,
                0x5709_2043_5c36_b425,
            ),
            (
                r#"{"vendor":"jd","action":"permit","target":"live/cam1","domain":"Push.Example.com"}"#,
                0x181e_bcd8_782c_6caf,
            ),
        ] {
            assert_eq!(hash(line), published, "{line}");
        }
        // Vendor, no domain, and the domain as the target.
        let timeout = r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30}"#;
        let bytes = b"jd\0\0a.com".iter();
        let fnv = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        assert_eq!(hash(timeout), fnv);
    }

    #[test]
    fn shard_is_one_of_its_workers() {
        let shard = |text: &str| text.parse::<Shard>();
        assert_eq!(shard("7/8"), Ok(Shard { index: 7, workers: 8 }));
        assert_eq!(shard("0/1"), Ok(Shard { index: 0, workers: 1 }));
        for (text, problem) in [
            ("8/8", "of 8 workers, the first is 0 and the last is 7"),
            ("0/0", "there is at least one worker, as in 0/1"),
        ] {
            assert_eq!(shard(text).unwrap_err(), problem);
        }
        for text in ["", "1", "/", "1/", "/8", "+1/8", "a/b", "1/2/3", " 1/2", "-1/8"] {
            assert!(shard(text).unwrap_err().ends_with("such as 0/8"), "{text}");
        }
    }
}
