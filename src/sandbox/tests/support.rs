//! Requests and moments for the tests of the simulator and of the vendors' parts of it.

use bytes::Bytes;
use chrono::DateTime;
use hyper::Request;
use serde_json::Value;

use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme};
use crate::sandbox::signature_rules::SignatureRules;
use crate::sandbox::simulator::{Handler, SandboxCall, SandboxReply, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// 2026-11-21T12:00:00Z, as a Unix second.
pub(crate) const NOON: i64 = 1_795_262_400;

pub(crate) fn at(second: i64) -> Timestamp {
    DateTime::from_timestamp(second, 0).unwrap()
}

pub(crate) fn post(path: &str, body: &Value) -> SandboxRequest {
    Request::post(path).body(Bytes::from(body.to_string())).unwrap()
}

pub(crate) fn get(target: &str) -> SandboxRequest {
    Request::get(target).body(Bytes::new()).unwrap()
}

pub(crate) fn set(request: &mut SandboxRequest, name: &'static str, value: &str) {
    request.headers_mut().insert(name, value.parse().unwrap());
}

/// Puts members in place of a JSON object's own, or beside them.
pub(crate) fn merged(mut object: Value, members: Value) -> Value {
    let (Value::Object(all), Value::Object(members)) = (&mut object, members) else {
        panic!("not two objects");
    };
    all.extend(members);
    object
}

/// An `Authorization` header.
pub(crate) fn authorization(
    scheme: SignatureScheme,
    id: &str,
    scope: &str,
    signed_headers: &str,
    signature: &str,
) -> String {
    let SignatureScheme { algorithm, id: name, .. } = scheme;
    let scope = if scope.is_empty() { String::new() } else { format!("/{scope}") };
    format!("{algorithm} {name}={id}{scope}, SignedHeaders={signed_headers}, Signature={signature}")
}

/// The reply of a handler.
pub(crate) fn handle(
    handler: Handler,
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> SandboxReply {
    handler(&mut SandboxCall { state, request, now })
}

/// A request with the signature that these rules expect.
pub(crate) fn signed_by(
    rules: &SignatureRules,
    request: SandboxRequest,
    key: AccessKey,
    now: Timestamp,
    signed_headers: &str,
) -> SandboxRequest {
    let date = now.format(rules.date.1).to_string();
    let date = if rules.signs_date { &*date } else { "" };
    let scope = now.format(rules.scope).to_string();
    signed(request, rules.scheme, key, (date, &scope), signed_headers, rules.canonical_request)
}

/// A request with the signature that the simulator expects, given the time as the vendor writes it.
pub(crate) fn signed(
    mut request: SandboxRequest,
    scheme: SignatureScheme,
    key: AccessKey,
    (time, scope): (&str, &str),
    signed_headers: &str,
    canonical: impl Fn(&SandboxRequest, &Authorization) -> Result<String, &'static str>,
) -> SandboxRequest {
    let header = |signature: &str| authorization(scheme, key.id, scope, signed_headers, signature);
    set(&mut request, "authorization", &header(""));
    let read = Authorization::read(&request, scheme).unwrap();
    let canonical_request = canonical(&request, &read).unwrap();
    let signature = scheme.signature(key.secret, time, scope, &canonical_request);
    set(&mut request, "authorization", &header(&signature));
    request
}
