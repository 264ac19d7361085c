//! [`ForbidLength`]: how long a ban lasts, which JD counts from the arrival of the request, and the units of its two APIs.

use chrono::TimeDelta;
use serde_json::Value;

use crate::api::ban_end::{FOR, PERMANENT, RequestedEnd, UNTIL};
use crate::api::operation::PlanContext;
use crate::api::operation_input::Problem;
use crate::time::{self, Timestamp};

/// A ban as it was asked, and its length.
#[derive(Debug)]
pub(super) struct RequestedBan {
    pub(super) asked: RequestedEnd,
    pub(super) length: ForbidLength,
}

/// For how long.
#[derive(Clone, Copy, Debug)]
pub(super) enum ForbidLength {
    /// Until it is permitted again.
    Permanent,
    /// Whole seconds.
    For(u64),
    /// The time left until this moment when the request leaves.
    Until(Timestamp),
}

/// The longest ban with an end, in the unit that the API counts in.
// JD's SDKs have it as a 32-bit integer.
const LONGEST_BAN: u64 = i32::MAX as u64;

/// The seconds of the unit that the API counts in.
// The older API takes minutes, the later one seconds.
pub(super) fn unit(is_openapi: bool) -> u32 {
    if is_openapi { 1 } else { 60 }
}

impl ForbidLength {
    /// The length of a ban that is asked for in this way.
    pub(super) fn read(
        asked: &RequestedEnd,
        is_openapi: bool,
        context: &PlanContext<'_>,
    ) -> Result<Self, Problem> {
        match asked {
            // `Longest` is never read at JD, whose bans may have no end.
            RequestedEnd::Permanent | RequestedEnd::Longest => Ok(Self::Permanent),
            RequestedEnd::For(text) => {
                let seconds = seconds(text, is_openapi);
                seconds.map(Self::For).map_err(|message| Problem::new(FOR.name, message))
            }
            RequestedEnd::Until(text) => {
                let wrong = |message| Problem::new(UNTIL.name, message);
                let at = time::moment_at(text).map_err(wrong)?;
                if at <= context.now && !context.is_file {
                    return Err(wrong(time::past(at)));
                }
                let left = (at - context.now).num_seconds().unsigned_abs();
                check_length(left, is_openapi).map_err(wrong)?;
                Ok(Self::Until(time::whole(at)))
            }
        }
    }

    /// The setting as it is sent.
    pub(super) fn setting(self) -> (&'static str, Value) {
        match self {
            Self::Permanent => (PERMANENT.name, true.into()),
            Self::For(seconds) => (FOR.name, time::length(seconds).into()),
            Self::Until(at) => (UNTIL.name, time::seconds(at).into()),
        }
    }

    /// The end, where it is known before the request arrives.
    pub(super) fn end(self) -> Option<Timestamp> {
        match self {
            Self::Until(until) => Some(until),
            Self::Permanent | Self::For(_) => None,
        }
    }

    /// The end of a ban that is recorded as applied at this moment, with this end.
    pub(super) fn recorded_end(
        self,
        applied: Timestamp,
        recorded: Option<Timestamp>,
    ) -> Option<Timestamp> {
        match self {
            Self::For(seconds) => {
                applied.checked_add_signed(TimeDelta::seconds(i64::try_from(seconds).ok()?))
            }
            Self::Until(_) | Self::Permanent => recorded,
        }
    }
}

/// The length in seconds; a fraction of the API's unit is refused rather than rounded.
fn seconds(text: &str, is_openapi: bool) -> Result<u64, String> {
    let length = time::duration(text)?;
    let seconds = length.as_secs();
    // Rounded, a ban would end at another time than the requested one.
    if length.subsec_nanos() == 0 && seconds % u64::from(unit(is_openapi)) == 0 {
        return check_length(seconds, is_openapi).map(|()| seconds);
    }
    Err(if is_openapi {
        "JD takes whole seconds, such as 90s or 2h".into()
    } else {
        "JD's legacy API takes whole minutes, such as 30m or 2h".into()
    })
}

fn check_length(seconds: u64, is_openapi: bool) -> Result<(), String> {
    let unit = u64::from(unit(is_openapi));
    if seconds / unit <= LONGEST_BAN {
        return Ok(());
    }
    let unit = if is_openapi { "seconds" } else { "minutes" };
    Err(format!("JD takes {LONGEST_BAN} {unit} at most; a ban without an end is `permanent`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbid_length_is_whole_in_api_units() {
        for (text, legacy, openapi) in [
            ("1m", Some(60), Some(60)),
            ("2h30m", Some(9000), Some(9000)),
            ("90s", None, Some(90)),
            ("59s", None, Some(59)),
            ("1s", None, Some(1)),
            ("120s", Some(120), Some(120)),
            ("500ms", None, None),
            ("1m500ms", None, None),
            ("0s", None, None),
            ("soon", None, None),
        ] {
            assert_eq!(seconds(text, false).ok(), legacy, "{text}");
            assert_eq!(seconds(text, true).ok(), openapi, "{text}");
        }
    }
}
