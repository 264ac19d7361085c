//! Volcengine in the simulator: its route, the form of its replies, its credentials and its state document.
//!
//! The texts of refusals are the simulator's.

pub(crate) mod demo;
mod lists;
mod parameters;
mod signature;
mod streams;

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::api::volcengine::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::volcengine::sandbox::signature::{HMAC, signature_code};
use crate::sandbox::parameters::SandboxAction;
use crate::sandbox::request::query;
use crate::sandbox::simulator::{
    ActionResult, Refusal, SandboxCall, SandboxReply, SandboxRequest, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;

/// Volcengine's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "volcengine",
    routes: &[SandboxRoute {
        header: Some("x-date"),
        ..SandboxRoute::new(&["GET", "POST"], "/", act)
    }],
    operation: |request| parameter(request, "Action"),
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const VERSION: &str = "2023-01-01";

/// The actions that change a stream, all of them POSTs.
const CHANGES: [SandboxAction; 3] = [
    SandboxAction {
        name: "ForbidStream",
        parameters: "Domain Vhost App Stream EndTime",
        perform: streams::forbid,
    },
    SandboxAction {
        name: "ResumeStream",
        parameters: "Domain Vhost App Stream",
        perform: streams::resume,
    },
    SandboxAction {
        name: "KillStream",
        // No domain: the space alone names the stream.
        parameters: "Vhost App Stream",
        perform: streams::kill,
    },
];

/// The actions that read, all of them GETs.
const LOOKS: [SandboxAction; 3] = [
    SandboxAction {
        name: "DescribeLiveStreamState",
        parameters: "Domain Vhost App Stream",
        perform: streams::stream_state,
    },
    SandboxAction {
        name: "DescribeForbiddenStreamInfoByPage",
        parameters: "Domain Vhost App Stream Sort QueryType PageNum PageSize",
        perform: lists::forbidden_list,
    },
    SandboxAction {
        name: "DescribeLiveStreamInfoByPage",
        parameters: "Domain Vhost App Stream Sort QueryType StreamType SourceType PageNum PageSize",
        perform: lists::live_list,
    },
];

/// Performs the action that the query names.
fn act(call: &mut SandboxCall) -> SandboxReply {
    let (request, now) = (call.request, call.now);
    let id = call.state.request_id(now)[..20].to_uppercase();
    let mut metadata = json!({
        "RequestId": format!("{}{id}", now.format("%Y%m%d%H%M%S")),
        "Action": parameter(request, "Action").unwrap_or_default(),
        "Version": parameter(request, "Version").unwrap_or_default(),
        "Service": "live",
        "Region": "cn-north-1",
    });
    match perform(call) {
        // A reply to a change has no `Result`.
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

fn perform(call: &mut SandboxCall) -> ActionResult {
    let request = call.request;
    let name = parameter(request, "Action").unwrap_or_default();
    // The method decides with the name: a GET of what acts is no operation.
    let actions = if request.method() == Method::POST { &CHANGES } else { &LOOKS };
    let is_known = parameter(request, "Version").is_some_and(|version| version == VERSION);
    let action =
        actions.iter().find(|action| is_known && action.name == name).ok_or_else(|| {
            let message = format!("Could not find operation {name} for this version and method.");
            Refusal::new("InvalidActionOrVersion", message)
        })?;
    HMAC.verify(request, &[ACCESS_KEY, TEMPORARY_KEY], call.now)
        .map_err(|refusal| refusal.with_code(signature_code))?;
    let parameters = parameters::read(request, action.parameters)?;
    (action.perform)(&mut call.with(&parameters))
}

/// The number of a code, which those of the live API do not have, and the HTTP status that it comes with.
fn number_and_status(code: &str) -> (Option<u32>, StatusCode) {
    match code {
        // From the common table; the codes of the live API have no number.
        "MissingParameter" => (Some(100_002), StatusCode::BAD_REQUEST),
        "MissingAuthenticationToken" => (Some(100_003), StatusCode::UNAUTHORIZED),
        "MissingSignature" => (Some(100_005), StatusCode::UNAUTHORIZED),
        "InvalidTimestamp" => (Some(100_006), StatusCode::BAD_REQUEST),
        "InvalidActionOrVersion" => (Some(100_008), StatusCode::NOT_FOUND),
        "InvalidAccessKey" => (Some(100_009), StatusCode::UNAUTHORIZED),
        "SignatureDoesNotMatch" => (Some(100_010), StatusCode::UNAUTHORIZED),
        "InvalidSecurityToken" => (None, StatusCode::UNAUTHORIZED),
        "RequestForbidden.AccountIDNotAllow" => (None, StatusCode::FORBIDDEN),
        _ => (None, StatusCode::BAD_REQUEST),
    }
}

/// A parameter of the query.
fn parameter(request: &SandboxRequest, name: &str) -> Option<String> {
    let pairs = query(request).ok()?;
    pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
pub(crate) mod tests;
