//! The operations that the clouds share: their names, first lines of help, parameters and effects.
//!
//! Owns no request. A vendor's file adds its details and examples, and changes what is different there.

use crate::api::ban_end::{FOR, LONGEST, NO_PERMANENT, UNTIL};
use crate::api::live_list::{APP, LISTED_DOMAIN};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::name::VendorName;
use crate::api::operation::{OperationReader, OperationSpec};
use crate::api::param::Param;
use crate::api::reason::REASON;
use crate::outcome::effect::Effect;

// Statics, since a constant function cannot make a list of references to statics.
static FORBID_PARAMS: [&Param; 6] = [&DOMAIN, &FOR, &UNTIL, &LONGEST, &NO_PERMANENT, &REASON];
static STREAM_PARAMS: [&Param; 2] = [&DOMAIN, &REASON];
static STATUS_PARAMS: [&Param; 1] = [&DOMAIN];
static LIST_PARAMS: [&Param; 1] = [&APP];

/// Blocks streams until a moment.
#[must_use]
pub const fn forbid(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        aliases: &["ban", "block"],
        about: "Takes streams off air: no push until the end given",
        params: &FORBID_PARAMS,
        alternatives: &["for", "until", "longest"],
        has_verify: true,
        ..OperationSpec::new(vendor, "forbid", Effect::OffAir, &STREAMS, reader)
    }
}

/// Lets blocked streams push again.
#[must_use]
pub const fn resume(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        // JD's word is `permit`, whose alias is `resume` in turn: both are understood at every vendor.
        aliases: &["permit", "unban", "unblock", "allow"],
        about: "Puts streams back on air: they may push again",
        params: &STREAM_PARAMS,
        has_verify: true,
        ..OperationSpec::new(vendor, "resume", Effect::OnAir, &STREAMS, reader)
    }
}

/// Disconnects streams once.
#[must_use]
pub const fn drop(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        aliases: &["kick"],
        // The end of the sentence matters: many encoders connect again by themselves.
        about: "Cuts streams once: their encoders may push again at once",
        params: &STREAM_PARAMS,
        has_verify: true,
        ..OperationSpec::new(vendor, "drop", Effect::CutOnce, &STREAMS, reader)
    }
}

/// Asks for the state of streams.
#[must_use]
pub const fn status(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        about: "Changes nothing: reports whether streams are live, idle or forbidden",
        // The states that exist at all; a vendor's file names fewer where its API reports fewer.
        states: |_| &["live", "idle", "forbidden"],
        params: &STATUS_PARAMS,
        ..OperationSpec::new(vendor, "status", Effect::None, &STREAMS, reader)
    }
}

/// Lists the streams of a domain that are pushed now.
#[must_use]
pub const fn online(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        about: "Changes nothing: lists the streams of a domain that are pushed now",
        params: &LIST_PARAMS,
        item_state: "live",
        ..OperationSpec::new(vendor, "online", Effect::None, &LISTED_DOMAIN, reader)
    }
}

/// Lists the streams of a domain that may not push.
#[must_use]
pub const fn forbidden(vendor: VendorName, reader: &'static dyn OperationReader) -> OperationSpec {
    OperationSpec {
        about: "Changes nothing: lists the streams of a domain that may not push",
        params: &LIST_PARAMS,
        item_state: "forbidden",
        ..OperationSpec::new(vendor, "forbidden", Effect::None, &LISTED_DOMAIN, reader)
    }
}
