//! Volcengine's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The Access Key.
pub(crate) const ACCESS_KEY: AccessKey = AccessKey {
    id: "AKLTlivectlSandbox0000000000000000000000000000",
    secret: "T3pWbGl2ZWN0bFNhbmRib3hTZWNyZXRBY2Nlc3NLZXkwMDAwMDAwMDA4Zg==",
    token: None,
};

/// A temporary Access Key.
pub(crate) const TEMPORARY_KEY: AccessKey = AccessKey {
    id: "AKTPlivectlTemporary",
    secret: "Qm5YbGl2ZWN0bFRlbXBvcmFyeQ3ZA1==",
    token: Some("livectl-sandbox-security-token"),
};

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
