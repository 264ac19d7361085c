//! What the vendors' tests share, and the sandbox over a real socket.

use super::jd::openapi::tests as openapi;
use super::tencent::v3::tests as v3;
use super::*;
use crate::api::signing::md5_hex;

use chrono::DateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// 2026-11-21T12:00:00Z, as a Unix second.
pub(super) const NOON: i64 = 1_795_262_400;

pub(super) fn at(second: i64) -> Timestamp {
    DateTime::from_timestamp(second, 0).unwrap()
}

pub(super) fn post(path: &str, body: &Value) -> Call {
    Request::post(path).body(Bytes::from(body.to_string())).unwrap()
}

pub(super) fn get(target: &str) -> Call {
    Request::get(target).body(Bytes::new()).unwrap()
}

/// Runs a conversation with a sandbox that serves beside it.
fn with_sandbox<F: Future>(converse: impl FnOnce(SocketAddr) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = sandbox.address();
        tokio::spawn(sandbox.serve());
        converse(address).await
    })
}

/// One request on a connection that stays open: the answer's head and its JSON.
async fn exchange(
    stream: &mut TcpStream,
    method: &str,
    target: &str,
    body: &str,
) -> (String, Value) {
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    read_answer(stream).await
}

async fn read_answer(stream: &mut TcpStream) -> (String, Value) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

/// A request that was made elsewhere, on the same connection.
async fn send(stream: &mut TcpStream, call: &Call) -> (String, Value) {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nContent-Length: {}\r\n",
        call.method(),
        call.uri(),
        call.body().len()
    );
    for (name, value) in call.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", call.body()].concat()).await.unwrap();
    read_answer(stream).await
}

fn forbid(channel: &str, key: &str) -> String {
    let now = Utc::now().timestamp();
    let (t, end) = ((now + 60).to_string(), now + 7200);
    let (app_id, sign) = (demo::TENCENT_APP_ID, md5_hex(&[key, &t]));
    format!(
        "/common_access?appid={app_id}&interface=channel_manager&Param.s.channel_id={channel}\
         &Param.n.abstime_end={end}&Param.s.action=forbid&t={t}&sign={sign}"
    )
}

fn get_status(channel: &str, now: Timestamp) -> String {
    let t = (now.timestamp() + 60).to_string();
    let (app_id, sign) = (demo::TENCENT_APP_ID, md5_hex(&[demo::TENCENT_API_KEY, &t]));
    format!(
        "/common_access?appid={app_id}&interface=Live_Channel_GetStatus&Param.s.channel_id={channel}&t={t}&sign={sign}"
    )
}

/// A body for JD's gateway about `a.live.com`, signed.
fn jd_body(mut members: Value, now: Timestamp) -> Value {
    let date = (now + chrono::TimeDelta::hours(8)).format("%Y%m%d").to_string();
    members["username"] = demo::JD_USERNAME.into();
    members["signature"] = md5_hex(&[&date, demo::JD_USERNAME, demo::JD_SECRET_KEY]).into();
    members["domain"] = "a.live.com".into();
    members
}

#[test]
fn one_connection_carries_every_vendor_and_the_state_shows_what_they_did() {
    with_sandbox(async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let timeout = jd_body(json!({ "timeout": "10" }), Utc::now());
        let permit = jd_body(
            json!({ "deleteStreams": [{ "app": "App1", "stream": "stream1" }] }),
            Utc::now(),
        );
        let close = json!({ "accessKey": demo::SHUMEI_ACCESS_KEY, "requestId": "1639825145166" });

        for (method, target, body, field, success) in [
            ("POST", "/api/live/setPushStreamTimeout", timeout.to_string(), "status", 0),
            ("POST", "/api/live/permitStream", permit.to_string(), "status", 0),
            ("GET", &forbid("8888_test123", demo::TENCENT_API_KEY), String::new(), "ret", 0),
            ("POST", &forbid("8888_test456", demo::TENCENT_API_KEY), String::new(), "ret", 0),
            ("POST", "/finish_videostream/v4", close.to_string(), "code", 1100),
        ] {
            let (head, answer) = exchange(&mut stream, method, target, &body).await;
            assert!(head.starts_with("http/1.1 200 "), "{head}");
            assert!(head.contains("content-type: application/json"), "{head}");
            assert_eq!(answer[field], success, "{target}: {answer}");
        }

        let (_, state) = exchange(&mut stream, "GET", "/sandbox/state", "").await;
        assert_eq!(state["jd"]["forbidden"], json!([]));
        assert_eq!(state["jd"]["timeouts"], json!({ "a.live.com": 10 }));
        assert_eq!(state["tencent"]["forbidden"][0]["channel"], "8888_test123");
        assert_eq!(state["tencent"]["forbidden"][1]["channel"], "8888_test456");
        assert_eq!(state["shumei"]["closed"][0]["requestId"], "1639825145166");
    });
}

