//! The vendors' protocols as their manuals print them: the operations that a request asks for, and the answers.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fault_server::request::ReceivedRequest;
use super::fault_server::{FaultServer, ServerStep, http};

/// One target of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentOperation {
    /// Such as `tencent forbid`.
    pub action: String,
    pub target: String,
    /// The end of a ban, as a Unix second.
    pub end: Option<i64>,
    /// The number of the request; streams that travel together share it.
    pub request: usize,
    pub at: Instant,
}

impl ReceivedRequest {
    /// The operations that this request asks for, one a target.
    pub fn operations(&self) -> Vec<SentOperation> {
        let operation = |action: String, target: String, end| SentOperation {
            action,
            target,
            end,
            request: self.number,
            at: self.at,
        };
        if self.path.ends_with("/common_access") {
            let param = |name: &str| self.param(name).unwrap_or_default();
            let action = param("Param.s.action");
            let end = (action == "forbid").then(|| param("Param.n.abstime_end").parse().unwrap());
            return vec![operation(format!("tencent {action}"), param("Param.s.channel_id"), end)];
        }
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        match self.path.as_str() {
            "/finish_videostream/v4" => {
                vec![operation("shumei close".into(), text(&body["requestId"]), None)]
            }
            "/api/live/permitStream" => {
                let permit = |stream| operation("jd permit".into(), stream, None);
                self.streams().into_iter().map(permit).collect()
            }
            _ => vec![operation("jd timeout".into(), text(&body["domain"]), None)],
        }
    }

    /// The first target that it asks for.
    pub fn target(&self) -> String {
        self.operations()[0].target.clone()
    }

    /// The streams of a `permitStream`.
    pub fn streams(&self) -> Vec<String> {
        let name = |stream: &Value| {
            format!("{}/{}", stream["app"].as_str().unwrap(), stream["stream"].as_str().unwrap())
        };
        self.json()["deleteStreams"].as_array().unwrap().iter().map(name).collect()
    }

    /// Whether it only reads a state or a list.
    pub fn is_look(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let interface = self.param("interface").unwrap_or_default();
        ["queryForbidden", "queryDomainConfig", "onlineList", "streamInfo"].contains(&name)
            || interface == "Live_Channel_GetStatus"
            || self.header("x-tc-action").is_some_and(|action| action.starts_with("Describe"))
    }
}

/// The vendor's success for this request, with the echo that its manual prints.
pub fn success(request: &ReceivedRequest) -> Value {
    let path = request.path.as_str();
    if let Some(action) = request.header("x-tc-action") {
        return match action {
            "DescribeLiveStreamState" => {
                json!({"Response": {"RequestId": "r-1", "StreamState": "active"}})
            }
            _ => json!({"Response": {"RequestId": "r-1"}}),
        };
    }
    if path.ends_with("/common_access") {
        return match request.param("interface").as_deref() {
            Some("Live_Channel_GetStatus") => {
                json!({"ret": 0, "message": "success", "output": [{"status": 1}]})
            }
            _ => json!({"ret": 0, "message": "success"}),
        };
    }
    if path.contains("/v1/streams") {
        return json!({"requestId": "r-1", "result": {}});
    }
    if path.ends_with("stream/v4") {
        return json!({"requestId": "r-1", "code": 1100, "message": "成功"});
    }
    let body = serde_json::from_str(&request.body).unwrap_or(Value::Null);
    let data = match path.rsplit('/').next() {
        Some("setPushStreamTimeout") => {
            let seconds: u64 = body["timeout"].as_str().unwrap().parse().unwrap();
            json!({"PublishNormalTimeout": seconds})
        }
        _ => body["domain"].clone(),
    };
    json!({"status": 0, "msg": "", "data": data})
}

/// The vendor's refusal of this request, for a reason that another attempt does not change.
pub fn refusal(request: &ReceivedRequest) -> Value {
    let path = request.path.as_str();
    if request.header("x-tc-action").is_some() {
        let error = json!({"Code": "InvalidParameter", "Message": "no"});
        return json!({"Response": {"RequestId": "r-1", "Error": error}});
    }
    if path.ends_with("/common_access") {
        return json!({"ret": 1, "message": "no"});
    }
    if path.contains("/v1/streams") {
        let error = json!({"code": 404, "status": "NOT_FOUND", "message": "no"});
        return json!({"requestId": "r-1", "error": error});
    }
    if path.ends_with("stream/v4") {
        return json!({"requestId": "r-1", "code": 1902, "message": "no"});
    }
    json!({"status": 1, "msg": "no"})
}

/// The fault server's success.
pub fn accept(request: &ReceivedRequest) -> Vec<ServerStep> {
    vec![ServerStep::Send(http("200 OK", "", success(request).to_string()))]
}

/// The fault server's success, so many milliseconds later.
pub fn accept_after(millis: u64, request: &ReceivedRequest) -> Vec<ServerStep> {
    let mut steps = accept(request);
    steps.insert(0, ServerStep::Pause(Duration::from_millis(millis)));
    steps
}

/// A server that answers targets of this beginning so many milliseconds late, and the others at once.
pub fn late_for(beginning: &'static str, millis: u64) -> FaultServer {
    FaultServer::answering(move |request| {
        accept_after(if request.target().starts_with(beginning) { millis } else { 0 }, request)
    })
}

/// The fault server's HTTP status without a body; each header ends with a line end.
pub fn status(status: &str, headers: &str) -> Vec<ServerStep> {
    vec![ServerStep::Send(http(status, headers, ""))]
}
