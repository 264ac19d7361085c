//! The error codes that Tencent publishes for API 3.0, each with its class and a hint.
//!
//! Owns the meaning of a code; the envelope that carries it is read in `v3`. The codes are those of
//! Tencent's SDK 3.1.195 for the live API (245) and those common to all its APIs, 268 together.
//!
//! A prefix is no guide. `InternalError.NotPermmitOperat` (the vendor's spelling) is a refusal, as
//! are 32 more of `InternalError`; 26 of `FailedOperation` report trouble of the server's own and
//! leave open whether the operation ran; `AuthFailure.UnauthorizedOperation` accepts the key.

use crate::api::response::ErrorClass::{self, Address, Credentials, Refused, Throttled, Unclear};

/// A published code.
struct Row {
    code: &'static str,
    class: ErrorClass,
    hint: Option<&'static str>,
}

const fn row(code: &'static str, class: ErrorClass, hint: Option<&'static str>) -> Row {
    Row { code, class, hint }
}

/// The class of a code. One that is not published is classed by its prefix.
pub(super) fn class(code: &str) -> ErrorClass {
    published(code).map_or_else(|| class_by_prefix(code), |row| row.class)
}

/// The hint for a code.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    match published(code) {
        Some(row) => row.hint,
        None if is_permission(code) => GRANT,
        None if class_by_prefix(code) == Credentials => KEY,
        None => NONE,
    }
}

fn published(code: &str) -> Option<&'static Row> {
    CODES.binary_search_by_key(&code, |row| row.code).ok().map(|index| &CODES[index])
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

const NONE: Option<&str> = None;
const GRANT: Option<&str> = Some(
    "the account may not do this: the key is right, but its policy does not allow this action; \
     the main account must grant it in CAM",
);
const KEY: Option<&str> =
    Some("check secret_id and secret_key; `livectl config show` prints where each comes from");
const SECRET_ID: Option<&str> =
    Some("Tencent knows no such secret_id; `livectl config show` prints where it comes from");
const CLOCK: Option<&str> = Some("Tencent takes a signature for five minutes, by its own clock");
const MFA: Option<&str> = Some(
    "the account asks for a second factor (MFA), which an API key alone does not give; use a key \
     that needs none",
);
const TOKEN: Option<&str> = Some(
    "check security_token: temporary credentials end after a while, and the token belongs to one \
     pair of secret_id and secret_key",
);
const RAN: Option<&str> =
    Some("Tencent ran the request, and its answer was too large to send; look at the state");
const OFFLINE: Option<&str> = Some("Tencent has taken this action out of service");
const SERVICE: Option<&str> = Some(
    "the live service of this account is not there or not open; look at it in Tencent's console",
);
const DOMAIN: Option<&str> =
    Some("check the domain: the account has no such push domain, or not with this stream");
const ICP: Option<&str> = Some("the domain has no ICP filing, which Tencent asks for");
const STREAM: Option<&str> = Some("check the name of the stream: Tencent has none like that");
const NO_API: Option<&str> = Some("this account may not use this API; ask Tencent's support");
const BALANCE: Option<&str> = Some("the account's balance is not enough");
const IDENTITY: Option<&str> = Some("the account's identity is not verified with Tencent");

