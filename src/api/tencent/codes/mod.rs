//! The classes and hints of the error codes of API 3.0: by the prefix of a code, and a table of the published codes that
//! their prefix does not explain.
//!
//! Owns the meaning of a code; the envelope that carries it is read in `v3`.

use crate::api::codes::CodeRow;
use crate::api::response::ErrorClass::{self, Address, Credentials, Refused, Throttled, Unclear};

/// The class of a code.
pub(super) fn class(code: &str) -> ErrorClass {
    CodeRow::find(&EXCEPTIONS, code).map_or_else(|| class_by_prefix(code), |row| row.class)
}

/// The hint for a code.
pub(super) fn hint(code: &str) -> Option<String> {
    let by_prefix = match class_by_prefix(code) {
        _ if is_permission(code) => GRANT,
        Credentials => KEY,
        _ => "",
    };
    match CodeRow::find(&EXCEPTIONS, code) {
        Some(row) => row.hint(""),
        None => (!by_prefix.is_empty()).then(|| by_prefix.to_owned()),
    }
}

fn class_by_prefix(code: &str) -> ErrorClass {
    let (prefix, detail) = code.split_once('.').unwrap_or((code, ""));
    // All but one published `FailedOperation` with such an ending report the server's own trouble.
    let is_trouble = || {
        ["Fail", "Failed", "Error", "NotAccessible"].iter().any(|ending| detail.ends_with(ending))
    };
    match prefix {
        "AuthFailure" if !is_permission(code) => Credentials,
        "RequestLimitExceeded" => Throttled,
        "InternalError" | "ServiceUnavailable" => Unclear,
        "FailedOperation" if is_trouble() => Unclear,
        _ => Refused,
    }
}

/// The key is right, and its policy does not allow this action.
fn is_permission(code: &str) -> bool {
    code.starts_with("UnauthorizedOperation") || code.contains(".UnauthorizedOperation")
}

const GRANT: &str = "the account may not do this: the key is right, but its policy does not allow this action; \
     the main account must grant it in CAM";

const KEY: &str =
    "check secret_id and secret_key; `livectl config show` prints where each comes from";

/// The published codes whose class or hint is not that of their prefix.
// A prefix alone is no guide. `InternalError.NotPermmitOperat` (the vendor's spelling) is a refusal,
// as are 32 more of `InternalError`; 26 of `FailedOperation` report trouble of the server's own and
// leave open whether the operation ran; `AuthFailure.UnauthorizedOperation` accepts the key.
static EXCEPTIONS: [CodeRow; 18] = [
    CodeRow::new(
        &["AuthFailure.InvalidSecretId", "AuthFailure.SecretIdNotFound"],
        Credentials,
        "Tencent knows no such secret_id; `livectl config show` prints where it comes from",
    ),
    CodeRow::new(
        &["AuthFailure.MFAFailure"],
        Credentials,
        "the account asks for a second factor (MFA), which an API key alone does not give; use a key that needs none",
    ),
    CodeRow::new(
        &["AuthFailure.SignatureExpire"],
        Credentials,
        "Tencent takes a signature for five minutes, by its own clock",
    ),
    CodeRow::new(
        &["AuthFailure.TokenFailure"],
        Credentials,
        "check security_token: temporary credentials end after a while, and the token belongs to one pair of secret_id and secret_key",
    ),
    CodeRow::new(&["IpInBlacklist", "IpNotInWhitelist"], Address, ""),
    CodeRow::new(&["LimitExceeded.RateLimitExceeded"], Throttled, ""),
    CodeRow::new(
        &["ResponseSizeLimitExceeded"],
        Unclear,
        "Tencent ran the request, and its answer was too large to send; look at the state",
    ),
    CodeRow::new(&["FailedOperation.AlterTaskState"], Unclear, ""),
    CodeRow::new(&["ActionOffline"], Refused, "Tencent has taken this action out of service"),
    CodeRow::new(&["FailedOperation.AuthError", "InternalError.NotPermmitOperat"], Refused, GRANT),
    CodeRow::new(
        &[
            "FailedOperation.HasNotLivingStream",
            "FailedOperation.StreamNotExist",
            "InternalError.HasNotLivingStream",
            "InvalidParameter.InvalidStreamName",
            "ResourceNotFound.ChannelNotExist",
            "ResourceUnavailable.StreamNotExist",
        ],
        Refused,
        "check the name of the stream: Tencent has none like that",
    ),
    CodeRow::new(
        &["FailedOperation.JiFeiNoEnoughFund"],
        Refused,
        "the account's balance is not enough",
    ),
    CodeRow::new(
        &[
            "FailedOperation.NoLVBPushOrPlayDomain",
            "InternalError.DomainNotExist",
            "InternalError.PushDomainNoRecord",
            "InvalidParameter.DomainNotExists",
            "ResourceNotFound.DomainNotExist",
            "ResourceNotFound.PushDomainNoRecord",
        ],
        Refused,
        "check the domain: the account has no such push domain, or not with this stream",
    ),
    CodeRow::new(
        &["FailedOperation.NoRealNameAuth"],
        Refused,
        "the account's identity is not verified with Tencent",
    ),
    CodeRow::new(
        &[
            "FailedOperation.OutOfService",
            "FailedOperation.SdkNoPackage",
            "InvalidParameter.NotAllowUseLVB",
            "ResourceNotFound.ForbidService",
            "ResourceNotFound.FreezeService",
            "ResourceNotFound.NotBindPackage",
            "ResourceNotFound.StopService",
            "ResourceNotFound.UserDisableService",
            "ResourceNotFound.UserNotExist",
            "ResourceNotFound.UserNotFount",
        ],
        Refused,
        "the live service of this account is not there or not open; look at it in Tencent's console",
    ),
    CodeRow::new(
        &["InternalError.DomainNoRecord", "ResourceNotFound.DomainNoRecord"],
        Refused,
        "the domain has no ICP filing, which Tencent asks for",
    ),
    CodeRow::new(
        &["ResourceNotFound.InvalidUser", "UnsupportedOperation.NotLVBCodeMode"],
        Refused,
        "this account may not use this API; ask Tencent's support",
    ),
    CodeRow::new(
        &[
            "FailedOperation.InputStreamMixTypeNotAccessible",
            "InternalError.ArgsNotMatch",
            "InternalError.ChineseCharacterDetected",
            "InternalError.ConfInUsed",
            "InternalError.ConfNotFound",
            "InternalError.ConfOutLimit",
            "InternalError.ConfigNotExist",
            "InternalError.CrtDateInUsing",
            "InternalError.CrtDateNotFound",
            "InternalError.CrtDateNotLegal",
            "InternalError.CrtDateOverdue",
            "InternalError.CrtDomainNotFound",
            "InternalError.CrtKeyNotMatch",
            "InternalError.DomainAlreadyExist",
            "InternalError.DomainFormatError",
            "InternalError.DomainIsFamous",
            "InternalError.DomainIsLimited",
            "InternalError.DomainTooLong",
            "InternalError.InvalidInput",
            "InternalError.InvalidRequest",
            "InternalError.InvalidUser",
            "InternalError.NotFound",
            "InternalError.PlayDomainNoRecord",
            "InternalError.ProcessorAlreadyExist",
            "InternalError.RuleAlreadyExist",
            "InternalError.RuleInUsing",
            "InternalError.RuleNotFound",
            "InternalError.RuleOutLimit",
            "InternalError.WatermarkNotExist",
        ],
        Refused,
        "",
    ),
];

#[cfg(test)]
mod tests;
