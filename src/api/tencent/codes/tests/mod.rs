//! The codes of Tencent's SDK, their classes and their hints.

mod published;

use super::*;
use published::CODES;

/// A published code and its class.
type Published = (&'static str, ErrorClass);

fn count(is_counted: impl Fn(&Published) -> bool) -> usize {
    CODES.iter().filter(|row| is_counted(row)).count()
}

fn is_of(prefix: &str, (code, _): &Published) -> bool {
    code.split('.').next() == Some(prefix)
}

/// How many codes of each kind Tencent's SDK 3.1.195 and its list of common codes have.
#[test]
fn each_published_code_has_its_class() {
    assert!(CODES.is_sorted_by(|one, other| one.0 < other.0));
    for (code, expected) in CODES {
        assert_eq!(class(code), expected, "{code}");
    }
    let exceptions = EXCEPTIONS.iter().flat_map(|row| row.codes);
    assert_eq!(exceptions.filter(|code| CODES.iter().any(|(own, _)| own == *code)).count(), 70);
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
    let classed = |prefix, class| count(|row| is_of(prefix, row) && row.1 == class);
    assert_eq!((classed("InternalError", Refused), classed("InternalError", Unclear)), (33, 19));
    assert_eq!(
        (classed("FailedOperation", Refused), classed("FailedOperation", Unclear)),
        (66, 26)
    );
    let of_class = |class| count(|row| row.1 == class);
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
        assert!(CODES.iter().all(|(own, _)| *own != code), "{code}");
        assert_eq!(class(code), expected, "{code}");
    }
    let (mut agreeing, mut endings) = (0, 0);
    for row in CODES.iter().filter(|row| is_of("FailedOperation", row)) {
        agreeing += usize::from(class_by_prefix(row.0) == row.1);
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
    let is_service = |(code, _): &Published| {
        hint(code).is_some_and(|hint| hint.starts_with("the live service of this account"))
    };
    assert_eq!(count(|row| is_service(row) && is_of("ResourceNotFound", row)), 7);
}
