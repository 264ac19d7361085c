//! Each operation: the input that it reads and refuses, and the request that it sends.

mod annotations;
mod ends;
mod lists;
mod targets;

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
