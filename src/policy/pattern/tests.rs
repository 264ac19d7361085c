use proptest::prelude::*;

use super::*;

const VENDORS: [&str; 2] = ["jd", "tencent"];

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text, &VENDORS).unwrap()
}

fn stream<'a>(domain: &'a str, app: &'a str, name: &'a str) -> TargetForms<'a> {
    TargetForms { vendor: "jd", domain: Some(domain), app: Some(app), name, reach: Reach::Stream }
}

fn channel<'a>(domain: Option<&'a str>, name: &'a str) -> TargetForms<'a> {
    let app = domain.map(|_| "live");
    TargetForms { vendor: "tencent", domain, app, name, reach: Reach::Name }
}

#[test]
fn stream_matches_each_of_its_forms() {
    let target = stream("push.example.com", "live", "cam1");
    for (text, is_hit) in [
        ("jd:cam1", true),
        ("jd:cam?", true),
        ("jd:live/cam1", true),
        ("jd:push.example.com/live/cam1", true),
        ("jd:PUSH.Example.com/live/cam1", true),
        ("jd:push.example.com/*", true),
        ("jd:*/cam1", true),
        ("jd:*EXAMPLE*cam1", true),
        ("*:*", true),
        ("JD:cam1", true),
        ("tencent:cam1", false),
        ("jd:CAM1", false),
        ("jd:Live/cam1", false),
        ("jd:push.example.com/Live/cam1", false),
        ("jd:push.example.com/LIVE*", false),
        ("jd:cam", false),
        ("jd:am1", false),
        ("jd:cam1?", false),
        ("jd:live", false),
        ("jd:push.example.com", false),
        ("jd:push.example.com/cam1", false),
    ] {
        assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
    }
}

#[test]
fn name_with_a_slash_is_matched_whole() {
    let target = stream("a.cn", "live", "x/y");
    for (text, is_hit) in
        [("jd:x/y", true), ("jd:live/x/y", true), ("jd:y", false), ("jd:a.cn/live/*", true)]
    {
        assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
    }
    assert!(pattern("tencent:x/y").matches(&channel(None, "x/y")));
}

#[test]
fn tencent_ban_is_matched_by_name() {
    let (legacy, v3) = (channel(None, "8888_gala"), channel(Some("a.cn"), "8888_gala"));
    for (text, is_legacy_hit, is_v3_hit) in [
        ("tencent:8888_gala", true, true),
        ("tencent:8888_*", true, true),
        ("tencent:other.cn/live/8888_gala", true, true),
        ("tencent:other.cn/app/8888_*", true, true),
        ("tencent:app/8888_gala", true, true),
        ("tencent:a.cn/live/*", false, true),
        ("tencent:A.CN/live/*", false, true),
        ("tencent:a.cn/live/**", false, true),
        ("tencent:a.cn/*", false, true),
        ("tencent:live/*", false, true),
        ("tencent:other.cn/live/*", false, false),
        ("tencent:a.cn*", false, false),
        ("tencent:8888_Gala", false, false),
        ("*:*", true, true),
    ] {
        let pattern = pattern(text);
        assert_eq!(pattern.matches(&legacy), is_legacy_hit, "{text} legacy");
        assert_eq!(pattern.matches(&v3), is_v3_hit, "{text} v3");
    }
}

#[test]
fn cut_by_space_is_matched_by_name() {
    let target =
        TargetForms { reach: Reach::AnyDomain, vendor: "jd", ..stream("other.cn", "live", "cam1") };
    for (text, is_hit) in [
        ("jd:cam1", true),
        ("jd:live/cam1", true),
        ("jd:push.example.com/live/cam1", true),
        ("jd:push.example.com/live/cam?", true),
        ("jd:push.*cam1", true),
        ("jd:*.example.com/*/cam*", true),
        ("jd:p*/live/c*1", true),
        ("jd:other.cn/live/*", true),
        ("jd:other.cn*", true),
        ("jd:live/*", true),
        ("jd:push.example.com/live/*", false),
        ("jd:push.example.com/*", false),
        ("jd:push.example.com*", false),
        ("jd:push.example.com/show/cam1", false),
        ("jd:push.example.com/live/cam2", false),
        ("jd:push.example.com/Live/cam1", false),
        ("jd:a/push.example.com/live/cam1", false),
        ("tencent:cam1", false),
    ] {
        assert_eq!(pattern(text).matches(&target), is_hit, "{text}");
    }
}

