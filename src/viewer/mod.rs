//! What viewers get of a stream: looks at its play URL, and what each look proves.
//!
//! [`hls`] and [`flv`] decide from observations, without a network and without a clock; [`probe`] makes the observations.
//! What the result means for an operation is decided by the engine.

pub mod flv;
mod flv_probe;
mod hints;
pub mod hls;
mod hls_probe;
pub mod playlist;
pub mod probe;
pub mod record;
pub mod status;
#[cfg(test)]
mod tests;
