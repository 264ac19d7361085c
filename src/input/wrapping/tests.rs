use super::*;

/// The wrappings found, at most one, each with the name inside.
fn name(target: &str, form: TargetForm) -> Vec<Option<String>> {
    let found = find(target, form, Some("push.example.com")).into_iter();
    let joined = |names: Vec<String>| (!names.is_empty()).then(|| names.join(" "));
    found.map(|wrapped| joined(wrapped.names)).collect()
}

#[test]
fn plain_names_have_no_wrapping() {
    for target in [
        "live/cam1",
        "live/a b",
        "live/cam-1.flv1",
        "直播/1号",
        "live/it's",
        "a/b/c",
        "live/.flv",
        "[live]/cam",
        "{x}/cam",
    ] {
        assert_eq!(name(target, TargetForm::Stream), [], "{target}");
    }
    for target in [
        "8888_test123",
        "1639825145166",
        "1E12",
        "2h",
        "a&b",
        "a; b;c",
        "a&b=c#d",
        "a&=b",
        "a=b",
        "-x",
        "1.a",
        "true",
        "c#1",
        "1.05",
        "e+5",
        "10.100.200.123",
        "100",
        "[live]cam",
        "[live]",
        "{x}",
    ] {
        assert_eq!(name(target, TargetForm::Name), [], "{target}");
    }
}

#[test]
fn layers_are_removed_to_the_name() {
    for (target, meant) in [
        ("rtmp://push.example.com/live/cam1?txSecret=abc", "live/cam1"),
        ("https://u:p@push.example.com:8080/x/live/cam1.m3u8", "live/cam1"),
        ("rtmp://push.example.com/live/%E7%9B%B4", "live/直"),
        ("PUSH.example.com/live/cam1.flv?a=b", "live/cam1"),
        ("\"live/cam1\",", "live/cam1"),
        ("live/cam1 # spam", "live/cam1"),
        ("live/cam1；", "live/cam1"),
        ("live/cam1;", "live/cam1"),
        ("<rtmp://push.example.com/live/cam1?txSecret=abc>,", "live/cam1"),
        ("//push.example.com/live/cam1", "live/cam1"),
        ("push.example.com:1935/live/cam1", "live/cam1"),
        ("live/cam1&txSecret=abc&txTime=5C", "live/cam1"),
        ("live/cam1.flv", "live/cam1"),
        ("- live/cam1", "live/cam1"),
        ("• live/cam1.m3u8,", "live/cam1"),
        ("12) live/cam1", "live/cam1"),
        ("live/a,b", "live/a live/b"),
        ("live/a，show/b, ", "live/a show/b"),
        ("\"live/a\",\"live/b\"", "live/a live/b"),
        ("\"live/a,live/b\"", "live/a live/b"),
        ("rtmp://push.example.com/live/a?k=1,2", "live/a"),
        ("rtmp://push.example.com/live/a?k=1,rtmp://push.example.com/live/b", "live/a live/b"),
        ("live/a?k=1,live/b?k=2", "live/a live/b"),
        ("rtmp%3A%2F%2Fpush.example.com%2Flive%2Fcam1%3FtxSecret%3Dabc", "live/cam1"),
        ("\"live/a\";\"live/b\"", "live/a live/b"),
        ("'live/a' 'live/b'", "live/a live/b"),
        ("“live/a” | “live/b”；", "live/a live/b"),
        ("<rtmp://a.cn/live/a> <rtmp://b.cn/live/b?k=1>", "live/a live/b"),
        ("rtmp://a.cn/live/a rtmp://a.cn/live/b", "live/a live/b"),
        ("rtmp://a.cn/live/a|rtmp://a.cn/live/b?k=1", "live/a live/b"),
        ("rtmp://a.cn/live/a?k=1;rtmp://a.cn/live/b", "live/a live/b"),
        ("live/a?k=1 live/b?k=2", "live/a live/b"),
        ("rtmp://a.cn/live/a?k=1;j=2", "live/a"),
        ("https://a.cn/live/a.m3u8?from=https://b.cn/live/b", "live/a"),
        ("\"\"live/a\"\"", "live/a"),
        ("{\"stream\":\"live/a\"},", "live/a"),
    ] {
        assert_eq!(name(target, TargetForm::Stream), [Some(meant.into())], "{target}");
    }
    for (target, meant) in [
        ("rtmp://push.example.com/live/8888_t?txSecret=abc", "8888_t"),
        ("{\"requestId\":\"1639825145166\"}", "1639825145166"),
        ("=\"1639825145166\"", "1639825145166"),
        ("'1639825145166", "1639825145166"),
        ("1639825145166.0", "1639825145166"),
        ("1639825145166,00", "1639825145166"),
        ("1,639,825,145,166", "1639825145166"),
        ("1.639.825.145.166", "1639825145166"),
        ("1 639 825 145 166", "1639825145166"),
        ("1,23", "1 23"),
        ("a,b", "a b"),
        ("a、b，c", "a b c"),
        ("* 8888_a", "8888_a"),
        ("2. 8888_a", "8888_a"),
        ("8888_a.m3u8?k=1", "8888_a"),
    ] {
        assert_eq!(name(target, TargetForm::Name), [Some(meant.into())], "{target}");
    }
    for (domain, meant) in [
        ("https://push.example.com/live", Some("push.example.com")),
        ("push.example.com:1935", Some("push.example.com")),
        ("push.example.com/live", Some("push.example.com")),
        ("rtmp://a.cn/live, b.cn:80", Some("a.cn b.cn")),
        ("a.cn,", Some("a.cn")),
        ("http://", None),
        ("a_.cn-:80", None),
        ("live/cam1", None),
        ("live:1935", None),
        ("rtmp://a.cn/live rtmp://b.cn/live", Some("a.cn b.cn")),
        ("a.cn;b.cn|c.cn", Some("a.cn b.cn c.cn")),
    ] {
        assert_eq!(name(domain, TargetForm::Domain), [meant.map(str::to_owned)], "{domain}");
    }
    assert_eq!(name("push.example.com", TargetForm::Domain), []);
}

