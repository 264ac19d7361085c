//! Huawei in the simulator: [`SIMULATOR`] has its routes, its credentials and its state document; this file has the form of
//! its replies too.
//!
//! What acts is answered with 204 and no body. Refusals come with an HTTP status of 4xx; their texts are the simulator's.

pub(crate) mod demo;
mod lists;
mod parameters;
mod refusal;
mod signature;
mod streams;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::huawei::sandbox::demo::{ACCESS_KEY, PROJECT_ID, TEMPORARY_KEY};
use crate::api::huawei::sandbox::refusal::{LiveRefusal, status};
use crate::api::huawei::sandbox::signature::verify;
use crate::sandbox::request::path_segment;
use crate::sandbox::simulator::{
    Handler, Refusal, SandboxReply, SandboxRequest, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// Huawei's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "huawei",
    routes: &[
        route("/v1/*/stream/blocks", blocks),
        route("/v1/*/stream/block-once", block_once),
        route("/v1/*/realtime/streams", live_streams),
        route("/v1/**", unknown_path),
    ],
    operation: |_| None,
    show: VendorState::streams_json,
    credentials: demo::CREDENTIALS,
};

const fn route(path: &'static str, handler: Handler) -> SandboxRoute {
    // JD has paths below `/v1/` too.
    SandboxRoute { header: Some("x-sdk-date"), ..SandboxRoute::any(path, handler) }
}

fn blocks(state: &mut VendorState, request: &SandboxRequest, now: Timestamp) -> SandboxReply {
    match *request.method() {
        Method::GET => list(state, request, now, lists::bans),
        Method::POST => act(state, request, now, streams::forbid),
        Method::PUT => act(state, request, now, streams::change),
        Method::DELETE => act(state, request, now, streams::resume),
        _ => unknown_path(state, request, now),
    }
}

fn block_once(state: &mut VendorState, request: &SandboxRequest, now: Timestamp) -> SandboxReply {
    match *request.method() {
        Method::POST => act(state, request, now, streams::cut),
        _ => unknown_path(state, request, now),
    }
}

fn live_streams(state: &mut VendorState, request: &SandboxRequest, now: Timestamp) -> SandboxReply {
    match *request.method() {
        Method::GET => list(state, request, now, lists::live_streams),
        _ => unknown_path(state, request, now),
    }
}

/// The reply to a path or a method that the API does not have.
fn unknown_path(_: &mut VendorState, _: &SandboxRequest, _: Timestamp) -> SandboxReply {
    let message = "The API does not exist or has not been published in the environment";
    refused(&Refusal::new("APIGW.0101", message))
}

/// What a request of one kind does.
type Perform<T> = fn(&mut VendorState, &SandboxRequest, Timestamp) -> Result<T, LiveRefusal>;

fn act(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
    perform: Perform<()>,
) -> SandboxReply {
    match admit(request, now).and_then(|()| perform(state, request, now)) {
        Ok(()) => (StatusCode::NO_CONTENT, Value::Null),
        Err(refusal) => refused(&refusal),
    }
}

fn list(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
    perform: Perform<Value>,
) -> SandboxReply {
    match admit(request, now).and_then(|()| perform(state, request, now)) {
        Ok(document) => (StatusCode::OK, document),
        Err(refusal) => refused(&refusal),
    }
}

/// Checks the signature and the project.
fn admit(request: &SandboxRequest, now: Timestamp) -> Result<(), LiveRefusal> {
    verify(request, &[ACCESS_KEY, TEMPORARY_KEY], now)?;
    if path_segment(request, 1) != PROJECT_ID {
        return Err(Refusal::new("APIGW.0310", "The project is unavailable"));
    }
    Ok(())
}

fn refused(refusal: &LiveRefusal) -> SandboxReply {
    let Refusal { code, message } = refusal;
    (status(code), json!({ "error_code": code, "error_msg": message }))
}

#[cfg(test)]
pub(crate) mod tests;
