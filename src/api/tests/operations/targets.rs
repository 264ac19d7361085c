//! Targets and the settings beside them.

use super::*;

#[test]
fn flag_is_true_or_false() {
    let close = |audio: &str| {
        let line = format!(
            r#"{{"vendor":"shumei","action":"close","target":"r","cluster":"gg","audio":{audio}}}"#
        );
        read(&line).map(|operation| operation.settings().len() == 2)
    };
    assert_eq!(["true", "\"true\""].map(close), [Ok(true), Ok(true)]);
    assert_eq!(["false", "\"false\""].map(close), [Ok(false), Ok(false)]);
    for wrong in ["1", "\"yes\"", "\"\""] {
        assert_eq!(close(wrong).unwrap_err(), "audio: it is true or false");
    }
    let yd = r#"{"vendor":"shumei","action":"close","target":"r","cluster":"yd","audio":true}"#;
    assert_eq!(
        read(yd).unwrap_err(),
        "cluster: Shumei moderates audio in sh, sg (xjp) and gg, not in yd"
    );
}

#[test]
fn streams_are_batched_by_domain() {
    let mut context = context();
    let mut word = |stream: &str, domain: &str| {
        let line = format!(
            r#"{{"vendor":"jd","action":"permit","target":"live/{stream}","domain":"{domain}"}}"#
        );
        read_in(&mut context, &line).unwrap().batch_key().cloned().unwrap()
    };
    assert_eq!(&*word("a", "a.com"), "a.com");
    assert_eq!(word("a", "a.com"), word("b", "a.com"));
    assert_ne!(word("a", "a.com"), word("a", "b.com"));
    assert_eq!(read_in(&mut later(), PERMIT).unwrap().batch_key(), None);
    let alone = read(r#"{"vendor":"tencent","action":"resume","target":"c"}"#).unwrap();
    assert_eq!(alone.batch_key(), None);
}

#[test]
fn stream_is_named_with_its_app() {
    for target in ["a", "/a", "a/", "/"] {
        let line =
            format!(r#"{{"vendor":"jd","action":"permit","target":"{target}","domain":"a.com"}}"#);
        assert_eq!(read(&line).unwrap_err(), "target: a stream is written APP/STREAM");
    }
    let problem = read(r#"{"vendor":"jd","action":"permit","target":"a/b"}"#).unwrap_err();
    assert_eq!(
        problem,
        "domain: no domain is named: give --domain DOMAIN, or set `domain` in the profile's [jd] section"
    );
}

#[test]
fn unadvised_timeout_has_a_note() {
    for (seconds, is_noted) in [(1, true), (2, false), (60, false), (61, true), (120, true)] {
        let mut context = context();
        let line =
            format!(r#"{{"vendor":"jd","action":"timeout","target":"a.com","seconds":{seconds}}}"#);
        read_in(&mut context, &line).unwrap();
        assert_eq!(context.notes.iter().count() == 1, is_noted, "{seconds}");
        assert!(
            context
                .notes
                .iter()
                .all(|note| note.ends_with(&format!("; {seconds} is sent as asked")))
        );
    }
}

#[test]
fn stream_of_two_domains_is_two_streams() {
    let place = |mut context: PlanContext<'_>, line: &str| {
        let operation = read_in(&mut context, line).unwrap();
        let text = |text: Option<&str>| text.map(str::to_owned);
        (text(operation.domain()), text(operation.app()))
    };
    let some = |domain: &str, app: Option<&str>| (Some(domain.to_owned()), app.map(str::to_owned));
    let there = RESUME.replace('}', r#","domain":"b.cn","app":"show"}"#);
    assert_eq!(place(later(), RESUME), some("push.example.com", Some("live")));
    assert_eq!(place(later(), &there), some("b.cn", Some("show")));
    assert_eq!(place(first(), RESUME), (None, None));
    assert_eq!(place(first(), PERMIT), some("a.com", None));
    let problem = read_in(&mut first(), &there).unwrap_err();
    assert!(
        problem == "domain: only Tencent's API with `api = \"v3\"` takes it; leave it out here",
        "{problem}"
    );
    let nowhere = |section: &'static Section, api: &str, line: &str| {
        let accounts = vec![Account::made_up(section, "prod", &[("api", api)])];
        read_in(&mut PlanContext { accounts, ..context() }, line).unwrap_err()
    };
    let bare = PERMIT.replace(r#","domain":"a.com""#, "");
    for (section, api, line) in
        [(&jd::SECTION, "legacy", &*bare), (&tencent::SECTION, "v3", FORBID)]
    {
        let name = section.name;
        let expected = format!(
            "domain: no domain is named: give --domain DOMAIN, or set `domain` in the profile's [{name}] section"
        );
        assert_eq!(nowhere(section, api, line), expected);
    }
    let accounts = vec![Account::made_up(&jd::SECTION, "prod", &[("domain", "of.profile.cn")])];
    assert_eq!(place(PlanContext { accounts, ..context() }, &bare), some("of.profile.cn", None));
}

#[test]
fn callback_id_is_refused_with_a_hint() {
    let close =
        |id: &str| read(&format!(r#"{{"vendor":"shumei","action":"close","target":"{id}"}}"#));
    assert!(close(&"键".repeat(32)).is_ok());
    for (id, hint) in [
        ("r".repeat(33), "callback ids carry it before the first `_`"),
        (
            format!("1639825145166_{}", "r".repeat(32)),
            "callback ids carry it before the first `_`: 1639825145166",
        ),
    ] {
        let problem = close(&id).unwrap_err();
        assert_eq!(problem, format!("target: a request id has at most 32 characters; {hint}"));
    }
}

#[test]
fn cluster_follows_line_then_profile() {
    let at_endpoint: &[(&str, &str)] = &[("endpoint", "http://127.0.0.1:1")];
    let shumei = |keys| vec![Account::made_up(&shumei::SECTION, "prod", keys)];
    let sg: &[(&str, &str)] = &[("cluster", "sg")];
    for (keys, asked, cluster, is_lacking) in [
        (sg, "", Some("sg"), false),
        (sg, r#","cluster":"yd""#, Some("yd"), false),
        (&[], r#","cluster":"gg""#, Some("gg"), false),
        (&[], "", None, true),
        (at_endpoint, "", None, false),
    ] {
        let mut context = PlanContext { accounts: shumei(keys), ..context() };
        let line = format!(r#"{{"vendor":"shumei","action":"close","target":"r"{asked}}}"#);
        let settings = read_in(&mut context, &line).unwrap().settings();
        assert_eq!(settings.first().and_then(|(_, value)| value.as_str()), cluster);
        assert_eq!(context.missing.is_some(), is_lacking);
    }
    let chosen = r#"{"vendor":"shumei","action":"close","target":"r","cluster":"sh"}"#;
    let problem = read_in(&mut PlanContext { accounts: shumei(at_endpoint), ..context() }, chosen)
        .unwrap_err();
    assert_eq!(problem, "cluster: shumei's endpoint is set, which leaves no cluster to choose");
    let unknown = r#"{"vendor":"shumei","action":"close","target":"r","cluster":"SH"}"#;
    assert_eq!(read(unknown).unwrap_err(), "cluster: the clusters are sh, sg (xjp), gg and yd");
}
