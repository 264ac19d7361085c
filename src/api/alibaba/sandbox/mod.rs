//! Alibaba in the simulator: [`SIMULATOR`] has its route, its credentials and its state document; this file has the form of
//! its replies too.
//!
//! Refusals come with an HTTP status of 4xx; their texts are the simulator's.

pub(crate) mod demo;
mod domains;
mod lists;
mod parameters;
mod refusal;
mod signature;
mod streams;

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::alibaba::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::alibaba::sandbox::parameters::RpcParameters;
use crate::api::alibaba::sandbox::refusal::{RpcRefusal, status};
use crate::api::alibaba::sandbox::signature::verify;
use crate::sandbox::request::header;
use crate::sandbox::simulator::{Refusal, SandboxReply, SandboxRequest, SandboxRoute, Simulator};
use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// Alibaba's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "alibaba",
    routes: &[SandboxRoute {
        path: "/",
        methods: &["GET", "POST"],
        header: Some("x-acs-action"),
        handler: act,
    }],
    operation: |request| header(request, "x-acs-action").map(str::to_owned),
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const VERSION: &str = "2016-11-01";

/// An action with the parameters that it knows.
struct RpcAction {
    name: &'static str,
    parameters: &'static [&'static str],
    perform: fn(&mut VendorState, &RpcParameters, Timestamp) -> Result<Value, RpcRefusal>,
}

const ACTIONS: [RpcAction; 5] = [
    RpcAction {
        name: "ForbidLiveStream",
        parameters: &[
            "DomainName",
            "AppName",
            "StreamName",
            "LiveStreamType",
            "ResumeTime",
            "Oneshot",
            "RegionId",
        ],
        perform: streams::forbid,
    },
    RpcAction {
        name: "ResumeLiveStream",
        parameters: &["DomainName", "AppName", "StreamName", "LiveStreamType", "RegionId"],
        perform: streams::resume,
    },
    RpcAction {
        name: "DescribeLiveStreamState",
        parameters: &["DomainName", "AppName", "StreamName", "RegionId"],
        perform: streams::stream_state,
    },
    RpcAction {
        name: "DescribeLiveStreamsBlockList",
        parameters: &["DomainName", "PageNum", "PageSize", "RegionId"],
        perform: lists::block_list,
    },
    RpcAction {
        name: "DescribeLiveStreamsOnlineList",
        parameters: &[
            "DomainName",
            "AppName",
            "StreamName",
            "OnlyStream",
            "StreamType",
            "QueryType",
            "PageNum",
            "PageSize",
            "RegionId",
        ],
        perform: lists::online_list,
    },
];

/// Performs the action that `x-acs-action` names.
fn act(state: &mut VendorState, request: &SandboxRequest, now: Timestamp) -> SandboxReply {
    let request_id = uuid(&state.request_id(now)).to_uppercase();
    let (status, mut document) = match perform(state, request, now) {
        Ok(result) => (StatusCode::OK, result),
        Err(Refusal { code, message }) => {
            let host = header(request, "host").unwrap_or_default();
            (status(code), json!({ "Code": code, "Message": message, "HostId": host }))
        }
    };
    document["RequestId"] = request_id.into();
    (status, document)
}

fn perform(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<Value, RpcRefusal> {
    let name = header(request, "x-acs-action").unwrap_or_default();
    let action = ACTIONS.iter().find(|action| action.name == name).ok_or_else(|| {
        Refusal::new("InvalidAction.NotFound", "x-acs-action names no action of the simulator")
    })?;
    if header(request, "x-acs-version") != Some(VERSION) {
        let message = format!("x-acs-version is not {VERSION}");
        return Err(Refusal::new("InvalidParameter", message));
    }
    verify(state, request, &[ACCESS_KEY, TEMPORARY_KEY], now)?;
    let parameters = RpcParameters::read(request, action.parameters)?;
    (action.perform)(state, &parameters, now)
}

/// 32 hex digits, divided as in a UUID.
fn uuid(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
pub(crate) mod tests;
