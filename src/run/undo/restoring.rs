//! The operation that restores a state, as `apply` would read it.

use serde_json::{Map, Value};

use crate::api::spec::Vendors;
use crate::log::change::{BanEnd, TargetState};
use crate::outcome::effect::Effect;
use crate::time;

/// The keys of an operation that are not copied to the one that restores: its end, its value, its reason, its profile.
const OWN: &str = "vendor action target for until longest permanent seconds reason profile";

/// The operation that sets this state on the target of a recorded one; `None` where the vendor has none.
#[must_use]
pub(super) fn restoring(
    vendors: Vendors,
    recorded: &Map<String, Value>,
    state: TargetState,
) -> Option<Map<String, Value>> {
    let vendor = recorded.get("vendor")?.as_str()?;
    let effect = match state {
        TargetState::Allowed => Effect::OnAir,
        TargetState::Banned(_) => Effect::OffAir,
        TargetState::Setting(_) => Effect::DomainSetting,
    };
    let spec = vendors
        .operations()
        .find(|spec| spec.vendor.as_str() == vendor && spec.effect == effect)?;
    let mut operation = Map::new();
    operation.insert("vendor".into(), vendor.into());
    operation.insert("action".into(), spec.name.into());
    operation.insert("target".into(), recorded.get("target")?.clone());
    let place = recorded
        .iter()
        .filter(|(name, _)| !OWN.split(' ').any(|own| own == name.as_str()) && spec.takes(name))
        .map(|(name, value)| (name.clone(), value.clone()));
    operation.extend(place);
    let (name, value) = match state {
        TargetState::Allowed => return Some(operation),
        // As a moment: a length would begin anew.
        TargetState::Banned(BanEnd::At(end)) => ("until", time::seconds(time::whole(end)).into()),
        // Tencent has no ban without an end.
        TargetState::Banned(BanEnd::Never) => {
            (*spec.alternatives.iter().find(|name| **name == "permanent")?, true.into())
        }
        TargetState::Setting(value) => ("seconds", value.into()),
    };
    operation.insert(name.into(), value);
    Some(operation)
}

/// A recorded operation without what belongs to its run.
#[must_use]
pub(super) fn without_run(recorded: &Map<String, Value>) -> Map<String, Value> {
    let mut operation = recorded.clone();
    operation.retain(|name, _| name != "reason" && name != "profile");
    operation
}
