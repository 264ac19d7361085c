//! Durations and moments: nothing trips the reader, and an end always lies ahead and within 89 days.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::time;

fuzz_target!(|text: &str| {
    let now = DateTime::from_timestamp(1_795_255_200, 700_000_000).unwrap();
    let _ = time::moment_at(text);
    if let Ok(duration) = time::duration(text) {
        assert!(!duration.is_zero());
    }
    for end in [time::end_at(text, now), time::end_after(text, now)].into_iter().flatten() {
        assert!(end.at.timestamp() >= now.timestamp() && end.at <= now + time::LONGEST);
    }
});
