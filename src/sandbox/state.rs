//! [`VendorState`]: what requests have changed at one vendor.
//!
//! Owns streams and named records. The meaning of a record belongs to the vendor's folder.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::signing::md5_hex;
use crate::sandbox::stream_state::{StreamKey, StreamStates};
use crate::time::{Timestamp, seconds};

/// The state of one simulated vendor since the simulator started.
#[derive(Debug, Default)]
pub struct VendorState {
    /// The vendor's streams.
    pub(crate) streams: StreamStates,
    // Sorted, like the streams: the state document does not depend on the order of requests.
    records: BTreeMap<&'static str, Records>,
    replies: u64,
}

/// Values by key, such as a setting by domain.
pub type Records = BTreeMap<String, Value>;

impl VendorState {
    /// The state of a simulator that starts now.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { streams: StreamStates::live_since(now), ..Self::default() }
    }

    /// The records of one kind.
    #[must_use]
    pub fn records(&self, kind: &'static str) -> &Records {
        static EMPTY: Records = Records::new();
        self.records.get(kind).unwrap_or(&EMPTY)
    }

    /// The records of one kind, to add to.
    pub fn records_mut(&mut self, kind: &'static str) -> &mut Records {
        self.records.entry(kind).or_default()
    }

    /// The streams in the document at `/sandbox/state`, for a vendor that distinguishes them by domain and app.
    pub(crate) fn streams_json(&self, now: Timestamp) -> Value {
        let row = |key: &StreamKey, name: &str, value: Value| json!({ "domain": key.domain, "app": key.app, "stream": key.name, name: value });
        let forbidden = self.streams.active_bans(now);
        let forbidden = forbidden.map(|(key, ban)| row(key, "until", end_json(ban.until)));
        let streams = self.streams.changed(now);
        let streams = streams.map(|(key, state)| row(key, "status", state.into_str().into()));
        json!({
            "forbidden": forbidden.collect::<Vec<_>>(),
            "streams": streams.collect::<Vec<_>>(),
        })
    }

    /// A new request id, 32 hex digits.
    pub(crate) fn request_id(&mut self, now: Timestamp) -> String {
        // Counted, since two requests may come within one second.
        self.replies += 1;
        md5_hex(&["answer", &self.replies.to_string(), &now.to_rfc3339()])
    }

    /// A new request id in the form of a UUID.
    pub(crate) fn request_uuid(&mut self, now: Timestamp) -> String {
        let id = self.request_id(now);
        [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")
    }
}

/// The end of a ban in JSON, `null` for a permanent one.
pub(crate) fn end_json(end: Option<Timestamp>) -> Value {
    end.map(seconds).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::{NOON, at};

    #[test]
    fn request_ids_differ_within_a_second() {
        let mut state = VendorState::default();
        let ids = [state.request_id(at(NOON)), state.request_id(at(NOON))];
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[0].len(), 32);
    }
}
