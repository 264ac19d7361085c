//! An operation as JSON: [`to_json`] builds an object, [`OperationJson`] writes one.
//!
//! Owns the order of the keys, which records and results share.

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use crate::api::operation::Operation;
use crate::api::operation_input::PROFILE;

/// The operation as `apply` reads it, with the settings given.
#[must_use]
pub fn to_json(
    operation: &dyn Operation,
    settings: Vec<(&'static str, Value)>,
) -> Map<String, Value> {
    let action = operation.spec();
    let mut json = Map::with_capacity(3 + settings.len());
    json.insert("vendor".into(), action.vendor.as_str().into());
    json.insert("action".into(), action.name.into());
    json.insert("target".into(), operation.target().into());
    json.extend(settings.into_iter().map(|(key, value)| (key.to_owned(), value)));
    json
}

/// The operation as JSON, serialized without building a [`Value`].
pub struct OperationJson<'a> {
    operation: &'a dyn Operation,
    settings: Vec<(&'static str, Value)>,
    profile: Option<&'a str>,
}

impl<'a> OperationJson<'a> {
    /// The operation with its settings as sent and the profile of its run, so that another run can refuse it.
    #[must_use]
    pub fn as_sent(operation: &'a dyn Operation, profile: Option<&'a str>) -> Self {
        Self { operation, settings: operation.settings(), profile }
    }

    /// The operation with its settings as they were asked.
    #[must_use]
    pub fn as_asked(operation: &'a dyn Operation) -> Self {
        Self { operation, settings: operation.requested(), profile: None }
    }
}

impl Serialize for OperationJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let spec = self.operation.spec();
        let mut map = serializer.serialize_map(None)?;
        // Straight to text: a `Value` would allocate each key of each row.
        map.serialize_entry("vendor", spec.vendor.as_str())?;
        map.serialize_entry("action", spec.name)?;
        map.serialize_entry("target", self.operation.target())?;
        self.settings.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        self.profile.iter().try_for_each(|profile| map.serialize_entry(PROFILE, profile))?;
        map.end()
    }
}
