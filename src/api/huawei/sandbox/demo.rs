//! Huawei's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The access key.
pub(crate) const ACCESS_KEY: AccessKey =
    AccessKey::permanent("HWLIVECTLSANDBOX0001", "hR4kZt7WqXn2VbYc9PmLs5DgFj8AeUo3KxTwQ6Ni");

/// A temporary access key.
pub(crate) const TEMPORARY_KEY: AccessKey =
    AccessKey::temporary("HWLIVECTLTEMPORARY01", "wB6nJd3RyKs8MfXa5QhVt2CzGp9LeUi4TxNoZ7Wk");

/// The project of the account.
// A project belongs to one region.
pub(crate) const PROJECT_ID: &str = "0b5d1c7e9f2a4836a1e4c8d6f07b3925";

/// All of them.
pub(super) const CREDENTIALS: &[DemoCredentials] = &[DemoCredentials {
    api: "",
    values: &[
        ("access_key_id", ACCESS_KEY.id),
        ("secret_access_key", ACCESS_KEY.secret),
        ("project_id", PROJECT_ID),
        ("region", "cn-north-4"),
        ("domain", "push.example.com"),
    ],
}];
