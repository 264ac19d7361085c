//! Volcengine in the simulator: [`SIMULATOR`] has its route, its credentials and its state document; this file has the form
//! of its replies too.
//!
//! The texts of refusals are the simulator's.

pub(crate) mod demo;
mod lists;
mod parameters;
mod refusal;
mod signature;
mod streams;

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::volcengine::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::volcengine::sandbox::parameters::ActionParameters;
use crate::api::volcengine::sandbox::refusal::{OpenApiRefusal, number_and_status};
use crate::api::volcengine::sandbox::signature::verify;
use crate::sandbox::request::query;
use crate::sandbox::simulator::{Refusal, SandboxReply, SandboxRequest, SandboxRoute, Simulator};
use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// Volcengine's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "volcengine",
    routes: &[SandboxRoute {
        path: "/",
        methods: &["GET", "POST"],
        header: Some("x-date"),
        handler: act,
    }],
    operation: |request| parameter(request, "Action"),
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const VERSION: &str = "2023-01-01";

/// An action with its method and the parameters that it knows.
struct OpenApiAction {
    name: &'static str,
    method: &'static str,
    parameters: &'static [&'static str],
    perform: fn(&mut VendorState, &ActionParameters, Timestamp) -> Result<Value, OpenApiRefusal>,
}

const ACTIONS: [OpenApiAction; 6] = [
    OpenApiAction {
        name: "ForbidStream",
        method: "POST",
        parameters: &["Domain", "Vhost", "App", "Stream", "EndTime"],
        perform: streams::forbid,
    },
    OpenApiAction {
        name: "ResumeStream",
        method: "POST",
        parameters: &["Domain", "Vhost", "App", "Stream"],
        perform: streams::resume,
    },
    OpenApiAction {
        name: "KillStream",
        method: "POST",
        // No domain: the space alone names the stream.
        parameters: &["Vhost", "App", "Stream"],
        perform: streams::kill,
    },
    OpenApiAction {
        name: "DescribeLiveStreamState",
        method: "GET",
        parameters: &["Domain", "Vhost", "App", "Stream"],
        perform: streams::stream_state,
    },
    OpenApiAction {
        name: "DescribeForbiddenStreamInfoByPage",
        method: "GET",
        parameters: &[
            "Domain",
            "Vhost",
            "App",
            "Stream",
            "Sort",
            "QueryType",
            "PageNum",
            "PageSize",
        ],
        perform: lists::forbidden_list,
    },
    OpenApiAction {
        name: "DescribeLiveStreamInfoByPage",
        method: "GET",
        parameters: &[
            "Domain",
            "Vhost",
            "App",
            "Stream",
            "Sort",
            "QueryType",
            "StreamType",
            "SourceType",
            "PageNum",
            "PageSize",
        ],
        perform: lists::live_list,
    },
];

/// Performs the action that the query names.
fn act(state: &mut VendorState, request: &SandboxRequest, now: Timestamp) -> SandboxReply {
    let request_id =
        format!("{}{}", now.format("%Y%m%d%H%M%S"), state.request_id(now)[..20].to_uppercase());
    let mut metadata = json!({
        "RequestId": request_id,
        "Action": parameter(request, "Action").unwrap_or_default(),
        "Version": parameter(request, "Version").unwrap_or_default(),
        "Service": "live",
        "Region": "cn-north-1",
    });
    match perform(state, request, now) {
        Ok(result) if result == json!({}) => {
            (StatusCode::OK, json!({ "ResponseMetadata": metadata }))
        }
        Ok(result) => (StatusCode::OK, json!({ "ResponseMetadata": metadata, "Result": result })),
        Err(Refusal { code, message }) => {
            let (number, status) = number_and_status(code);
            let mut error = json!({ "Code": code, "Message": message });
            if let Some(number) = number {
                error["CodeN"] = number.into();
            }
            metadata["Error"] = error;
            (status, json!({ "ResponseMetadata": metadata }))
        }
    }
}

fn perform(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<Value, OpenApiRefusal> {
    let (name, version) = (parameter(request, "Action"), parameter(request, "Version"));
    let is_meant = |action: &&OpenApiAction| {
        name.as_deref() == Some(action.name)
            && version.as_deref() == Some(VERSION)
            && request.method().as_str() == action.method
    };
    let action = ACTIONS.iter().find(is_meant).ok_or_else(|| {
        let name = name.as_deref().unwrap_or_default();
        let message = format!("Could not find operation {name} for this version and method.");
        Refusal::new("InvalidActionOrVersion", message)
    })?;
    verify(request, &[ACCESS_KEY, TEMPORARY_KEY], now)?;
    let parameters = ActionParameters::read(request, action.parameters)?;
    (action.perform)(state, &parameters, now)
}

/// A parameter of the query.
fn parameter(request: &SandboxRequest, name: &str) -> Option<String> {
    let pairs = query(request).ok()?;
    pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
pub(crate) mod tests;