#[test]
fn lost_ids_have_no_name() {
    for target in [
        "1.63983E+12",
        "1,63983E+12",
        "#N/A",
        "#REF!",
        "########",
        "[]",
        "rtmp://",
        "rtmp://a/",
        "null",
        "undefined",
        "TRUE",
        "FALSE",
        "=A1",
        "=B2&\".x\"",
        "rtmp://a/,rtmp://a/live/b",
        "rtmp://a/live/a rtmp://a/",
        "\" \"",
        "\"-\"",
        "{\"id\":\"\"}",
        "{\"id\":\"1\"",
        "{",
        "\"a\u{200b}\"",
        "[profiles.prod.jd]",
    ] {
        assert_eq!(name(target, TargetForm::Name), [None], "{target}");
    }
    // Any of them may be several names, of which none may be left out.
    for target in [
        "rtmp://a.com/cam1",
        "rtmp://a.com/live/a live/b",
        "rtmp://a.com/live/a;live/b",
        "rtmp://a.com/live/a|live/b",
        "rtmp://a.com/live/a,live/b",
        "rtmp://a.com/live/a?k=1|live/b",
        "rtmp://a.com/live/a?k=1 live/b",
        "rtmp://a.com/live/artmp://a.com/live/b",
        "push.example.com/live/a;live/b",
        "live/a;live/b?k=1",
        "live/a;live/b;",
        "'live/a'live/b'",
        "\"live/a\" \"b\"",
        "\"cam1\"",
        "1. live/a 2. live/b",
        "• live/a • live/b",
    ] {
        assert_eq!(name(target, TargetForm::Stream), [None], "{target}");
    }
}

#[test]
fn masked_targets_hold_no_secret() {
    for (target, shown) in [
        ("live/cam1?key=s3cret", "live/cam1?***"),
        ("api_key = \"s3cret\"", "api_key =***"),
        ("rtmp://u:s3cret@a.com/live/x", "rtmp://***@a.com/live/x"),
        ("{\"key\":\"s3cret\"}", "{***"),
        ("live/cam1", "live/cam1"),
        ("[live]cam", "[live]cam"),
        ("[[\"s3cret\"]]", "[***"),
        ("rtmp%3A%2F%2Fa%2Fb%3Fkey%3Ds3cret", "rtmp%3A%2F%2Fa%2Fb%3F***"),
    ] {
        assert_eq!(masked(target), shown);
    }
}