/// Sorted by code.
#[rustfmt::skip]
static CODES: [Row; 268] = [
    row("ActionOffline", Refused, OFFLINE),
    row("AuthFailure", Credentials, KEY),
    row("AuthFailure.InvalidAuthorization", Credentials, KEY),
    row("AuthFailure.InvalidSecretId", Credentials, SECRET_ID),
    row("AuthFailure.MFAFailure", Credentials, MFA),
    row("AuthFailure.SecretIdNotFound", Credentials, SECRET_ID),
    row("AuthFailure.SignatureExpire", Credentials, CLOCK),
    row("AuthFailure.SignatureFailure", Credentials, KEY),
    row("AuthFailure.TokenFailure", Credentials, TOKEN),
    row("AuthFailure.UnauthorizedOperation", Refused, GRANT),
    row("DryRunOperation", Refused, NONE),
    row("FailedOperation", Refused, NONE),
    row("FailedOperation.AiTranscodeOptionFail", Unclear, NONE),
    row("FailedOperation.AlterTaskState", Unclear, NONE),
    row("FailedOperation.AuthError", Refused, GRANT),
    row("FailedOperation.CallOtherSvrError", Unclear, NONE),
    row("FailedOperation.CallOtherSvrFailed", Unclear, NONE),
    row("FailedOperation.CancelSessionNotExist", Refused, NONE),
    row("FailedOperation.CannotBeDeletedIssued", Refused, NONE),
    row("FailedOperation.CannotBeDeletedWithinHour", Refused, NONE),
    row("FailedOperation.CasterBinded", Refused, NONE),
    row("FailedOperation.CasterExpired", Refused, NONE),
    row("FailedOperation.CasterNotFound", Refused, NONE),
    row("FailedOperation.CertificateExists", Refused, NONE),
    row("FailedOperation.CertificateInvalid", Refused, NONE),
    row("FailedOperation.CertificateMismatch", Refused, NONE),
    row("FailedOperation.CertificateNotFound", Refused, NONE),
    row("FailedOperation.ConfInUsed", Refused, NONE),
    row("FailedOperation.ConfigCDNFailed", Unclear, NONE),
    row("FailedOperation.ConflictAction", Refused, NONE),
    row("FailedOperation.CosBucketNotExist", Refused, NONE),
    row("FailedOperation.CosBucketNotPermission", Refused, NONE),
    row("FailedOperation.CosRoleNotExists", Refused, NONE),
    row("FailedOperation.CreateAIGCTaskFailed", Unclear, NONE),
    row("FailedOperation.CreateCasterTaskFailed", Unclear, NONE),
    row("FailedOperation.DatabaseNotAccessible", Unclear, NONE),
    row("FailedOperation.DeleteDomainInLockedTime", Refused, NONE),
    row("FailedOperation.DomainAdded", Refused, NONE),
    row("FailedOperation.DomainGslbFail", Unclear, NONE),
    row("FailedOperation.DomainNeedRealName", Refused, NONE),
    row("FailedOperation.DomainNeedVerifyOwner", Refused, NONE),
    row("FailedOperation.ExceedsFreeLimit", Refused, NONE),
    row("FailedOperation.GetDataFailed", Unclear, NONE),
    row("FailedOperation.GetPictureUrlError", Unclear, NONE),
    row("FailedOperation.GetStreamResolutionError", Unclear, NONE),
    row("FailedOperation.HasNotLivingStream", Refused, STREAM),
    row("FailedOperation.HostOutLimit", Refused, NONE),
    row("FailedOperation.InputAlreadyExist", Refused, NONE),
    row("FailedOperation.InputIsNotActive", Refused, NONE),
    row("FailedOperation.InputNotExist", Refused, NONE),
    row("FailedOperation.InputStreamMixTypeNotAccessible", Refused, NONE),
    row("FailedOperation.InputUsedInAutoCast", Refused, NONE),
    row("FailedOperation.InputUsedInLayout", Refused, NONE),
    row("FailedOperation.InputUsedInPgm", Refused, NONE),
    row("FailedOperation.InputUsedInPvw", Refused, NONE),
    row("FailedOperation.InvalidCertificateStatusCode", Refused, NONE),
    row("FailedOperation.InvalidParam", Refused, NONE),
    row("FailedOperation.InvokeCdnApiFail", Unclear, NONE),
    row("FailedOperation.InvokeVideoApiFail", Unclear, NONE),
    row("FailedOperation.JiFeiNoEnoughFund", Refused, BALANCE),
    row("FailedOperation.LayoutAlreadyExist", Refused, NONE),
    row("FailedOperation.LayoutNotExist", Refused, NONE),
    row("FailedOperation.LayoutUsedInAutoCast", Refused, NONE),
    row("FailedOperation.LayoutUsedInPgm", Refused, NONE),
    row("FailedOperation.LayoutUsedInPvw", Refused, NONE),
    row("FailedOperation.MarkPicAlreadyExist", Refused, NONE),
    row("FailedOperation.MarkPicNotExist", Refused, NONE),
    row("FailedOperation.MarkPicUsedInAutoCast", Refused, NONE),
    row("FailedOperation.MarkWordAlreadyExist", Refused, NONE),
    row("FailedOperation.MarkWordNotExist", Refused, NONE),
    row("FailedOperation.MarkWordUsedInAutoCast", Refused, NONE),
    row("FailedOperation.MonitorIsActive", Refused, NONE),
    row("FailedOperation.MonitorLimitExceeded", Refused, NONE),
    row("FailedOperation.MonitorNotExist", Refused, NONE),
    row("FailedOperation.NetworkError", Unclear, NONE),
    row("FailedOperation.NoBackupInput", Refused, NONE),
    row("FailedOperation.NoLVBPushOrPlayDomain", Refused, DOMAIN),
    row("FailedOperation.NoPgmRunning", Refused, NONE),
    row("FailedOperation.NoProjectPermission", Refused, NONE),
    row("FailedOperation.NoRealNameAuth", Refused, IDENTITY),
    row("FailedOperation.NotFound", Refused, NONE),
    row("FailedOperation.OutOfService", Refused, SERVICE),
    row("FailedOperation.OutputAlreadyExist", Refused, NONE),
    row("FailedOperation.OutputIsNotExist", Refused, NONE),
    row("FailedOperation.ParentDomainAdded", Refused, NONE),
    row("FailedOperation.ProcessMixError", Unclear, NONE),
    row("FailedOperation.QueryAIGCTaskFailed", Unclear, NONE),
    row("FailedOperation.QueryUploadInfoFailed", Unclear, NONE),
    row("FailedOperation.RelateServerNotAccessible", Unclear, NONE),
    row("FailedOperation.RelatedRunningMonitorLimitExceeded", Refused, NONE),
    row("FailedOperation.ReleaseCasterFailed", Unclear, NONE),
    row("FailedOperation.ResourceNotEnough", Refused, NONE),
    row("FailedOperation.RuleAlreadyExist", Refused, NONE),
    row("FailedOperation.SdkNoPackage", Refused, SERVICE),
    row("FailedOperation.StartPullFailed", Unclear, NONE),
    row("FailedOperation.StartTaskFailed", Unclear, NONE),
    row("FailedOperation.StopCasterTaskFailed", Unclear, NONE),
    row("FailedOperation.StopPullFailed", Unclear, NONE),
    row("FailedOperation.StopTaskFailed", Unclear, NONE),
    row("FailedOperation.StreamNotExist", Refused, STREAM),
    row("FailedOperation.SubDomainAdded", Refused, NONE),
    row("FailedOperation.TagUnbindError", Unclear, NONE),
    row("FailedOperation.TooMuchInput", Refused, NONE),
    row("InternalError", Unclear, NONE),
    row("InternalError.ArgsNotMatch", Refused, NONE),
    row("InternalError.CallOtherSvrError", Unclear, NONE),
    row("InternalError.ChineseCharacterDetected", Refused, NONE),
    row("InternalError.ConfInUsed", Refused, NONE),
    row("InternalError.ConfNotFound", Refused, NONE),
    row("InternalError.ConfOutLimit", Refused, NONE),
    row("InternalError.ConfigNotExist", Refused, NONE),
    row("InternalError.ConnectDbError", Unclear, NONE),
    row("InternalError.CrtDateInUsing", Refused, NONE),
    row("InternalError.CrtDateNotFound", Refused, NONE),
    row("InternalError.CrtDateNotLegal", Refused, NONE),
    row("InternalError.CrtDateOverdue", Refused, NONE),
    row("InternalError.CrtDomainNotFound", Refused, NONE),
    row("InternalError.CrtKeyNotMatch", Refused, NONE),
    row("InternalError.DBError", Unclear, NONE),
    row("InternalError.DomainAlreadyExist", Refused, NONE),
    row("InternalError.DomainFormatError", Refused, NONE),
    row("InternalError.DomainGslbFail", Unclear, NONE),
    row("InternalError.DomainIsFamous", Refused, NONE),
    row("InternalError.DomainIsLimited", Refused, NONE),
    row("InternalError.DomainNoRecord", Refused, ICP),
    row("InternalError.DomainNotExist", Refused, DOMAIN),
    row("InternalError.DomainTooLong", Refused, NONE),
    row("InternalError.GetBizidError", Unclear, NONE),
    row("InternalError.GetConfigError", Unclear, NONE),
    row("InternalError.GetStreamInfoError", Unclear, NONE),
    row("InternalError.GetUpstreamInfoError", Unclear, NONE),
    row("InternalError.GetWatermarkError", Unclear, NONE),
    row("InternalError.HasNotLivingStream", Refused, STREAM),
    row("InternalError.InvalidInput", Refused, NONE),
    row("InternalError.InvalidRequest", Refused, NONE),
    row("InternalError.InvalidUser", Refused, NONE),
    row("InternalError.JiFeiOtherError", Unclear, NONE),
    row("InternalError.NetworkError", Unclear, NONE),
    row("InternalError.NotFound", Refused, NONE),
    row("InternalError.NotPermmitOperat", Refused, GRANT),
    row("InternalError.PlayDomainNoRecord", Refused, NONE),
    row("InternalError.ProcessorAlreadyExist", Refused, NONE),
    row("InternalError.PushDomainNoRecord", Refused, DOMAIN),
    row("InternalError.QueryProIspPlayInfoError", Unclear, NONE),
    row("InternalError.QueryUploadInfoFailed", Unclear, NONE),
    row("InternalError.RuleAlreadyExist", Refused, NONE),
    row("InternalError.RuleInUsing", Refused, NONE),
    row("InternalError.RuleNotFound", Refused, NONE),
    row("InternalError.RuleOutLimit", Refused, NONE),
    row("InternalError.StreamStatusError", Unclear, NONE),
    row("InternalError.SystemError", Unclear, NONE),
    row("InternalError.UpdateDataError", Unclear, NONE),
    row("InternalError.WatermarkAddError", Unclear, NONE),
    row("InternalError.WatermarkEditError", Unclear, NONE),
    row("InternalError.WatermarkNotExist", Refused, NONE),
    row("InvalidAction", Refused, NONE),
    row("InvalidParameter", Refused, NONE),
    row("InvalidParameter.ArgsNotMatch", Refused, NONE),
    row("InvalidParameter.COSCustomFileNameError", Refused, NONE),
    row("InvalidParameter.CancelSessionNotExist", Refused, NONE),
    row("InvalidParameter.CloudCrtIdError", Refused, NONE),
    row("InvalidParameter.CloudDomainIsStop", Refused, NONE),
    row("InvalidParameter.ConfInUsed", Refused, NONE),
    row("InvalidParameter.ConfNotFound", Refused, NONE),
    row("InvalidParameter.CrtDateInUsing", Refused, NONE),
    row("InvalidParameter.CrtDateNotFound", Refused, NONE),
    row("InvalidParameter.CrtDateNotLegal", Refused, NONE),
    row("InvalidParameter.CrtDateOverdue", Refused, NONE),
    row("InvalidParameter.CrtDomainNotFound", Refused, NONE),
    row("InvalidParameter.CrtKeyNotMatch", Refused, NONE),
    row("InvalidParameter.CrtOrKeyNotExist", Refused, NONE),
    row("InvalidParameter.DomainAlreadyExist", Refused, NONE),
    row("InvalidParameter.DomainFormatError", Refused, NONE),
    row("InvalidParameter.DomainHitBlackList", Refused, NONE),
    row("InvalidParameter.DomainIsFamous", Refused, NONE),
    row("InvalidParameter.DomainIsLimited", Refused, NONE),
    row("InvalidParameter.DomainNotExists", Refused, DOMAIN),
    row("InvalidParameter.DomainTooLong", Refused, NONE),
    row("InvalidParameter.GopMustEqualAndExists", Refused, NONE),
    row("InvalidParameter.InputNumLimitExceeded", Refused, NONE),
    row("InvalidParameter.InvalidBackgroudResolution", Refused, NONE),
    row("InvalidParameter.InvalidBackupToUrl", Refused, NONE),
    row("InvalidParameter.InvalidBitrate", Refused, NONE),
    row("InvalidParameter.InvalidCallbackUrl", Refused, NONE),
    row("InvalidParameter.InvalidCropParam", Refused, NONE),
    row("InvalidParameter.InvalidLayerParam", Refused, NONE),
    row("InvalidParameter.InvalidMixInputParam", Refused, NONE),
    row("InvalidParameter.InvalidOutputParam", Refused, NONE),
    row("InvalidParameter.InvalidOutputStreamID", Refused, NONE),
    row("InvalidParameter.InvalidOutputType", Refused, NONE),
    row("InvalidParameter.InvalidPictureID", Refused, NONE),
    row("InvalidParameter.InvalidProtocol", Refused, NONE),
    row("InvalidParameter.InvalidRoundRectRadius", Refused, NONE),
    row("InvalidParameter.InvalidSourceUrl", Refused, NONE),
    row("InvalidParameter.InvalidStreamName", Refused, STREAM),
    row("InvalidParameter.InvalidTaskId", Refused, NONE),
    row("InvalidParameter.InvalidTaskTime", Refused, NONE),
    row("InvalidParameter.InvalidToUrl", Refused, NONE),
    row("InvalidParameter.InvalidUrl", Refused, NONE),
    row("InvalidParameter.InvalidVodFileName", Refused, NONE),
    row("InvalidParameter.InvalidWatermark", Refused, NONE),
    row("InvalidParameter.MatchRuleOnlySupportNormalSuffix", Refused, NONE),
    row("InvalidParameter.MpHostDelete", Refused, NONE),
    row("InvalidParameter.MpPluginNoUse", Refused, NONE),
    row("InvalidParameter.NotAllowUseLVB", Refused, SERVICE),
    row("InvalidParameter.OtherError", Refused, NONE),
    row("InvalidParameter.ProcessorAlreadyExist", Refused, NONE),
    row("InvalidParameter.RuleNotFound", Refused, NONE),
    row("InvalidParameter.SessionOutputStreamChanged", Refused, NONE),
    row("InvalidParameter.TaskNotExist", Refused, NONE),
    row("InvalidParameter.TaskNumMoreThanLimit", Refused, NONE),
    row("InvalidParameter.TemplateNotFound", Refused, NONE),
    row("InvalidParameter.TemplateNotMatchInputNum", Refused, NONE),
    row("InvalidParameter.ToUrlNoPermission", Refused, NONE),
    row("InvalidParameter.UrlNotSafe", Refused, NONE),
    row("InvalidParameterValue", Refused, NONE),
    row("InvalidRequest", Refused, NONE),
    row("IpInBlacklist", Address, NONE),
    row("IpNotInWhitelist", Address, NONE),
    row("LimitExceeded", Refused, NONE),
    row("LimitExceeded.MaximumRunningTask", Refused, NONE),
    row("LimitExceeded.MaximumTask", Refused, NONE),
    row("LimitExceeded.RateLimitExceeded", Throttled, NONE),
    row("MissingParameter", Refused, NONE),
    row("NoSuchProduct", Refused, NONE),
    row("NoSuchVersion", Refused, NONE),
    row("RequestLimitExceeded", Throttled, NONE),
    row("RequestLimitExceeded.GlobalRegionUinLimitExceeded", Throttled, NONE),
    row("RequestLimitExceeded.IPLimitExceeded", Throttled, NONE),
    row("RequestLimitExceeded.UinLimitExceeded", Throttled, NONE),
    row("RequestSizeLimitExceeded", Refused, NONE),
    row("ResourceInUse", Refused, NONE),
    row("ResourceInsufficient", Refused, NONE),
    row("ResourceNotFound", Refused, NONE),
    row("ResourceNotFound.CasterNotExists", Refused, NONE),
    row("ResourceNotFound.CdnLogEmpty", Refused, NONE),
    row("ResourceNotFound.CdnThemeEmpty", Refused, NONE),
    row("ResourceNotFound.ChannelNotExist", Refused, STREAM),
    row("ResourceNotFound.CrtDateNotFound", Refused, NONE),
    row("ResourceNotFound.CrtDomainNotFound", Refused, NONE),
    row("ResourceNotFound.DomainNoRecord", Refused, ICP),
    row("ResourceNotFound.DomainNotExist", Refused, DOMAIN),
    row("ResourceNotFound.EmptyData", Refused, NONE),
    row("ResourceNotFound.ForbidService", Refused, SERVICE),
    row("ResourceNotFound.FreezeService", Refused, SERVICE),
    row("ResourceNotFound.InvalidUser", Refused, NO_API),
    row("ResourceNotFound.NotBindPackage", Refused, SERVICE),
    row("ResourceNotFound.PlayDomainNoRecord", Refused, NONE),
    row("ResourceNotFound.PushDomainNoRecord", Refused, DOMAIN),
    row("ResourceNotFound.StopService", Refused, SERVICE),
    row("ResourceNotFound.TaskId", Refused, NONE),
    row("ResourceNotFound.TaskNotFound", Refused, NONE),
    row("ResourceNotFound.TemplateNotExists", Refused, NONE),
    row("ResourceNotFound.UserDisableService", Refused, SERVICE),
    row("ResourceNotFound.UserNotExist", Refused, SERVICE),
    row("ResourceNotFound.UserNotFount", Refused, SERVICE),
    row("ResourceNotFound.WatermarkNotExist", Refused, NONE),
    row("ResourceUnavailable", Refused, NONE),
    row("ResourceUnavailable.InvalidVodStatus", Refused, NONE),
    row("ResourceUnavailable.StreamNotExist", Refused, STREAM),
    row("ResponseSizeLimitExceeded", Unclear, RAN),
    row("ServiceUnavailable", Unclear, NONE),
    row("UnauthorizedOperation", Refused, GRANT),
    row("UnknownParameter", Refused, NONE),
    row("UnsupportedOperation", Refused, NONE),
    row("UnsupportedOperation.NotLVBCodeMode", Refused, NO_API),
    row("UnsupportedProtocol", Refused, NONE),
    row("UnsupportedRegion", Refused, NONE),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn count(is_counted: impl Fn(&Row) -> bool) -> usize {
        CODES.iter().filter(|row| is_counted(row)).count()
    }

    fn is_of(prefix: &str, row: &Row) -> bool {
        row.code.split('.').next() == Some(prefix)
    }

    /// How many codes of each kind Tencent's SDK 3.1.195 and its list of common codes have.
    #[test]
    fn table_has_each_published_code() {
        assert!(CODES.is_sorted_by(|one, other| one.code < other.code));
        for (prefix, published) in [
            ("ActionOffline", 1),
            ("AuthFailure", 9),
            ("DryRunOperation", 1),
            ("FailedOperation", 92),
            ("InternalError", 52),
            ("InvalidAction", 1),
            ("InvalidParameter", 59),
            ("InvalidParameterValue", 1),
            ("InvalidRequest", 1),
            ("IpInBlacklist", 1),
            ("IpNotInWhitelist", 1),
            ("LimitExceeded", 4),
            ("MissingParameter", 1),
            ("NoSuchProduct", 1),
            ("NoSuchVersion", 1),
            ("RequestLimitExceeded", 4),
            ("RequestSizeLimitExceeded", 1),
            ("ResourceInUse", 1),
            ("ResourceInsufficient", 1),
            ("ResourceNotFound", 24),
            ("ResourceUnavailable", 3),
            ("ResponseSizeLimitExceeded", 1),
            ("ServiceUnavailable", 1),
            ("UnauthorizedOperation", 1),
            ("UnknownParameter", 1),
            ("UnsupportedOperation", 2),
            ("UnsupportedProtocol", 1),
            ("UnsupportedRegion", 1),
        ] {
            assert_eq!(count(|row| is_of(prefix, row)), published, "{prefix}");
        }
    }

    #[test]
    fn classes_are_counted_where_prefixes_mislead() {
        let classed = |prefix, class| count(|row| is_of(prefix, row) && row.class == class);
        assert_eq!(
            (classed("InternalError", Refused), classed("InternalError", Unclear)),
            (33, 19)
        );
        assert_eq!(
            (classed("FailedOperation", Refused), classed("FailedOperation", Unclear)),
            (66, 26)
        );
        let of_class = |class| count(|row| row.class == class);
        let counts = [Refused, Credentials, Address, Throttled, Unclear].map(of_class);
        assert_eq!(counts, [206, 8, 2, 5, 47]);
        assert_eq!(counts.iter().sum::<usize>(), CODES.len());
    }

    #[test]
    fn codes_of_the_live_actions_are_classed() {
        for (code, expected) in [
            ("AuthFailure.SignatureFailure", Credentials),
            ("AuthFailure.SignatureExpire", Credentials),
            ("AuthFailure.SecretIdNotFound", Credentials),
            ("AuthFailure.MFAFailure", Credentials),
            ("AuthFailure.TokenFailure", Credentials),
            ("AuthFailure.UnauthorizedOperation", Refused),
            ("UnauthorizedOperation", Refused),
            ("IpInBlacklist", Address),
            ("IpNotInWhitelist", Address),
            ("RequestLimitExceeded", Throttled),
            ("RequestLimitExceeded.UinLimitExceeded", Throttled),
            ("LimitExceeded.RateLimitExceeded", Throttled),
            ("LimitExceeded", Refused),
            ("InternalError", Unclear),
            ("InternalError.CallOtherSvrError", Unclear),
            ("InternalError.UpdateDataError", Unclear),
            ("InternalError.NotPermmitOperat", Refused),
            ("InternalError.ConfigNotExist", Refused),
            ("InternalError.InvalidInput", Refused),
            ("FailedOperation", Refused),
            ("FailedOperation.CallOtherSvrFailed", Unclear),
            ("FailedOperation.CallOtherSvrError", Unclear),
            ("FailedOperation.DatabaseNotAccessible", Unclear),
            ("FailedOperation.StreamNotExist", Refused),
            ("ResponseSizeLimitExceeded", Unclear),
            ("ServiceUnavailable", Unclear),
            ("InvalidParameterValue", Refused),
            ("ResourceNotFound.ForbidService", Refused),
        ] {
            assert_eq!(class(code), expected, "{code}");
        }
    }

    #[test]
    fn unpublished_codes_are_classed_by_prefix() {
        for (code, expected) in [
            ("AuthFailure.New", Credentials),
            ("AuthFailure.UnauthorizedOperation.New", Refused),
            ("UnauthorizedOperation.CamNoAuth", Refused),
            ("RequestLimitExceeded.New", Throttled),
            ("InternalError.New", Unclear),
            ("ServiceUnavailable.New", Unclear),
            ("FailedOperation.New", Refused),
            ("FailedOperation.QueryNewFailed", Unclear),
            ("InvalidParameter.New", Refused),
            ("AuthFailureNew", Refused),
            ("", Refused),
        ] {
            assert!(published(code).is_none(), "{code}");
            assert_eq!(class(code), expected, "{code}");
        }
        let (mut agreeing, mut endings) = (0, 0);
        for row in CODES.iter().filter(|row| is_of("FailedOperation", row)) {
            agreeing += usize::from(class_by_prefix(row.code) == row.class);
            endings += 1;
        }
        assert_eq!((agreeing, endings), (89, 92));
    }

    #[test]
    fn hints_name_what_can_be_done() {
        for (code, words) in [
            ("AuthFailure.SignatureExpire", "for five minutes"),
            ("AuthFailure.SecretIdNotFound", "no such secret_id"),
            ("AuthFailure.SignatureFailure", "check secret_id and secret_key"),
            ("AuthFailure.New", "check secret_id and secret_key"),
            ("AuthFailure.MFAFailure", "second factor"),
            ("AuthFailure.TokenFailure", "check security_token"),
            ("AuthFailure.UnauthorizedOperation", "the main account must grant it"),
            ("UnauthorizedOperation", "the main account must grant it"),
            ("UnauthorizedOperation.CamNoAuth", "the main account must grant it"),
            ("InternalError.NotPermmitOperat", "the main account must grant it"),
            ("ResponseSizeLimitExceeded", "ran the request"),
            ("ResourceNotFound.ForbidService", "live service of this account"),
            ("ResourceNotFound.DomainNotExist", "check the domain"),
            ("ResourceNotFound.PushDomainNoRecord", "check the domain"),
            ("ResourceNotFound.ChannelNotExist", "check the name of the stream"),
            ("ResourceNotFound.InvalidUser", "may not use this API"),
            ("ActionOffline", "out of service"),
        ] {
            assert!(hint(code).is_some_and(|hint| hint.contains(words)), "{code}");
        }
        for code in ["InternalError", "InvalidParameter", "ResourceNotFound", "Never.Heard"] {
            assert_eq!(hint(code), None, "{code}");
        }
        let service = |row: &&Row| row.hint == SERVICE && is_of("ResourceNotFound", row);
        assert_eq!(CODES.iter().filter(service).count(), 7);
    }
}
