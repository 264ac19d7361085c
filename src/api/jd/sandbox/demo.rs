//! JD's demo credentials.

use crate::sandbox::authorization::SigningAccount;
use crate::sandbox::demo::DemoCredentials;

/// The user name (pin) at the legacy gateway.
pub(crate) const USERNAME: &str = "jd_sandbox";

/// The secret key at the legacy gateway.
pub(crate) const SECRET_KEY: &str = "0ba3f6392d7c598f061eb2005a17c7b0";

/// The access key at the `OpenAPI`. Operations without a region in their path are signed for the region `jdcloud-api`.
pub(crate) const ACCOUNT: SigningAccount = SigningAccount {
    id: "JDC_livectl_sandbox",
    secret: "5f0d6a1c92b84e7d8c3a1b6e4f2d9071",
    scope: "jdcloud-api/live/jdcloud2_request",
};

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
            ("access_key_id", ACCOUNT.id),
            ("secret_access_key", ACCOUNT.secret),
        ],
    },
];
