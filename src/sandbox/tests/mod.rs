//! The server over a real socket, with every vendor.

pub(crate) mod support;

use std::net::SocketAddr;
use std::sync::Mutex;

use chrono::Utc;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::VENDORS;
use crate::api::jd::sandbox::openapi::tests as openapi;
use crate::api::jd::sandbox::{demo as jd, legacy};
use crate::api::shumei::sandbox as shumei;
use crate::api::signing::md5_hex;
use crate::api::tencent::sandbox::demo as tencent;
use crate::api::tencent::sandbox::v3::tests as v3;
use crate::sandbox::demo;
use crate::sandbox::server::{BODY_LIMIT, DEFAULT_LISTEN, Sandbox};
use crate::sandbox::simulator::SandboxRequest;
use crate::sandbox::state::VendorState;
use crate::sandbox::tests::support::{NOON, at, get, handle, post, set};

/// Runs a conversation with a sandbox that serves beside it.
fn with_sandbox<F: Future>(converse: impl FnOnce(SocketAddr) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0)), VENDORS.simulators())
            .await
            .unwrap();
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
async fn send(stream: &mut TcpStream, request: &SandboxRequest) -> (String, Value) {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nContent-Length: {}\r\n",
        request.method(),
        request.uri(),
        request.body().len()
    );
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", request.body()].concat()).await.unwrap();
    read_answer(stream).await
}

fn forbid(channel: &str, key: &str) -> String {
    let now = Utc::now().timestamp();
    let (t, end) = ((now + 60).to_string(), now + 7200);
    let (app_id, sign) = (tencent::APP_ID, md5_hex(&[key, &t]));
    format!(
        "/common_access?appid={app_id}&interface=channel_manager&Param.s.channel_id={channel}\
         &Param.n.abstime_end={end}&Param.s.action=forbid&t={t}&sign={sign}"
    )
}

/// A signed body for JD's gateway about `a.live.com`.
fn jd_body(members: Value) -> Value {
    legacy::tests::signed_body(members, Utc::now())
}

#[test]
fn one_connection_serves_every_vendor() {
    with_sandbox(async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let timeout = jd_body(json!({ "timeout": "10" }));
        let permit = jd_body(json!({ "deleteStreams": [{ "app": "App1", "stream": "stream1" }] }));
        let close = json!({ "accessKey": shumei::ACCESS_KEY, "requestId": "1639825145166" });

        for (method, target, body, field, success) in [
            ("POST", "/api/live/setPushStreamTimeout", timeout.to_string(), "status", 0),
            ("POST", "/api/live/permitStream", permit.to_string(), "status", 0),
            ("GET", &forbid("8888_test123", tencent::API_KEY), String::new(), "ret", 0),
            ("POST", &forbid("8888_test456", tencent::API_KEY), String::new(), "ret", 0),
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
fn newer_apis_share_the_connection() {
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
        for (method, target) in [("GET", "/v1/streams:forbid"), ("POST", "/v1/streams:permit")] {
            let (head, answer) = exchange(&mut stream, method, target, "").await;
            assert!(head.starts_with("http/1.1 404 "), "{head}");
            assert_eq!(answer["error"]["status"], "NOT_FOUND");
        }
        for (method, code) in
            [("POST", "InvalidAction"), ("GET", "InvalidAction"), ("PUT", "UnsupportedProtocol")]
        {
            let (head, answer) = exchange(&mut stream, method, "/", "").await;
            assert!(head.starts_with("http/1.1 200 "), "{head}");
            assert_eq!(answer["Response"]["Error"]["Code"], code);
        }
    });
}

#[test]
fn log_has_a_line_without_credentials_per_request() {
    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0)), VENDORS.simulators());
        let sandbox =
            sandbox.await.unwrap().with_log(|line| LINES.lock().unwrap().push(line.into()));
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        tokio::spawn(sandbox.serve());
        let drop = v3::request("DropLiveStream", &json!({}), Utc::now());
        send(&mut stream, &drop).await;
        let target = forbid("8888_a", tencent::API_KEY);
        exchange(&mut stream, "GET", &target, "").await;
        exchange(&mut stream, "GET", "/x?key=hunter2", "").await;
        exchange(&mut stream, "PUT", "/api/live/forbidStream", "").await;
    });
    let lines = LINES.lock().unwrap();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines[0].starts_with("POST / DropLiveStream: 200 {\"Response\":{\"Error\":"),
        "{lines:?}"
    );
    assert_eq!(
        lines[1..],
        [
            r#"GET /common_access channel_manager 8888_a: 200 {"ret":0,"message":"success"}"#,
            r#"GET /x: 404 {"error":"no vendor's operation has this path"}"#,
            r#"PUT /api/live/forbidStream: 405 {"error":"this path takes POST"}"#,
        ]
    );
}

#[test]
fn many_connections_are_served_at_once() {
    with_sandbox(async |address| {
        let mut streams = Vec::new();
        for _ in 0..64 {
            streams.push(TcpStream::connect(address).await.unwrap());
        }
        for (number, stream) in streams.iter_mut().enumerate().rev() {
            let target = forbid(&format!("8888_{number}"), tencent::API_KEY);
            let (_, answer) = exchange(stream, "GET", &target, "").await;
            assert_eq!(answer["ret"], 0);
        }
    });
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    with_sandbox(async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for (method, target, status, allow) in [
            ("POST", "/sandbox/state", "405", Some("allow: get\r\n")),
            ("GET", "/v2/streams", "404", None),
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
fn bodies_over_1_mib_are_refused() {
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
fn refusals_repeat_no_credential_and_no_signature() {
    let key = "another key";
    let sign = md5_hex(&[key, "1"]);
    let jd_body = json!({ "username": jd::USERNAME, "signature": sign, "domain": "a.live.com" });
    let shumei_body = json!({ "accessKey": sign, "requestId": "1639825145166" });
    let query = format!("appid={}&interface=channel_manager&t=1&sign={sign}", tencent::APP_ID);
    let forged = |mut request: SandboxRequest| {
        let text = request.headers()["authorization"].to_str().unwrap();
        let text =
            text.split_inclusive("Signature=").take(1).chain([sign.as_str()]).collect::<String>();
        set(&mut request, "authorization", &text);
        request
    };

    for request in [
        post("/api/live/setPushStreamTimeout", &jd_body),
        post("/api/live/permitStream", &jd_body),
        post("/api/live/forbidStream", &jd_body),
        forged(openapi::put("forbid", &json!({}), at(NOON))),
        get(&format!("/common_access?{query}")),
        forged(v3::request("DropLiveStream", &json!({}), at(NOON))),
        post("/finish_videostream/v4", &shumei_body),
    ] {
        let path = request.uri().path();
        let mut routes = VENDORS.iter().flat_map(|vendor| vendor.simulator.routes);
        let route = routes.find(|route| route.matches(path)).unwrap();
        let (_, reply) = handle(route.handler, &mut VendorState::default(), &request, at(NOON));
        let reply = reply.to_string();
        for hidden in [
            jd::USERNAME,
            jd::SECRET_KEY,
            jd::ACCESS_KEY.id,
            jd::ACCESS_KEY.secret,
            tencent::API_KEY,
            tencent::ACCESS_KEY.id,
            tencent::ACCESS_KEY.secret,
            shumei::ACCESS_KEY,
            &*sign,
        ] {
            assert!(!reply.contains(hidden), "{path}: {reply}");
        }
    }
}

#[test]
fn profile_points_every_vendor_at_the_sandbox() {
    let profile = demo::profile(&VENDORS.simulators(), DEFAULT_LISTEN);
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
}
