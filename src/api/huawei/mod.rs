//! Huawei Cloud: the API of Live and its operations.

mod codes;
pub mod profile;
pub mod v1;
