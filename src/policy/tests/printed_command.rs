//! A refusal prints a command that is accepted, whatever the policy and the targets.

use proptest::prelude::*;

use super::*;

/// The words that a POSIX shell makes of a printed command; quotes are single ones alone.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let word = words.last_mut().unwrap();
        match c {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(chars.next()),
            ' ' if !is_quoted => words.push(String::new()),
            c => word.push(c),
        }
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A random policy and random bans: the refusal prints a command, and that command is accepted.
    #[test]
    fn printed_command_is_accepted(
        patterns in prop::collection::vec("(tencent|\\*):[ab*?' -]{0,2}[ab*]", 0..4),
        targets in prop::collection::hash_set("[ab' -]{0,2}[ab]", 1..6),
        requires_reason: bool,
        max_days in prop::option::of(1u64..9),
        days in 1u64..20,
    ) {
        let patterns: Vec<_> =
            patterns.iter().filter(|text| Pattern::parse(text, &VENDORS).is_ok()).map(String::as_str).collect();
        let rules = Policy {
            require_reason: requires_reason.then(|| "l".into()),
            max_ban: max_days.and_then(|days| limited(days).max_ban),
            ..policy(&patterns)
        };
        let targets: Vec<_> = targets.into_iter().collect();
        let takes_value = |flag: &str| ["--for", "--reason", "--even-protected"].contains(&flag);
        // The check of a command line as the program makes it.
        let check = |words: &[String]| {
            let line = CommandLine::parse(words.iter().map(String::as_str), &takes_value);
            let values = |name: &str| -> Vec<String> {
                let joined = format!("{name}=");
                let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
                (0..end)
                    .filter_map(|at| match words[at].strip_prefix(&joined) {
                        Some(value) => Some(value.to_owned()),
                        None => (words[at] == name).then(|| words[at + 1].clone()),
                    })
                    .collect()
            };
            let length = crate::time::duration(&values("--for")[0]).unwrap();
            let has_reason = !values("--reason").is_empty();
            let mut review = PolicyReview::new(&rules, &values("--even-protected"));
            for target in line.positionals().skip(3) {
                let reason = if has_reason { ReasonSource::Operator } else { ReasonSource::Absent };
                let change = PlannedChange { reason, ban: Some(BanLength::For(length)), ..ban(target) };
                let is_admitted = review.admit(&change);
                let is_hit = rules.protect.iter().any(|p| p.pattern.matches(&change.forms));
                let is_within = max_days.is_none_or(|most| length <= Duration::from_secs(most * 86_400));
                if words.iter().all(|word| !word.starts_with("--even-protected")) {
                    let is_right = !is_hit && is_within && (has_reason || !requires_reason);
                    assert_eq!(is_admitted, is_right, "{target}");
                }
            }
            review.finish(&context(&line, CommandSource::Targets))
        };
        let mut words: Vec<_> =
            ["livectl", "tencent", "forbid", "--for"].map(str::to_owned).to_vec();
        words.extend([format!("{days}d"), "--".into()]);
        words.extend(targets.iter().cloned());
        if let Err(error) = check(&words) {
            let hint = error.hint.unwrap();
            let printed = hint.lines().find_map(|line| line.strip_prefix("accepted: ")).unwrap();
            let words = shell_words(printed);
            prop_assert!(check(&words).is_ok(), "{}", printed);
        }
    }
}
