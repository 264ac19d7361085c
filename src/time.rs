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

/// The longest ban that Tencent certainly keeps: it caps a longer one at three months without reporting it, and 89 days is
/// the shortest three months.
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

/// The moment in this machine's zone; in UTC where that cannot be told.
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
    let units = [
        (rounded / 86_400, "d"),
        (rounded / 3600 % 24, "h"),
        (rounded / 60 % 60, "min"),
        (rounded % 60, "s"),
    ];
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
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect()
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
mod tests {
    use super::*;

    fn now() -> Timestamp {
        DateTime::parse_from_rfc3339("2026-11-21T10:00:00.700Z").unwrap().to_utc()
    }

    #[test]
    fn durations_parse() {
        for (text, millis) in [
            ("500ms", 500),
            ("90s", 90_000),
            ("30m", 1_800_000),
            ("2h", 7_200_000),
            ("3d", 259_200_000),
            ("2h30m", 9_000_000),
            ("1s500ms", 1_500),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn spans_have_at_most_two_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (45, "45 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (599, "9 min 59 s"),
            (1_529, "25 min"),
            (3_599, "1 h"),
            (3_944, "1 h 6 min"),
            (7_200, "2 h"),
            (86_399, "1 d"),
            (90_000, "1 d 1 h"),
            (89 * 86_400, "89 d"),
        ] {
            assert_eq!(span(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn end_tells_how_long_it_is() {
        let end = |seconds: i64| {
            let text = local_end(now() + TimeDelta::milliseconds(seconds * 1000 + 700), now());
            text.rsplit(", ").next().unwrap().to_owned()
        };
        assert_eq!([end(7200), end(30), end(-600)], ["in 2 h", "in 30 s", "9 min 59 s ago"]);
    }

    #[test]
    fn http_dates_have_three_forms() {
        for date in [
            "Sat, 21 Nov 2026 10:00:00 GMT",
            "Saturday, 21-Nov-26 10:00:00 GMT",
            "Sat Nov 21 10:00:00 2026",
        ] {
            assert_eq!(
                http_date(date).map(seconds).as_deref(),
                Some("2026-11-21T10:00:00Z"),
                "{date}"
            );
        }
        assert_eq!(
            http_date("Sat Nov  1 10:00:00 2025").map(seconds).as_deref(),
            Some("2025-11-01T10:00:00Z")
        );
        for junk in ["", "yesterday", "2026-11-21T10:00:00Z", "Sunday, 21-Nov-26 10:00:00 GMT"] {
            assert_eq!(http_date(junk), None, "{junk}");
        }
    }

    #[test]
    fn clock_difference_has_a_tolerance() {
        for (seconds, says) in [
            (0, "agrees with"),
            (2, "agrees with"),
            (-2, "agrees with"),
            (3, "is 3s ahead of"),
            (-7200, "is 2h behind"),
        ] {
            let here = now() + TimeDelta::seconds(seconds);
            assert!(difference(here, now()).contains(says), "{seconds}");
        }
    }

    #[test]
    fn length_round_trips() {
        for (seconds, text) in
            [(1, "1s"), (60, "1m"), (9000, "2h30m"), (86_400, "1d"), (90_061, "1d1h1m1s")]
        {
            assert_eq!(length(seconds), text);
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn invalid_durations_are_refused() {
        for text in [
            "",
            "2",
            "h",
            "2 h",
            "-2h",
            "+2h",
            "2h2h",
            "30m2h",
            "1.5h",
            "2H",
            "0s",
            "2hours",
            "99999999999999999999s",
            "9999999999999999d",
            "２h",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn end_is_rounded_up_to_the_second() {
        assert_eq!(seconds(end_after("2h", now()).unwrap().at), "2026-11-21T12:00:01Z");
        let whole = now() - TimeDelta::milliseconds(700);
        assert_eq!(seconds(end_after("2h", whole).unwrap().at), "2026-11-21T12:00:00Z");
        for moment in ["2026-11-21T20:00:00.001+08:00", "2026-11-21T20:00:00.9+08:00"] {
            assert_eq!(seconds(end_at(moment, now()).unwrap().at), "2026-11-21T12:00:01Z");
        }
        assert_eq!(seconds(end_at("1795262400", now()).unwrap().at), "2026-11-21T12:00:00Z");
    }

    #[test]
    fn end_is_capped_at_89_days() {
        let end = end_after("90d", now()).unwrap();
        assert_eq!((seconds(end.at).as_str(), end.capped), ("2027-02-18T10:00:00Z", true));
        let end = end_after("89d", now()).unwrap();
        assert_eq!((seconds(end.at).as_str(), end.capped), ("2027-02-18T10:00:00Z", false));
        assert!(end_at("99999999999", now()).unwrap().capped);
        assert!(end_after("999999999d", now()).unwrap().capped);
        assert_eq!(end_latest(now()).at, end.at);
    }

    #[test]
    fn ambiguous_moments_are_refused() {
        for (text, says) in [
            ("2026-11-21T20:00:00", "without a zone"),
            ("2026-11-21 20:00", "without a zone"),
            ("1795262400000", "milliseconds"),
            ("tomorrow", "a moment is written"),
            ("-5", "a moment is written"),
            ("", "a moment is written"),
        ] {
            let error = end_at(text, now()).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn end_may_have_passed() {
        for (text, at) in
            [("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"), ("2", "1970-01-01T00:00:02Z")]
        {
            let end = end_at(text, now()).unwrap();
            assert_eq!((seconds(end.at).as_str(), end.capped, end.is_past), (at, false, true));
        }
        assert_eq!(past(now()), "2026-11-21T10:00:00Z is in the past; use a moment in the future");
    }

    #[test]
    fn duration_errors_are_specific() {
        assert!(duration("").unwrap_err().contains("is written like"));
        assert_eq!(duration("0s").unwrap_err(), "a duration must be greater than zero");
        for text in ["500ms", "1s500ms"] {
            assert!(end_after(text, now()).unwrap_err().contains("whole seconds"), "{text}");
        }
    }

    #[test]
    fn last_instant_of_a_second_is_not_capped() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00.999Z").unwrap().to_utc();
        assert!(!end_after("89d", now).unwrap().capped);
        assert_eq!(millis(now), "2026-11-21T10:00:00.999Z");
    }
}
