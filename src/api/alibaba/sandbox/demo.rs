//! Alibaba's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The access key.
pub(crate) const ACCESS_KEY: AccessKey =
    AccessKey::permanent("LTAIlivectlSandbox", "c7Rk2mWq9TzXv4LpE8sNb1YdHf6GjA");

/// A temporary access key.
pub(crate) const TEMPORARY_KEY: AccessKey =
    AccessKey::temporary("STS.livectlTemporary", "u5Jn8eQa3VxKt7RbM2wZc9PgLs4DyH");

/// All of them.
pub(super) const CREDENTIALS: &[DemoCredentials] = &[DemoCredentials {
    api: "",
    values: &[
        ("access_key_id", ACCESS_KEY.id),
        ("secret_access_key", ACCESS_KEY.secret),
        ("domain", "push.example.com"),
        ("play_domain", "play.example.com"),
    ],
}];