#[test]
fn the_newer_apis_are_served_on_the_same_connection() {
    with_sandbox(async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let jd = json!({ "publishDomain": "a.live.com", "appName": "live", "streamName": "cam1" });
        let tencent =
            json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });

        for verb in ["resume", "interrupt"] {
            let (head, answer) = send(&mut stream, &openapi::put(verb, &jd, Utc::now())).await;
            assert!(head.starts_with("http/1.1 200 "), "{head}");
            assert_eq!(answer["result"], json!({}));
        }
        let mut raw = openapi::put("resume", &jd, Utc::now());
        *raw.uri_mut() = "/v1/streams:resume".parse().unwrap();
        let (_, answer) = send(&mut stream, &raw).await;
        assert_eq!(answer["result"], json!({}));
        let (_, answer) =
            send(&mut stream, &v3::request("DescribeLiveStreamState", &tencent, Utc::now())).await;
        assert_eq!(answer["Response"]["StreamState"], "active");

        let (head, answer) =
            exchange(&mut stream, "GET", "/v1/streams/a.live.com/onlineList", "").await;
        assert!(head.starts_with("http/1.1 401 "), "{head}");
        assert_eq!(answer["error"]["code"], 401);
        let (head, answer) = exchange(&mut stream, "POST", "/", "").await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert_eq!(answer["Response"]["Error"]["Code"], "InvalidAction");
    });
}

#[test]
fn a_tencent_channel_forbidden_by_one_api_is_forbidden_for_the_other() {
    let mut state = State::starting(at(NOON));
    let body = json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "8888_test123" });
    let mut v3 = |action: &str| {
        let (_, answer) =
            tencent::v3::act(&mut state, &v3::request(action, &body, at(NOON)), at(NOON));
        assert!(answer["Response"]["Error"].is_null(), "{answer}");
        let (_, answer) = tencent::common_access(
            &mut state,
            &get(&get_status("8888_test123", at(NOON))),
            at(NOON),
        );
        answer["output"][0]["status"].clone()
    };

    assert_eq!(v3("DescribeLiveStreamState"), 1);
    assert_eq!(v3("ForbidLiveStream"), 3);
    assert_eq!(v3("ResumeLiveStream"), 1);
    assert_eq!(v3("DropLiveStream"), 0);
}

#[test]
fn a_jd_stream_forbidden_by_one_api_is_forbidden_for_the_other() {
    let mut state = State::starting(at(NOON));
    let listed = |state: &mut State| {
        jd::query_forbidden(state, &post("/", &jd_body(json!({}), at(NOON))), at(NOON)).1["data"]["total"].clone()
    };
    let mut stream =
        json!({ "publishDomain": "a.live.com", "appName": "live", "streamName": "cam1" });
    stream["forbidTime"] = json!(3600);

    let (status, _) =
        jd::openapi::forbid(&mut state, &openapi::put("forbid", &stream, at(NOON)), at(NOON));
    assert_eq!((status, listed(&mut state)), (StatusCode::OK, json!(1)));

    let permit =
        jd_body(json!({ "deleteStreams": [{ "app": "live", "stream": "cam1" }] }), at(NOON));
    let (_, answer) = jd::permit_stream(&mut state, &post("/", &permit), at(NOON));
    assert_eq!((&answer["status"], listed(&mut state)), (&json!(0), json!(0)));

    let forbid =
        jd_body(json!({ "app": "live", "stream": "cam1", "type": 1, "time": 0 }), at(NOON));
    let (_, answer) = jd::forbid_stream(&mut state, &post("/", &forbid), at(NOON));
    assert_eq!((&answer["status"], listed(&mut state)), (&json!(0), json!(1)));

    let (status, _) =
        jd::openapi::resume(&mut state, &openapi::put("resume", &stream, at(NOON)), at(NOON));
    assert_eq!((status, listed(&mut state)), (StatusCode::OK, json!(0)));
}

#[test]
fn a_path_is_the_same_with_and_without_escapes_and_a_parameter_is_one_part() {
    let takes = |path: &str| ROUTES.iter().find(|route| route.takes(path)).map(|route| route.path);
    for (path, route) in [
        ("/", Some("/")),
        ("/v1/streams:forbid", Some("/v1/streams:forbid")),
        ("/v1/streams%3Aforbid", Some("/v1/streams:forbid")),
        ("/v1/streams%3aforbid", Some("/v1/streams:forbid")),
        ("/v1/streams/a.com/onlineList", Some("/v1/streams/*/onlineList")),
        ("/v1/streams/*/onlineList", Some("/v1/streams/*/onlineList")),
        ("/v1/streams//onlineList", None),
        ("/v1/streams/a.com/b/onlineList", None),
        ("/v1/streams/a.com/onlineList/", None),
        ("/v1/streams%2Fforbid", None),
        ("", None),
        ("*", None),
    ] {
        assert_eq!(takes(path), route, "{path}");
    }
}

#[test]
fn many_connections_are_served_at_once() {
    with_sandbox(async |address| {
        let mut streams = Vec::new();
        for _ in 0..64 {
            streams.push(TcpStream::connect(address).await.unwrap());
        }
        for (number, stream) in streams.iter_mut().enumerate().rev() {
            let target = forbid(&format!("8888_{number}"), demo::TENCENT_API_KEY);
            let (_, answer) = exchange(stream, "GET", &target, "").await;
            assert_eq!(answer["ret"], 0);
        }
    });
}