#[test]
fn domain_is_matched_only_without_a_slash() {
    let domain = Some("push.example.com");
    let target = TargetForms { vendor: "jd", domain, app: None, name: "", reach: Reach::Domain };
    for (text, is_hit) in [
        ("jd:push.example.com", true),
        ("jd:PUSH.example.COM", true),
        ("jd:*.example.com", true),
        ("*:push.*", true),
        ("jd:push.example.com/*", false),
        ("jd:push.example.com/live/cam1", false),
        ("jd:example.com", false),
        ("jd:", false),
    ] {
        let parsed = Pattern::parse(text, &VENDORS);
        assert_eq!(parsed.is_ok_and(|pattern| pattern.matches(&target)), is_hit, "{text}");
    }
}

#[test]
fn malformed_pattern_is_refused() {
    for (text, why) in [
        ("8888_gala", "VENDOR:PATTERN"),
        ("", "VENDOR:PATTERN"),
        ("jdx:a", "`jdx` is no vendor; the vendors are jd, tencent"),
        ("j*:a", "is no vendor"),
        (":a", "`` is no vendor"),
        (" jd:a", "` jd` is no vendor"),
        ("jd:", "is empty"),
        ("jd: a", "whitespace"),
        ("jd:a ", "whitespace"),
        ("jd:a\u{200b}", "\\u{200b}"),
        ("jd:rtmp://a.cn/live/b", "URL"),
    ] {
        let error = Pattern::parse(text, &VENDORS).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn pattern_of_wildcards_alone_matches_everything() {
    for text in ["jd:*", "*:*", "jd:**", "jd:?*", "jd:*?"] {
        assert!(pattern(text).matches_everything(), "{text}");
    }
    for text in ["jd:?", "jd:??*", "jd:*a", "jd:*/*", "jd:live/*"] {
        assert!(!pattern(text).matches_everything(), "{text}");
    }
}

#[test]
fn pattern_is_shown_as_written() {
    for text in ["jd:live/*", "*:?_cctv"] {
        assert_eq!(pattern(text).to_string(), text);
    }
}

/// The definition of a glob, without a thought for time.
fn defined(glob: &[char], text: &[(char, bool)]) -> bool {
    match (glob.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some(('*', others)), rest) => {
            defined(others, text) || rest.is_some_and(|(_, rest)| defined(glob, rest))
        }
        (Some(_), None) => false,
        (Some((p, others)), Some(((c, folds), rest))) => {
            let is_same =
                *p == '?' || if *folds { p.to_lowercase().eq(c.to_lowercase()) } else { p == c };
            is_same && defined(others, rest)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn glob_is_matched_as_defined(glob in "[aAé*?/]{0,7}", text in "[aAé/]{0,9}", cut in 0usize..10) {
        let cut = text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at);
        let chars: Vec<_> = text.char_indices().map(|(at, c)| (c, at < cut)).collect();
        let expected = defined(&glob.chars().collect::<Vec<_>>(), &chars);
        prop_assert_eq!(glob_matches(&glob, &text, cut), expected);
    }

    #[test]
    fn literal_pattern_matches_its_name_alone(name in "[a-c/]{1,4}", other in "[a-c/]{1,4}") {
        let protected = pattern(&format!("jd:{name}"));
        let target = TargetForms { app: None, domain: None, ..stream("", "", &other) };
        prop_assert_eq!(protected.matches(&target), name == other);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,12}") {
        if let Ok(pattern) = Pattern::parse(&text, &VENDORS) {
            prop_assert_eq!(Pattern::parse(&pattern.to_string(), &VENDORS), Ok(pattern));
        }
    }
}
