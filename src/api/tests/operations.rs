//! Each operation: the input that it reads and refuses, and the request that it sends.

use serde_json::json;

use super::*;
use crate::api::request::Echo;

/// The older versions of the vendors' APIs, which a profile without `api` chooses.
fn first() -> PlanContext<'static> {
    PlanContext { accounts: versions("legacy", "legacy"), ..context() }
}

/// The newer versions.
fn later() -> PlanContext<'static> {
    PlanContext { accounts: versions("openapi", "v3"), ..context() }
}

/// Method, path, the operation's name where it has one, and what is sent.
fn shown(request: &Request) -> String {
    let sent = match &request.body {
        Some(_) => String::from_utf8(with_body(&[], request).to_vec()).unwrap(),
        None => request
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(" "),
    };
    let words = [request.method.as_str(), &request.path, request.name.unwrap_or_default(), &sent];
    words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

const FORBID: &str = r#"{"vendor":"tencent","action":"forbid","target":"c","for":"2h"}"#;
const RESUME: &str = r#"{"vendor":"tencent","action":"resume","target":"c"}"#;
const DROP: &str = r#"{"vendor":"tencent","action":"drop","target":"c"}"#;
const STATUS: &str = r#"{"vendor":"tencent","action":"status","target":"c"}"#;
const TIMEOUT: &str = r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30}"#;
const JD_FORBID: &str =
    r#"{"vendor":"jd","action":"forbid","target":"live/a/b","domain":"a.com","for":"90m"}"#;
const JD_BAN: &str =
    r#"{"vendor":"jd","action":"forbid","target":"live/a","domain":"a.com","permanent":true}"#;
const PERMIT: &str = r#"{"vendor":"jd","action":"permit","target":"live/a/b","domain":"a.com"}"#;
const JD_DROP: &str = r#"{"vendor":"jd","action":"drop","target":"live/a/b","domain":"a.com"}"#;
const JD_STATUS: &str = r#"{"vendor":"jd","action":"status","target":"live/a/b","domain":"a.com"}"#;
const FORBIDDEN: &str =
    r#"{"vendor":"jd","action":"forbidden","target":"a.com","app":"live","stream":"a"}"#;
const ONLINE: &str = r#"{"vendor":"jd","action":"online","target":"直播.com","app":"live"}"#;
const CLOSE: &str = r#"{"vendor":"shumei","action":"close","target":"r","cluster":"gg"}"#;
const CLOSE_AUDIO: &str =
    r#"{"vendor":"shumei","action":"close","target":"r","cluster":"gg","audio":true}"#;

