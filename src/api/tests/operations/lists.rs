//! Lists and states: their filters, their items, and what a response reports.

use super::*;

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
