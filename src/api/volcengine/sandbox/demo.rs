//! Volcengine's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The Access Key.
pub(crate) const ACCESS_KEY: AccessKey = AccessKey::permanent(
    "AKLTlivectlSandbox0000000000000000000000000000",
    "T3pWbGl2ZWN0bFNhbmRib3hTZWNyZXRBY2Nlc3NLZXkwMDAwMDAwMDA4Zg==",
);

/// A temporary Access Key.
pub(crate) const TEMPORARY_KEY: AccessKey =
    AccessKey::temporary("AKTPlivectlTemporary", "Qm5YbGl2ZWN0bFRlbXBvcmFyeQ3ZA1==");

/// All of them.
pub(super) const CREDENTIALS: &[DemoCredentials] = &[DemoCredentials {
    api: "",
    values: &[
        ("access_key_id", ACCESS_KEY.id),
        ("secret_access_key", ACCESS_KEY.secret),
        ("domain", "push.example.com"),
        ("vhost", "push.example.com"),
    ],
}];
