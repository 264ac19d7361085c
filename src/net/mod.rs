//! The network: how a signed request reaches an endpoint and its response comes back.
//!
//! The only folder that knows the HTTP library. A response is data, whatever its status; without a whole one there is a
//! [`send_error::SendError`], which knows whether the request may have arrived. Signing and the meaning of a response
//! belong to the vendors' APIs.

mod certificate;
pub mod client;
pub mod connect_limit;
pub mod endpoint;
pub mod media;
pub mod message;
mod no_proxy;
mod pem;
pub mod play_url;
pub mod probe;
pub mod proxy;
pub mod send_error;
#[cfg(test)]
mod tests;
pub mod tls;
