//! Tencent's demo credentials.

use crate::sandbox::authorization::AccessKey;
use crate::sandbox::simulator::DemoCredentials;

/// The `appid` at the legacy gateway.
pub(crate) const APP_ID: &str = "1250008787";

/// The API authentication key at the legacy gateway.
pub(crate) const API_KEY: &str = "751003724a2f84248c6b88d4e68b5f3c";

/// The `SecretId` and `SecretKey` at API 3.0.
pub(crate) const ACCESS_KEY: AccessKey =
    AccessKey::permanent("AKIDlivectlSandbox", "d41e8b7f6a2c4095b3e1f7a6c8d20e94");

/// A temporary `SecretId` and `SecretKey` at API 3.0.
pub(crate) const TEMPORARY_KEY: AccessKey =
    AccessKey::temporary("AKIDlivectlTemporary", "7b3f0c9d5e814a62a1f4d6083c27e95b");

/// The push domain of the demo streams.
pub(crate) const DOMAIN: &str = "push.example.com";

/// All of them.
pub(super) const CREDENTIALS: &[DemoCredentials] = &[
    DemoCredentials { api: "legacy", values: &[("app_id", APP_ID), ("api_key", API_KEY)] },
    DemoCredentials {
        api: "v3",
        values: &[
            ("api", "v3"),
            ("secret_id", ACCESS_KEY.id),
            ("secret_key", ACCESS_KEY.secret),
            ("domain", DOMAIN),
        ],
    },
];
