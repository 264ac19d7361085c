//! Durations and moments as people write them, and this machine's clock compared with a server's.
//!
//! Owns reading and printing. The time itself is injected as a [`Clock`].

use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local, SecondsFormat, TimeDelta, Utc};

/// A moment on the wall clock.
pub type Timestamp = DateTime<Utc>;

/// Returns the time; injected, so that tests can set it.
pub type Clock = Rc<dyn Fn() -> Timestamp>;

/// The longest ban that Tencent certainly keeps.
// It caps a longer one at three months without reporting it, and 89 days is the shortest three months.
pub const LONGEST: TimeDelta = TimeDelta::days(89);

/// The moment in RFC 3339, UTC, to the second.
#[must_use]
pub fn seconds(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The moment in RFC 3339, UTC, to the millisecond.
#[must_use]
pub fn millis(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The moment in this machine's zone with its offset, and with its date unless that is today's: `12:44:30 +08:00`.
#[must_use]
pub fn local(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (in_zone(at), in_zone(now));
    let is_today = at.date_naive() == now.date_naive();
    at.format(if is_today { "%H:%M:%S %:z" } else { "%Y-%m-%d %H:%M:%S %:z" }).to_string()
}

/// The text with each moment in RFC 3339 and UTC that is a word of it as `print` writes it.
#[must_use]
pub fn with_moments(text: &str, print: &mut dyn FnMut(Timestamp) -> String) -> String {
    let mut word = |word: &str| {
        let moment = word.trim_end_matches([',', ';', '.', ':']);
        let at = moment.parse::<Timestamp>().ok().filter(|_| moment.ends_with('Z'));
        at.map_or_else(|| word.to_owned(), |at| print(at) + &word[moment.len()..])
    };
    text.split(' ').map(&mut word).collect::<Vec<_>>().join(" ")
}

/// The text with its moments as [`local`] writes them.
#[must_use]
pub fn localized(text: &str, now: Timestamp) -> String {
    with_moments(text, &mut |at| local(at, now))
}

/// The moment in this machine's zone; in UTC where the zone is not known.
fn in_zone(at: Timestamp) -> DateTime<FixedOffset> {
    // chrono reads the file that `TZ` names to its end, and a device has none.
    static HAS_ZONE: LazyLock<bool> = LazyLock::new(|| {
        let name = std::env::var_os("TZ").unwrap_or_default();
        let name = name.to_string_lossy();
        let path = Path::new(name.strip_prefix(':').unwrap_or(&name));
        path.is_relative() || path.is_file()
    });
    if *HAS_ZONE { at.with_timezone(&Local).fixed_offset() } else { at.fixed_offset() }
}

/// An end as [`local`] writes it, and how long that is from now: `12:44:30 +08:00, in 2 h`.
#[must_use]
pub fn local_end(at: Timestamp, now: Timestamp) -> String {
    let left = at.signed_duration_since(now);
    // Ends are rounded up to the second: the end of `--for 90s` is up to 91 s ahead when its row is printed.
    let seconds = left.num_seconds().unsigned_abs();
    let how_long = if left >= TimeDelta::zero() {
        format!("in {}", span(seconds))
    } else {
        format!("{} ago", span(seconds))
    };
    format!("{}, {how_long}", local(at, now))
}

/// A length of time for people, in one or two units: `45 s`, `1 min 30 s`, `25 min`, `1 h 6 min`, `3 d`.
#[must_use]
pub fn span(seconds: u64) -> String {
    let precision = match seconds {
        0..600 => 1,
        600..86_400 => 60,
        _ => 3600,
    };
    let rounded = (seconds + precision / 2) / precision * precision;
    let units = units(rounded, ["d", "h", "min", "s"]);
    let first = units.iter().position(|(number, _)| *number > 0).unwrap_or(units.len() - 1);
    let parts = units[first..].iter().take(2).filter(|(number, _)| *number > 0 || rounded == 0);
    parts.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

/// Reads a duration such as `500ms`, `90s`, `30m`, `2h`, `3d` or `2h30m`: whole numbers, larger units first, each once.
pub fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 5] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    const FORM: &str = "a duration is written like 90s, 30m, 2h, 3d or 2h30m";
    const TOO_LONG: &str = "that duration is too long";
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(FORM)?;
        let number: u64 =
            rest[..digits].parse().map_err(|_| if digits > 0 { TOO_LONG } else { FORM })?;
        rest = &rest[digits..];
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (unit, after) = rest.split_at(length);
        // The search goes on where the last one ended: larger units come first, and each once.
        let (_, millis) = units.find(|(name, _)| *name == unit).ok_or(FORM)?;
        total =
            number.checked_mul(*millis).and_then(|part| total.checked_add(part)).ok_or(TOO_LONG)?;
        rest = after;
    }
    match total {
        0 if text.is_empty() => Err(FORM.into()),
        0 => Err("a duration must be greater than zero".into()),
        _ => Ok(Duration::from_millis(total)),
    }
}