#[test]
#[expect(clippy::too_many_lines, reason = "a table with a row an operation")]
fn requests_match_the_manual() {
    let both = "live/a/b live/c";
    for (mut context, line, targets, request) in [
        (
            first(),
            TIMEOUT,
            "a.com",
            r#"POST /api/live/setPushStreamTimeout {"domain":"a.com","timeout":"30"}"#,
        ),
        (
            first(),
            JD_FORBID,
            "live/a/b",
            r#"POST /api/live/forbidStream {"domain":"a.com","app":"live","stream":"a/b","type":2,"time":90}"#,
        ),
        (
            first(),
            JD_BAN,
            "live/a",
            r#"POST /api/live/forbidStream {"domain":"a.com","app":"live","stream":"a","type":1,"time":0}"#,
        ),
        (
            first(),
            PERMIT,
            both,
            r#"POST /api/live/permitStream {"domain":"a.com","deleteStreams":[{"app":"live","stream":"a/b"},{"app":"live","stream":"c"}]}"#,
        ),
        (
            first(),
            FORBIDDEN,
            "a.com",
            r#"POST /api/live/queryForbidden {"domain":"a.com","app":"live","stream":"a","start_time":"2016-01-01 00:00","pageNumber":1,"pageSize":10}"#,
        ),
        (
            first(),
            FORBID,
            "c",
            "GET /common_access Param.s.channel_id=c Param.s.action=forbid Param.n.abstime_end=1795262400",
        ),
        (
            first(),
            RESUME,
            "c",
            "GET /common_access Param.s.channel_id=c Param.s.action=resume Param.n.abstime_end=1795255200",
        ),
        (
            first(),
            DROP,
            "c",
            "GET /common_access Live_Channel_SetStatus Param.s.channel_id=c Param.n.status=2",
        ),
        (first(), STATUS, "c", "GET /common_access Live_Channel_GetStatus Param.s.channel_id=c"),
        (first(), CLOSE, "r", r#"POST /finish_videostream/v4 {"requestId":"r"}"#),
        (first(), CLOSE_AUDIO, "r", r#"POST /finish_audiostream/v4 {"requestId":"r"}"#),
        (
            later(),
            JD_FORBID,
            "live/a/b",
            r#"PUT /v1/streams%3Aforbid {"publishDomain":"a.com","appName":"live","streamName":"a/b","forbidTime":5400}"#,
        ),
        (
            later(),
            JD_BAN,
            "live/a",
            r#"PUT /v1/streams%3Aforbid {"publishDomain":"a.com","appName":"live","streamName":"a","forbidTime":0}"#,
        ),
        (
            later(),
            PERMIT,
            "live/a/b",
            r#"PUT /v1/streams%3Aresume {"publishDomain":"a.com","appName":"live","streamName":"a/b"}"#,
        ),
        (
            later(),
            JD_DROP,
            "live/a/b",
            r#"PUT /v1/streams%3Ainterrupt {"publishDomain":"a.com","appName":"live","streamName":"a/b"}"#,
        ),
        (
            later(),
            ONLINE,
            "直播.com",
            "GET /v1/streams/%E7%9B%B4%E6%92%AD.com/onlineList appName=live pageNum=1 pageSize=100",
        ),
        (
            later(),
            FORBID,
            "c",
            r#"POST / ForbidLiveStream {"AppName":"live","DomainName":"push.example.com","StreamName":"c","ResumeTime":"2026-11-21T12:00:00Z"}"#,
        ),
        (
            later(),
            RESUME,
            "c",
            r#"POST / ResumeLiveStream {"AppName":"live","DomainName":"push.example.com","StreamName":"c"}"#,
        ),
        (
            later(),
            DROP,
            "c",
            r#"POST / DropLiveStream {"AppName":"live","DomainName":"push.example.com","StreamName":"c"}"#,
        ),
        (
            later(),
            STATUS,
            "c",
            r#"POST / DescribeLiveStreamState {"AppName":"live","DomainName":"push.example.com","StreamName":"c"}"#,
        ),
    ] {
        let operation = read_in(&mut context, line).unwrap();
        let targets: Vec<_> = targets.split(' ').collect();
        assert_eq!(operation.target(), targets[0]);
        assert_eq!(shown(&operation.request(&targets)), request);
    }
}

#[test]
fn request_names_its_echo_and_reader() {
    let of = |mut context: PlanContext<'_>, line: &str| {
        read_in(&mut context, line).unwrap().request(&["live/a"])
    };
    assert_eq!(of(first(), TIMEOUT).echo, Some(Echo::Seconds(30)));
    for line in [JD_FORBID, JD_BAN, PERMIT] {
        assert_eq!(of(first(), line).echo, Some(Echo::Domain("a.com".into())));
        assert_eq!(of(later(), line).echo, None);
    }
    for (context, line, page) in [
        (first(), FORBIDDEN, Some("pageNumber")),
        (later(), ONLINE, Some("pageNum")),
        (first(), STATUS, None),
        (later(), STATUS, None),
        (first(), JD_STATUS, Some("pageNumber")),
        (later(), JD_STATUS, None),
    ] {
        let request = of(context, line);
        assert_eq!(
            (request.question.is_some(), request.page.map(|page| page.name)),
            (true, page),
            "{line}"
        );
    }
    assert!(of(first(), FORBID).question.is_none());
    assert_eq!(
        of(first(), CLOSE).endpoint.unwrap().as_str(),
        "https://api-videostream-gg.fengkongcloud.com"
    );
    assert_eq!(
        of(first(), CLOSE_AUDIO).endpoint.unwrap().as_str(),
        "https://api-audiostream-gg.fengkongcloud.com"
    );
}

#[test]
fn verification_exists_where_the_api_supports_it() {
    let at_jd = r#"POST /api/live/queryForbidden {"domain":"a.com","app":"live","stream":"a/b","start_time":"2016-01-01 00:00","pageNumber":1,"pageSize":10}"#;
    let (at_first, at_later) = (
        "GET /common_access Live_Channel_GetStatus Param.s.channel_id=c",
        r#"POST / DescribeLiveStreamState {"AppName":"live","DomainName":"push.example.com","StreamName":"c"}"#,
    );
    let at_openapi = "GET /v1/streams/a.com/appNames/live/streamNames/a%2Fb/streamInfo";
    for (mut context, line, check) in [
        (first(), TIMEOUT, Some((r#"POST /api/live/queryDomainConfig {"domain":"a.com"}"#, "30s"))),
        (first(), JD_FORBID, Some((at_jd, "forbidden"))),
        (first(), PERMIT, Some((at_jd, "anything but forbidden"))),
        (first(), FORBID, Some((at_first, "forbidden"))),
        (first(), RESUME, Some((at_first, "anything but forbidden"))),
        (first(), DROP, Some((at_first, "anything but live"))),
        (later(), FORBID, Some((at_later, "forbidden"))),
        (later(), RESUME, Some((at_later, "anything but forbidden"))),
        (later(), DROP, Some((at_later, "anything but live"))),
        (later(), JD_FORBID, Some((at_openapi, "idle"))),
        (later(), JD_DROP, Some((at_openapi, "idle"))),
        (later(), PERMIT, None),
        (first(), JD_STATUS, None),
        (later(), JD_STATUS, None),
        (first(), STATUS, None),
        (first(), CLOSE, None),
    ] {
        let seen = read_in(&mut context, line).unwrap().check();
        let seen = seen.map(|check| {
            (shown(&check.request), check.expected.to_string(), check.request.question.is_some())
        });
        assert_eq!(
            seen,
            check.map(|(request, expected)| (request.to_owned(), expected.to_owned(), true)),
            "{line}"
        );
    }
}

#[test]
fn settings_as_sent_and_as_asked() {
    for (mut context, line, sent, asked) in [
        (
            first(),
            JD_FORBID,
            r#"{"domain":"a.com","for":"1h30m"}"#,
            r#"{"domain":"a.com","for":"90m"}"#,
        ),
        (
            first(),
            JD_BAN,
            r#"{"domain":"a.com","permanent":true}"#,
            r#"{"domain":"a.com","permanent":true}"#,
        ),
        (first(), FORBIDDEN, r#"{"app":"live","stream":"a"}"#, r#"{"app":"live","stream":"a"}"#),
        (first(), DROP, "{}", "{}"),
        (first(), STATUS, "{}", "{}"),
        (
            first(),
            CLOSE_AUDIO,
            r#"{"cluster":"gg","audio":true}"#,
            r#"{"cluster":"gg","audio":true}"#,
        ),
        (later(), JD_DROP, r#"{"domain":"a.com"}"#, r#"{"domain":"a.com"}"#),
        (later(), ONLINE, r#"{"app":"live"}"#, r#"{"app":"live"}"#),
    ] {
        let operation = read_in(&mut context, line).unwrap();
        let json = |settings: Vec<(&'static str, Value)>| {
            Value::Object(
                settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            )
            .to_string()
        };
        assert_eq!(format!("{:?}", operation.spec()), operation.spec().title());
        assert_eq!(
            (json(operation.settings()), json(operation.requested())),
            (sent.into(), asked.into())
        );
        assert_eq!(operation.until(), None, "{line}");
    }
}

#[test]
fn operation_of_another_api_is_refused() {
    for (mut context, line, problem) in [
        (
            first(),
            JD_DROP,
            "action: JD offers no drop with `api = \"legacy\"`; set `api = \"openapi\"` and the keys of that version in the \
             profile's [jd], or LIVECTL_JD_API=openapi and its keys in the environment, without -p",
        ),
        (
            later(),
            TIMEOUT,
            "action: JD offers no timeout with `api = \"openapi\"`; set `api = \"legacy\"` and the keys of that version in the \
             profile's [jd], or LIVECTL_JD_API=legacy and its keys in the environment, without -p",
        ),
    ] {
        assert_eq!(read_in(&mut context, line).unwrap_err(), problem);
    }
    for line in [JD_DROP, ONLINE, TIMEOUT, FORBIDDEN, STATUS, CLOSE] {
        assert!(read(line).is_ok(), "the API version is not known: {line}");
    }
    assert!(read_in(&mut later(), FORBID).is_ok() && read_in(&mut first(), TIMEOUT).is_ok());
}

#[test]
fn reason_is_recorded_and_sent() {
    let why = |line: &str| line.replace('}', r#","reason":"court order"}"#);
    let mut context = later();
    let operation = read_in(&mut context, &why(FORBID)).unwrap();
    assert_eq!(operation.settings()[3], ("reason", "court order".into()));
    let asked =
        [("domain", "push.example.com".into()), ("app", "live".into()), ("for", "2h".into())];
    assert_eq!(operation.requested(), asked);
    assert_eq!(
        shown(&operation.request(&["c"])),
        r#"POST / ForbidLiveStream {"AppName":"live","DomainName":"push.example.com","StreamName":"c","ResumeTime":"2026-11-21T12:00:00Z","Reason":"court order"}"#
    );
    let plain = read_in(&mut context, FORBID).unwrap();
    assert_eq!((operation.target(), operation.until()), (plain.target(), plain.until()));
    assert_eq!(operation.spec().title(), "tencent forbid");
    assert_eq!(operation.check().unwrap().expected, plain.check().unwrap().expected);

    let permit = read_in(&mut first(), &why(PERMIT)).unwrap();
    assert_eq!(permit.batch_key().map(|word| &**word), Some("a.com"));
    assert!(!shown(&permit.request(&["live/a"])).contains("court"));
    assert_eq!(read(&why(STATUS)).unwrap_err(), "reason: tencent status takes no `reason`");
}

#[test]
fn id_is_recorded_and_not_sent() {
    let with = |id: &str| FORBID.replace('}', &format!(r#","id":{id}}}"#));
    let mut context = later();
    let operation = read_in(&mut context, &with(r#""msg 1""#)).unwrap();
    assert_eq!(operation.id(), Some("msg 1"));
    assert_eq!(operation.settings().last(), Some(&("id", "msg 1".into())));
    let plain = read_in(&mut context, FORBID).unwrap();
    assert_eq!((operation.requested(), plain.id()), (plain.requested(), None));
    assert_eq!(shown(&operation.request(&["c"])), shown(&plain.request(&["c"])));
    // A look has no reason, and may have an id.
    let look = read(&STATUS.replace('}', r#","id":"a"}"#)).unwrap();
    assert_eq!((look.settings().len(), look.id()), (1, Some("a")));
    for (id, problem) in [
        (r#""""#, "id: an id is not empty; leave out the key"),
        (
            r#""https://a.com/x?key=1""#,
            "id: an id is no URL with a query or user info, which may be secret",
        ),
    ] {
        assert_eq!(read(&with(id)).unwrap_err(), problem);
    }
    assert!(read(&with("7")).is_err() && read(&with(r#"" a""#)).is_err());
    assert!(read(&with(&format!("{:?}", "x".repeat(1025)))).is_err());
}

#[test]
fn run_reason_applies_to_acting_operations() {
    let mut context = PlanContext { reason: Some("of the run".into()), ..first() };
    let mut reason = |line: &str| {
        let settings = read_in(&mut context, line).unwrap().settings();
        settings.into_iter().find(|(key, _)| *key == "reason").map(|(_, reason)| reason)
    };
    assert_eq!(reason(RESUME), Some("of the run".into()));
    assert_eq!(reason(&RESUME.replace('}', r#","reason":"its own"}"#)), Some("its own".into()));
    assert_eq!(reason(STATUS), None);
}

#[test]
fn reason_limits() {
    let because = |reason: &str| read(&RESUME.replace('}', &format!(r#","reason":"{reason}"}}"#)));
    assert!(because(&"r".repeat(2048)).is_ok());
    for (reason, problem) in [
        ("r".repeat(2049), "reason: a reason has at most 2048 bytes"),
        (String::new(), "reason: it is empty"),
        (" r".into(), "reason: it begins or ends with a blank"),
    ] {
        assert_eq!(because(&reason).unwrap_err(), problem);
    }
}

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
fn ban_has_a_length_or_is_permanent() {
    const MISSING: &str =
        "for: the end of the ban is missing; give --for DUR, --until TIME or --permanent";
    let ban = |end: &str| {
        read_in(
            &mut first(),
            &format!(r#"{{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com"{end}}}"#),
        )
    };
    for (end, problem) in [
        ("", MISSING),
        (r#","permanent":false"#, MISSING),
        (
            r#","for":"1m","permanent":true"#,
            "permanent: one end is enough: --for DUR, --until TIME or --permanent",
        ),
        (r#","longest":true"#, "longest: JD bans without an end instead; give --permanent"),
        (
            r#","for":"2147483648m""#,
            "for: JD takes 2147483647 minutes at most; a ban without an end is `permanent`",
        ),
        (
            r#","until":"2026-11-21T09:00:00Z""#,
            "until: 2026-11-21T09:00:00Z is in the past; use a moment in the future",
        ),
        (r#","for":"90s""#, "for: JD's legacy API takes whole minutes, such as 30m or 2h"),
    ] {
        assert_eq!(ban(end).unwrap_err(), problem);
    }
    assert!(ban(r#","for":"1m","permanent":false"#).is_ok());
    let fraction = JD_FORBID.replace("90m", "1500ms");
    assert_eq!(
        read_in(&mut later(), &fraction).unwrap_err(),
        "for: JD takes whole seconds, such as 90s or 2h"
    );
}

#[test]
fn list_filter_has_app_and_stream() {
    let ask = |filter: &str| {
        read(&format!(r#"{{"vendor":"jd","action":"forbidden","target":"a.com"{filter}}}"#))
    };
    assert!(ask("").is_ok() && ask(r#","app":"live""#).is_ok());
    for (filter, problem) in [
        (r#","stream":"a""#, "stream: it needs an `app` as well"),
        (r#","app":"a,b""#, "app: it is one name, without a comma"),
        (r#","app":"live","stream":"a,b""#, "stream: it is one name, without a comma"),
        (r#","app":"""#, "app: it is empty"),
    ] {
        assert_eq!(ask(filter).unwrap_err(), problem);
    }
    let online = r#"{"vendor":"jd","action":"online","target":"a.com","app":" live"}"#;
    assert_eq!(read(online).unwrap_err(), "app: it begins or ends with a blank");
}

#[test]
fn items_of_all_lists_have_one_shape() {
    let item = |line: &str, item: &Value| {
        serde_json::to_value(read(line).unwrap().list_item(item.clone())).unwrap()
    };
    let ban = |kind: u8, start: &str, end: &str| json!({"app": "live", "stream": "a", "type": kind, "startTime": start, "endTime": end, "time": 5});
    let shape = |vendor: &Value, since: Option<&str>, until: Option<&str>| json!({"target": "live/a", "domain": "a.com", "app": "live", "since": since, "until": until, "vendor": vendor});
    let (start, end) = ("2026-11-21 17:55:00", "2026-11-21 18:00:00");
    for (vendor, since, until) in [
        (ban(2, start, end), Some("2026-11-21T09:55:00Z"), Some("2026-11-21T10:00:00Z")),
        (ban(1, start, end), Some("2026-11-21T09:55:00Z"), None),
        (ban(2, "soon", " 2026-11-21 18:00:00 "), None, Some("2026-11-21T10:00:00Z")),
    ] {
        assert_eq!(item(FORBIDDEN, &vendor), shape(&vendor, since, until));
    }
    let stream = json!({"publishDomain": "a.com", "appName": "live", "streamName": "a", "publishTime": "2026-11-21T10:00:00Z"});
    assert_eq!(item(ONLINE, &stream), shape(&stream, Some("2026-11-21T10:00:00Z"), None));
    let nothing = json!({});
    let unread = item(ONLINE, &nothing);
    assert_eq!((&unread["target"], &unread["vendor"]), (&Value::Null, &nothing));
}

#[test]
fn state_is_read_where_the_vendor_returns_it() {
    let ask = |mut context: PlanContext<'_>, line: &str, reply: Value| {
        let operation = read_in(&mut context, line).unwrap();
        let request = operation
            .check()
            .map_or_else(|| operation.request(&[operation.target()]), |check| check.request);
        (request.question.unwrap().read)(&request, reply.as_object().unwrap())
    };
    let state = |context, line, reply| ask(context, line, reply).and_then(|reading| reading.state);
    for (reply, expected) in [
        (json!({"output": [{"status": 1}]}), Some("live")),
        (json!({"output": [{"status": 0}, {"status": "0"}]}), Some("idle")),
        (json!({"output": [{"status": 0}, {"status": 1}]}), Some("live")),
        (json!({"output": [{"status": 1}, {"status": 3}]}), Some("forbidden")),
        (json!({"output": {"status": 3}}), Some("forbidden")),
        (json!({"output": []}), None),
        (json!({"output": [{"status": 1}, {}]}), None),
        (json!({"output": [{"status": 2}]}), None),
        (json!({}), None),
    ] {
        assert_eq!(state(first(), STATUS, reply.clone()).as_deref(), expected, "{reply}");
    }
    for (word, expected) in [
        ("active", Some("live")),
        ("inactive", Some("idle")),
        ("forbid", Some("forbidden")),
        ("other", None),
    ] {
        let reply = json!({"Response": {"RequestId": "r", "StreamState": word}});
        assert_eq!(state(later(), STATUS, reply).as_deref(), expected);
    }
    for (data, expected) in [
        (json!({"publishNormalTimeout": 30}), Some("30s")),
        (json!({"PublishNormalTimeout": "45"}), Some("45s")),
        (json!({"publishNormalTimeout": null}), None),
        (json!(null), None),
    ] {
        assert_eq!(state(first(), TIMEOUT, json!({"data": data})).as_deref(), expected);
    }
}

#[test]
fn list_page_has_its_total() {
    let ask = |line: &str, reply: Value| {
        let request = read(line).unwrap().request(&["a.com"]);
        let reading = (request.question.unwrap().read)(&request, reply.as_object().unwrap())?;
        Some((reading.items.unwrap().len(), reading.total))
    };
    let streams = json!([{"stream": "a"}, {"stream": "b"}]);
    assert_eq!(
        ask(FORBIDDEN, json!({"data": {"total": 7, "streams": streams}})),
        Some((2, Some(7)))
    );
    assert_eq!(
        ask(ONLINE, json!({"result": {"totalCount": 7, "onlineStreamInfos": streams}})),
        Some((2, Some(7)))
    );
    for reply in [
        json!({}),
        json!({"data": {"total": 7}}),
        json!({"data": {"streams": []}, "result": {"totalCount": 7}}),
    ] {
        assert_eq!((ask(FORBIDDEN, reply.clone()), ask(ONLINE, reply)), (None, None));
    }
}

#[test]
fn never_pushed_is_a_state() {
    let request = read_in(&mut first(), STATUS).unwrap().request(&["c"]);
    assert_eq!(request.question.unwrap().answers, [(20601, "never_pushed")]);
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
fn long_end_has_a_note() {
    let ban =
        |end: &str| read(&format!(r#"{{"vendor":"tencent","action":"forbid","target":"c"{end}}}"#));
    let all = "--for DUR, --until TIME or --longest";
    for (end, problem) in [
        ("", format!("for: the end of the ban is missing; give {all}")),
        (r#","longest":false"#, format!("for: the end of the ban is missing; give {all}")),
        (r#","for":"2h","until":"1795262400""#, format!("until: one end is enough: {all}")),
        (r#","for":"2h","longest":true"#, format!("longest: one end is enough: {all}")),
        (
            r#","permanent":true"#,
            "permanent: Tencent has no ban without an end, and keeps one for 89 days for certain; give --longest".into(),
        ),
        (
            r#","until":"2026-11-21T10:00:00Z""#,
            "until: 2026-11-21T10:00:00Z is in the past; use a moment in the future".into(),
        ),
    ] {
        assert_eq!(ban(end).unwrap_err(), problem);
    }
    for (end, is_noted) in
        [(r#","longest":true"#, false), (r#","for":"89d""#, false), (r#","for":"90d""#, true)]
    {
        let mut context = context();
        let line = format!(r#"{{"vendor":"tencent","action":"forbid","target":"c"{end}}}"#);
        let operation = read_in(&mut context, &line).unwrap();
        assert_eq!(operation.settings(), [("until", "2027-02-18T10:00:00Z".into())]);
        assert_eq!(operation.requested().len(), 1);
        assert_eq!(
            context.notes.iter().any(|note| note.contains("89 days from now")),
            is_noted,
            "{end}"
        );
    }
}

#[test]
fn length_in_place_of_a_target_is_recognized() {
    for line in [
        r#"{"vendor":"tencent","action":"forbid","target":"2h"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"2h","domain":"a.com"}"#,
    ] {
        assert_eq!(read(line).unwrap_err(), "target: it reads as the length of a ban: --for 2h");
    }
    let named = r#"{"vendor":"tencent","action":"forbid","target":"2h","for":"30m"}"#;
    assert_eq!(read(named).unwrap().target(), "2h");
}

#[test]
fn file_ends_are_keys_and_may_have_passed() {
    let file = || PlanContext { is_file: true, ..later() };
    let past = [
        r#"{"vendor":"tencent","action":"forbid","target":"c","until":"2026-11-21T09:00:00Z"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com","until":"2026-11-21T09:00:00Z"}"#,
    ];
    for line in past {
        let operation = read_in(&mut file(), line).unwrap();
        assert_eq!(operation.until(), "2026-11-21T09:00:00Z".parse().ok(), "{line}");
    }
    let missing = r#"{"vendor":"tencent","action":"forbid","target":"c"}"#;
    assert_eq!(
        read_in(&mut file(), missing).unwrap_err(),
        "for: the end of the ban is missing; give `for`, `until` or `longest`"
    );
}

#[test]
fn jd_end_is_sent_as_time_left() {
    let line = r#"{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com","until":"2026-11-21T10:02:30.5Z"}"#;
    for (mut context, member, left) in [
        (first(), "time", [("10:00:00", 3), ("10:01:31", 1), ("10:02:30.9", 1)]),
        (later(), "forbidTime", [("10:00:00", 151), ("10:01:31", 60), ("10:02:30.9", 1)]),
    ] {
        let operation = read_in(&mut context, line).unwrap();
        assert_eq!(operation.settings()[1], ("until", "2026-11-21T10:02:31Z".into()));
        assert_eq!(operation.requested()[1], ("until", "2026-11-21T10:02:30.5Z".into()));
        for (at, units) in left {
            let at = format!("2026-11-21T{at}Z").parse().unwrap();
            let request = operation.request(&["a/b"]).leaving_at(at);
            let body = request.body.unwrap();
            let sent = body.iter().find(|(name, _)| *name == member).unwrap();
            assert_eq!(sent.1, Value::from(units), "{member} at {at}");
            assert!(member != "time" || body.contains(&("type", 2.into())));
        }
    }
}

#[test]
fn end_that_an_earlier_run_resolved_is_kept() {
    let (ahead, past): (Timestamp, Timestamp) =
        ("2026-11-21T11:00:00Z".parse().unwrap(), "2026-11-21T09:00:00Z".parse().unwrap());
    for (kept, asked, until) in [
        (ahead, r#""for":"2h""#, "2026-11-21T11:00:00Z"),
        (ahead, r#""longest":true"#, "2026-11-21T11:00:00Z"),
        // A length whose end has passed counts anew; a moment stays what it is.
        (past, r#""for":"2h""#, "2026-11-21T12:00:00Z"),
        (past, r#""longest":true"#, "2027-02-18T10:00:00Z"),
        (past, r#""until":"2026-11-21T09:00:00Z""#, "2026-11-21T09:00:00Z"),
    ] {
        let mut context = PlanContext { kept_end: &|_| Some(kept), ..context() };
        let line = format!(r#"{{"vendor":"tencent","action":"forbid","target":"c",{asked}}}"#);
        let operation = read_in(&mut context, &line).unwrap();
        assert_eq!(operation.until(), until.parse().ok(), "{asked}");
        assert_eq!(operation.renews(), !asked.contains("until"));
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
