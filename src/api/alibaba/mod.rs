//! Alibaba Cloud: the API of `ApsaraVideo` Live and its operations.

pub mod acs3;
mod codes;
pub mod profile;
