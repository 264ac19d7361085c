//! The simulator of the vendors: `livectl sandbox`, and the embedded one of `--sandbox`.
//!
//! It serves the vendors' paths over real HTTP/1.1, verifies every signature and parameter by their documents, keeps
//! state while it serves, and replies in the documents' formats, refusals included. Where the documents are silent, it is
//! strict, so that a mistake shows here rather than in production. The [`server`] owns the sockets; each vendor's routes,
//! replies and demo credentials are in its folder in `src/api`, as a [`Simulator`](simulator::Simulator).
//!
//! `GET /sandbox/state` is the simulator's own: its state, with names and times and without credentials.
//!
//! Any other path gets 404, another method 405, a body over 1 MiB 413. A vendor's refusal comes with HTTP 200 and the
//! vendor's code; JD's `OpenAPI`, Alibaba, Volcengine and Huawei have an HTTP status for it, and JD's and Huawei's put what they do
//! not know below `/v1/` into their envelopes too. APIs with a signature in a header accept what the vendors' own clients send: each
//! region and set of signed headers, both of JD's signature schemes, Tencent's GET requests and unsigned payloads.
//!
//! These APIs also accept a temporary key, whose requests must carry its security token.
//!
//! Both versions of a vendor's API act on the same streams. A stream that no request has changed is live; a ban takes it
//! off air until its end, and it stays idle after that; lifting the ban brings it back; an interruption lasts 5 seconds.
//!
//! A name that ends in `_gone`, and a domain whose first label ends in `-gone`, are unknown, for trying refusals out.

pub(crate) mod authorization;
pub mod demo;
pub(crate) mod names;
pub(crate) mod parameters;
pub(crate) mod request;
pub mod server;
pub(crate) mod signature_rules;
pub mod simulator;
pub mod state;
pub(crate) mod stream_state;

#[cfg(test)]
pub(crate) mod tests;
