//! The clouds whose streams are `APP/STREAM` at a push domain: what they have in common, and the rules of each.

mod alibaba;
mod common;
mod huawei;
mod volcengine;