#[test]
fn what_no_vendor_offers_is_refused_by_its_http_status() {
    with_sandbox(async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for (method, target, status, allow) in [
            ("GET", "/", "405", Some("allow: post\r\n")),
            ("POST", "/v1/streams:forbid", "405", Some("allow: put\r\n")),
            ("POST", "/v1/streams:permit", "404", None),
            ("POST", "/api/live/forbid", "404", None),
            ("GET", "/api/live/permitStream", "405", Some("allow: post\r\n")),
            ("PUT", "/common_access", "405", Some("allow: get, post\r\n")),
        ] {
            let (head, answer) = exchange(&mut stream, method, target, "").await;
            assert!(head.starts_with(&format!("http/1.1 {status} ")), "{target}: {head}");
            assert!(allow.is_none_or(|allow| head.contains(allow)), "{target}: {head}");
            assert!(answer["error"].is_string());
        }
    });
}

#[test]
fn a_body_over_1_mib_is_refused_announced_or_not() {
    with_sandbox(async |address| {
        let head = "POST /finish_videostream/v4 HTTP/1.1\r\nHost: sandbox\r\n";
        let announced = format!("{head}Content-Length: {}\r\n\r\n", BODY_LIMIT + 1);
        let chunked = format!(
            "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}",
            BODY_LIMIT + 1,
            "x".repeat(BODY_LIMIT + 1)
        );

        for request in [announced, chunked] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            let (head, _) = read_answer(&mut stream).await;
            assert!(head.starts_with("http/1.1 413 "), "{head}");
        }
    });
}

#[test]
fn a_refusal_repeats_no_credential_and_no_signature() {
    let key = "another key";
    let sign = md5_hex(&[key, "1"]);
    let jd = json!({ "username": demo::JD_USERNAME, "signature": sign, "domain": "a.live.com" });
    let shumei = json!({ "accessKey": sign, "requestId": "1639825145166" });
    let tencent = get(&format!(
        "/common_access?appid={}&interface=channel_manager&t=1&sign={sign}",
        demo::TENCENT_APP_ID
    ));
    let spoilt = |mut call: Call| {
        let text = call.headers()["authorization"].to_str().unwrap();
        let text =
            text.split_inclusive("Signature=").take(1).chain([sign.as_str()]).collect::<String>();
        call.headers_mut().insert("authorization", text.parse().unwrap());
        call
    };
    let (openapi, v3) = (
        spoilt(openapi::put("forbid", &json!({}), at(NOON))),
        spoilt(v3::request("DropLiveStream", &json!({}), at(NOON))),
    );
    let mut state = State::default();

    for (_, answer) in [
        jd::set_push_stream_timeout(&mut state, &post("/", &jd), at(NOON)),
        jd::permit_stream(&mut state, &post("/", &jd), at(NOON)),
        jd::forbid_stream(&mut state, &post("/", &jd), at(NOON)),
        jd::openapi::forbid(&mut state, &openapi, at(NOON)),
        tencent::common_access(&mut state, &tencent, at(NOON)),
        tencent::v3::act(&mut state, &v3, at(NOON)),
        shumei::finish_videostream(&mut state, &post("/", &shumei), at(NOON)),
    ] {
        let answer = answer.to_string();
        for hidden in [
            demo::JD_USERNAME,
            demo::JD_SECRET_KEY,
            demo::JD_ACCESS_KEY_ID,
            demo::JD_SECRET_ACCESS_KEY,
            demo::TENCENT_API_KEY,
            demo::TENCENT_SECRET_ID,
            demo::TENCENT_SECRET_KEY,
            demo::SHUMEI_ACCESS_KEY,
            &*sign,
        ] {
            assert!(!answer.contains(hidden), "{answer}");
        }
    }
}

#[test]
fn the_profile_points_every_vendor_at_the_sandbox() {
    let profile = Sandbox::profile(DEFAULT_LISTEN);
    toml::de::DeTable::parse(&profile).unwrap();

    assert!(profile.contains("default_profile = \"local\"\n"));
    for name in ["local", "next"] {
        for vendor in ["jd", "tencent", "shumei"] {
            let (_, section) =
                profile.split_once(&format!("[profiles.{name}.{vendor}]\n")).unwrap();
            let section = section.split('[').next().unwrap();
            assert!(section.contains("endpoint = \"http://127.0.0.1:8787\"\n"), "{section}");
        }
    }
    assert!(demo::SHUMEI_ACCESS_KEY.len() <= 20);
}

#[test]
fn a_sandbox_that_listens_everywhere_is_called_on_loopback() {
    for (listen, endpoint) in [
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("10.1.2.3:80", "http://10.1.2.3:80"),
    ] {
        assert!(Sandbox::profile(listen.parse().unwrap()).contains(endpoint));
    }
}