/// The shortest limit: less leaves no time to connect.
const SHORTEST: Duration = Duration::from_millis(100);

/// Reads the limit of an attempt or a target, such as `500ms` or `8s`: at least 100 ms.
pub fn limit(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < SHORTEST => Err("less than 100ms leaves no time to connect".into()),
        limit => Ok(limit),
    }
}

/// The moment in an HTTP header such as `Date`, in any of the three forms of RFC 9110.
#[must_use]
pub fn http_date(header: &str) -> Option<Timestamp> {
    httpdate::parse_http_date(header.trim()).ok().map(Timestamp::from)
}

/// The difference between this machine's clock, `here`, and a server's, which has whole seconds.
#[must_use]
pub fn difference(here: Timestamp, there: Timestamp) -> String {
    // Covers the time that a response travels and the missing fraction of a second.
    const TOLERANCE: u64 = 2;
    let seconds = here.signed_duration_since(there).num_seconds();
    match (seconds.unsigned_abs(), seconds > 0) {
        (0..=TOLERANCE, _) => "this machine's clock agrees with the server's".into(),
        (off, true) => format!("this machine's clock is {} ahead of the server's", length(off)),
        (off, false) => format!("this machine's clock is {} behind the server's", length(off)),
    }
}

/// A length of whole seconds as [`duration`] reads it: `2h30m`.
#[must_use]
pub fn length(seconds: u64) -> String {
    let parts = units(seconds, ["d", "h", "m", "s"]).into_iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, unit)| format!("{number}{unit}")).collect()
}

/// How many of each unit a length has.
fn units(seconds: u64, [d, h, min, s]: [&'static str; 4]) -> [(u64, &'static str); 4] {
    [(seconds / 86_400, d), (seconds / 3600 % 24, h), (seconds / 60 % 60, min), (seconds % 60, s)]
}

/// The end of a ban, capped at what a vendor certainly keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// To the whole second.
    pub at: Timestamp,
    /// The requested moment is further ahead than [`LONGEST`].
    pub capped: bool,
    /// The requested moment has passed.
    pub is_past: bool,
}

/// The end `length` after `now`, rounded up to the second.
pub fn end_after(length: &str, now: Timestamp) -> Result<End, String> {
    let length = duration(length)?;
    // Both of Tencent's APIs take whole seconds.
    if length.subsec_millis() != 0 {
        return Err("the time off air must be whole seconds, such as 90s or 2h".into());
    }
    let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX);
    Ok(capped(now.checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC), now))
}

/// The end at a moment given as RFC 3339 with a zone or as a Unix second, rounded up to the second; it may have passed.
pub fn end_at(moment: &str, now: Timestamp) -> Result<End, String> {
    moment_at(moment).map(|at| capped(at, now))
}

/// The problem of an end that has passed.
#[must_use]
pub fn past(at: Timestamp) -> String {
    format!("{} is in the past; use a moment in the future", seconds(at))
}

/// The latest end that a vendor certainly keeps.
#[must_use]
pub fn end_latest(now: Timestamp) -> End {
    // Rounded down: a later end may be cut short by the vendor.
    let at = now + LONGEST;
    let at = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    End { at, capped: false, is_past: false }
}

/// Reads a moment given as RFC 3339 with a zone or as a Unix second.
pub fn moment_at(text: &str) -> Result<Timestamp, String> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // As seconds, 12 digits lie after the year 5138.
        if text.len() >= 12 {
            return Err(
                "a Unix time of 12 digits or more looks like milliseconds; give seconds".into()
            );
        }
        let second = text.parse().map_err(|_| "not a Unix second")?;
        return DateTime::from_timestamp(second, 0)
            .ok_or_else(|| "that Unix second is out of range".into());
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Ok(at.to_utc()),
        Err(_) if is_local(text) => {
            Err("a local time without a zone is ambiguous; end it with Z or +08:00".into())
        }
        Err(_) => {
            Err("a moment is written like 2026-11-21T20:00:00+08:00, or as a Unix second".into())
        }
    }
}

fn is_local(text: &str) -> bool {
    DateTime::parse_from_rfc3339(&format!("{text}Z")).is_ok()
        || DateTime::parse_from_rfc3339(&format!("{text}:00Z")).is_ok()
}

fn capped(at: Timestamp, now: Timestamp) -> End {
    let latest = end_latest(now).at;
    let capped = at > whole(now + LONGEST);
    End { at: whole(at).min(latest), capped, is_past: at <= now }
}

/// The moment, rounded up to the second, so that no end comes before the requested one.
#[must_use]
pub fn whole(at: Timestamp) -> Timestamp {
    let up = i64::from(at.timestamp_subsec_nanos() > 0);
    DateTime::from_timestamp(at.timestamp() + up, 0).unwrap_or(at)
}

#[cfg(test)]
mod tests;
