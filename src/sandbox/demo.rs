//! The credentials that the sandbox accepts; they open nothing else.

use std::net::SocketAddr;

/// JD's user name (pin).
pub const JD_USERNAME: &str = "jd_sandbox";

/// JD's secret key.
pub const JD_SECRET_KEY: &str = "0ba3f6392d7c598f061eb2005a17c7b0";

/// The id of JD's access key for its `OpenAPI`.
pub const JD_ACCESS_KEY_ID: &str = "JDC_livectl_sandbox";

/// The secret of that access key.
pub const JD_SECRET_ACCESS_KEY: &str = "5f0d6a1c92b84e7d8c3a1b6e4f2d9071";

/// Tencent's `SecretId` for API 3.0.
pub const TENCENT_SECRET_ID: &str = "AKIDlivectlSandbox";

/// Tencent's `SecretKey` for API 3.0.
pub const TENCENT_SECRET_KEY: &str = "d41e8b7f6a2c4095b3e1f7a6c8d20e94";

/// The push domain of Tencent's streams.
pub const TENCENT_DOMAIN: &str = "push.example.com";

/// Tencent's `appid`.
pub const TENCENT_APP_ID: &str = "1250008787";

/// Tencent's API authentication key.
pub const TENCENT_API_KEY: &str = "751003724a2f84248c6b88d4e68b5f3c";

/// Shumei's access key.
pub const SHUMEI_ACCESS_KEY: &str = "livectlSandboxShumei";

/// What stands for the profile's name in results of the embedded sandbox; no profile of a file may take it, or a journal
/// would mix the two up.
pub const PROFILE: &str = "sandbox";

/// The Shumei cluster whose place the sandbox takes.
pub const SHUMEI_CLUSTER: &str = "sh";

/// A profile file that points every vendor at one address: `local` in the vendors' older APIs, `next` in the newer ones.
///
/// `allow_shared` spares whoever saves it a `chmod`: these credentials are no secret.
pub(super) fn profile(address: SocketAddr) -> String {
    format!(
        r#"# The livectl sandbox: demo credentials that open nothing else.
allow_shared = true
default_profile = "local"

[profiles.local.jd]
username = "{JD_USERNAME}"
secret_key = "{JD_SECRET_KEY}"
endpoint = "http://{address}"

[profiles.local.tencent]
app_id = "{TENCENT_APP_ID}"
api_key = "{TENCENT_API_KEY}"
endpoint = "http://{address}"

[profiles.local.shumei]
access_key = "{SHUMEI_ACCESS_KEY}"
endpoint = "http://{address}"

[profiles.next.jd]
api = "openapi"
access_key_id = "{JD_ACCESS_KEY_ID}"
secret_access_key = "{JD_SECRET_ACCESS_KEY}"
endpoint = "http://{address}"

[profiles.next.tencent]
api = "v3"
secret_id = "{TENCENT_SECRET_ID}"
secret_key = "{TENCENT_SECRET_KEY}"
domain = "{TENCENT_DOMAIN}"
endpoint = "http://{address}"

[profiles.next.shumei]
access_key = "{SHUMEI_ACCESS_KEY}"
endpoint = "http://{address}"
"#
    )
}
