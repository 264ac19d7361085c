//! JD's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The user name (pin) at the legacy gateway.
pub(crate) const USERNAME: &str = "jd_sandbox";

/// The secret key at the legacy gateway.
pub(crate) const SECRET_KEY: &str = "0ba3f6392d7c598f061eb2005a17c7b0";

/// The access key at the `OpenAPI`.
pub(crate) const ACCESS_KEY: AccessKey =
    AccessKey::permanent("JDC_livectl_sandbox", "5f0d6a1c92b84e7d8c3a1b6e4f2d9071");

/// A temporary access key at the `OpenAPI`.
pub(crate) const TEMPORARY_KEY: AccessKey =
    AccessKey::temporary("JDC_livectl_temporary", "a27c60e1b3f94d5880d2c7e6194f3b05");

/// All of them.
pub(super) const CREDENTIALS: &[DemoCredentials] = &[
    DemoCredentials {
        api: "legacy",
        values: &[("username", USERNAME), ("secret_key", SECRET_KEY)],
    },
    DemoCredentials {
        api: "openapi",
        values: &[
            ("api", "openapi"),
            ("access_key_id", ACCESS_KEY.id),
            ("secret_access_key", ACCESS_KEY.secret),
        ],
    },
];
