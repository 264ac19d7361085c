//! Huawei in the simulator: its routes, the form of its replies, its credentials and its state document.
//!
//! The reply to a change is 204 without a body. Refusals come with an HTTP status of 4xx; their texts are the simulator's.

pub(crate) mod demo;
mod lists;
mod parameters;
mod signature;
mod streams;

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::huawei::sandbox::demo::{ACCESS_KEY, PROJECT_ID, TEMPORARY_KEY};
use crate::api::huawei::sandbox::signature::verify;
use crate::sandbox::request::path_segment;
use crate::sandbox::simulator::{
    ActionResult, Handler, Refusal, SandboxCall, SandboxReply, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;

/// Huawei's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "huawei",
    routes: &[
        route(&["GET"], "/v1/*/stream/blocks", |call| perform(call, lists::bans)),
        route(&["POST"], "/v1/*/stream/blocks", |call| perform(call, streams::forbid)),
        route(&["PUT"], "/v1/*/stream/blocks", |call| perform(call, streams::change)),
        route(&["DELETE"], "/v1/*/stream/blocks", |call| perform(call, streams::resume)),
        route(&["POST"], "/v1/*/stream/block-once", |call| perform(call, streams::cut)),
        route(&["GET"], "/v1/*/realtime/streams", |call| perform(call, lists::live_streams)),
        route(&[], "/v1/**", unknown_path),
    ],
    operation: |_| None,
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const fn route(
    methods: &'static [&'static str],
    path: &'static str,
    handler: Handler,
) -> SandboxRoute {
    // JD has paths below `/v1/` too.
    SandboxRoute { header: Some("x-sdk-date"), ..SandboxRoute::new(methods, path, handler) }
}

/// The reply to a path or a method that the API does not have.
fn unknown_path(_: &mut SandboxCall) -> SandboxReply {
    let message = "The API does not exist or has not been published in the environment";
    refused(&Refusal::new("APIGW.0101", message))
}

/// Checks the signature and the project before a request has its effect.
fn perform(call: &mut SandboxCall, effect: fn(&mut SandboxCall) -> ActionResult) -> SandboxReply {
    let admitted = verify(call.request, &[ACCESS_KEY, TEMPORARY_KEY], call.now);
    let admitted = admitted.and_then(|()| match path_segment(call.request, 1) {
        project if project == PROJECT_ID => Ok(()),
        _ => Err(Refusal::new("APIGW.0310", "The project is unavailable")),
    });
    match admitted.and_then(|()| effect(call)) {
        // The reply to a change.
        Ok(Value::Null) => (StatusCode::NO_CONTENT, Value::Null),
        Ok(document) => (StatusCode::OK, document),
        Err(refusal) => refused(&refusal),
    }
}

fn refused(Refusal { code, message }: &Refusal) -> SandboxReply {
    let status = match *code {
        "APIGW.0101" => StatusCode::NOT_FOUND,
        "APIGW.0301" => StatusCode::UNAUTHORIZED,
        "APIGW.0310" => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    };
    (status, json!({ "error_code": code, "error_msg": message }))
}

#[cfg(test)]
pub(crate) mod tests;
