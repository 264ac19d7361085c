//! Alibaba in the simulator: its route, the form of its replies, its credentials and its state document.
//!
//! Refusals come with an HTTP status of 4xx; their texts are the simulator's.

pub(crate) mod demo;
mod lists;
mod signature;
mod streams;

use hyper::StatusCode;
use serde_json::json;

use crate::api::alibaba::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::alibaba::sandbox::signature::{ACS3, signature_code, use_nonce};
use crate::sandbox::parameters::{ParameterRefusals, Parameters, SandboxAction};
use crate::sandbox::request::header;
use crate::sandbox::simulator::{
    ActionResult, Refusal, SandboxCall, SandboxReply, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;

/// Alibaba's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "alibaba",
    routes: &[SandboxRoute {
        header: Some("x-acs-action"),
        ..SandboxRoute::new(&["GET", "POST"], "/", act)
    }],
    operation: |request| header(request, "x-acs-action").map(str::to_owned),
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const VERSION: &str = "2016-11-01";

const REFUSALS: ParameterRefusals = ParameterRefusals {
    invalid: "InvalidParameter",
    missing: |name| Refusal::new("MissingParameter", format!("{name} is mandatory")),
};

const ACTIONS: [SandboxAction; 5] = [
    SandboxAction {
        name: "ForbidLiveStream",
        parameters: "DomainName AppName StreamName LiveStreamType ResumeTime Oneshot RegionId",
        perform: streams::forbid,
    },
    SandboxAction {
        name: "ResumeLiveStream",
        parameters: "DomainName AppName StreamName LiveStreamType RegionId",
        perform: streams::resume,
    },
    SandboxAction {
        name: "DescribeLiveStreamState",
        parameters: "DomainName AppName StreamName RegionId",
        perform: streams::stream_state,
    },
    SandboxAction {
        name: "DescribeLiveStreamsBlockList",
        parameters: "DomainName PageNum PageSize RegionId",
        perform: lists::block_list,
    },
    SandboxAction {
        name: "DescribeLiveStreamsOnlineList",
        parameters: "DomainName AppName StreamName OnlyStream StreamType QueryType PageNum PageSize RegionId",
        perform: lists::online_list,
    },
];

/// Performs the action that `x-acs-action` names.
fn act(call: &mut SandboxCall) -> SandboxReply {
    let request_id = call.state.request_uuid(call.now).to_uppercase();
    let host = header(call.request, "host").unwrap_or_default();
    let (status, mut document) = match perform(call) {
        Ok(result) => (StatusCode::OK, result),
        Err(Refusal { code, message }) => {
            (status(code), json!({ "Code": code, "Message": message, "HostId": host }))
        }
    };
    document["RequestId"] = request_id.into();
    (status, document)
}

fn perform(call: &mut SandboxCall) -> ActionResult {
    let request = call.request;
    let name = header(request, "x-acs-action").unwrap_or_default();
    let action = ACTIONS.iter().find(|action| action.name == name).ok_or_else(|| {
        Refusal::new("InvalidAction.NotFound", "x-acs-action names no action of the simulator")
    })?;
    if header(request, "x-acs-version") != Some(VERSION) {
        let message = format!("x-acs-version is not {VERSION}");
        return Err(Refusal::new(REFUSALS.invalid, message));
    }
    ACS3.verify(request, &[ACCESS_KEY, TEMPORARY_KEY], call.now)
        .map_err(|refusal| refusal.with_code(signature_code))?;
    // After the signature: a forged request must not use up a nonce.
    use_nonce(call.state, request, call.now)?;
    let parameters = Parameters::of_query(request, action.parameters, &REFUSALS)?;
    (action.perform)(&mut call.with(&parameters))
}

/// The HTTP status of a code.
fn status(code: &str) -> StatusCode {
    match code {
        "InvalidDomain.NotFound" | "InvalidAccessKeyId.NotFound" | "InvalidAction.NotFound" => {
            StatusCode::NOT_FOUND
        }
        "IllegalOperation" => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
pub(crate) mod tests;
