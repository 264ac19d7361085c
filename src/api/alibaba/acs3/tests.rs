//! Signatures against the manual and the vendor's SDK, the format of responses, and the shell's signature.

use super::*;
use crate::api::credentials::tests::credentials;
use crate::api::request::Request;
use crate::api::signature::{Signature, SigningContext};
use crate::api::signing::{canonical_query, canonical_request, sha256_hex};
use crate::api::spec::Api;
use crate::outcome::answer::Code;
use serde_json::json;

const KEY_ID: &str = "YourAccessKeyId";
const SECRET: &str = "YourAccessKeySecret";
const NONCE: u128 = 0x3156_8532_99f3_13e2_3d16_73dc_12e1_703d;

pub(crate) fn account() -> HmacApi {
    account_at(DEFAULT_ENDPOINT, None)
}

fn account_at(endpoint: &str, token: Option<&str>) -> HmacApi {
    let credentials = credentials(KEY_ID, SECRET, token);
    HmacApi::new(&API_VERSION, &SCHEME, credentials, endpoint.parse().unwrap())
}

fn at_noon() -> SigningContext {
    SigningContext { at: "2026-11-21T12:00:00.900Z".parse().unwrap(), nonce: NONCE }
}

fn request(action: &'static str, query: &[(&'static str, &str)]) -> Request {
    let query = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Request { name: Some(action), ..Request::post_query("/", query) }
}

/// The example of the manual's page on the signature.
#[test]
fn each_step_matches_the_vendors_page() {
    let query = [
        ("RegionId", "cn-shanghai"),
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
    ];
    let query = canonical_query(&query.map(|(name, value)| (name, value.to_owned())));
    let headers = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", NO_BODY),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
    ];
    let canonical = canonical_request("POST", "/", &query, &headers, b"");
    assert_eq!(
        canonical,
        "POST\n/\n\
         ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai\n\
         host:ecs.cn-shanghai.aliyuncs.com\n\
         x-acs-action:RunInstances\n\
         x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
         x-acs-date:2023-10-26T10:22:32Z\n\
         x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d\n\
         x-acs-version:2014-05-26\n\n\
         host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let hash = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
    assert_eq!(sha256_hex(canonical.as_bytes()), hash);
    let string_to_sign = SCHEME.string_to_sign("2023-10-26T10:22:32Z", "", hash);
    assert_eq!(string_to_sign, format!("ACS3-HMAC-SHA256\n{hash}"));
    assert_eq!(
        SCHEME.signature(SECRET, "", &string_to_sign),
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    );
}

/// The requests of the live API, as `alibabacloud-tea-openapi` 0.4.6 signs them with the same nonce.
#[test]
fn every_action_is_signed_as_by_the_sdk() {
    let push = [("DomainName", "push.example.com"), ("AppName", "live"), ("StreamName", "cam1")];
    let publisher = [&push[..], &[("LiveStreamType", "publisher")]].concat();
    let named = [
        ("DomainName", "push.example.com"),
        ("AppName", "live"),
        ("StreamName", "晚会 主机位~1*"),
        ("LiveStreamType", "publisher"),
        ("ResumeTime", "2026-11-21T14:00:00Z"),
    ];
    let pages = [("DomainName", "play.example.com"), ("PageNum", "1"), ("PageSize", "3000")];
    let raw = [("OnlyStream", "yes"), ("QueryType", "strict"), ("StreamType", "raw")];
    for (action, parameters, query, hash, signature) in [
        (
            "ForbidLiveStream",
            named.to_vec(),
            "AppName=live&DomainName=push.example.com&LiveStreamType=publisher&\
             ResumeTime=2026-11-21T14%3A00%3A00Z&\
             StreamName=%E6%99%9A%E4%BC%9A%20%E4%B8%BB%E6%9C%BA%E4%BD%8D~1%2A",
            "e00ae3a63f3fd59ae19e89b81436f632db74c32c09013bd0e7b6eac2aa7ab76f",
            "4893debdea5b9d0d7ac63cb7dadddf4f93a1d770b35928ee6985a3ec65e2128d",
        ),
        (
            "ForbidLiveStream",
            [&publisher[..], &[("Oneshot", "yes")]].concat(),
            "AppName=live&DomainName=push.example.com&LiveStreamType=publisher&Oneshot=yes&\
             StreamName=cam1",
            "a2b426e314d1ee1db1bbe8b812fb8647ad4e59670125cfea17703f7b3df47a9c",
            "f84e213058954d72e16afa22d5caa42d928aa3494ac5a1fb55ee8b1c94e4a524",
        ),
        (
            "ResumeLiveStream",
            publisher,
            "AppName=live&DomainName=push.example.com&LiveStreamType=publisher&StreamName=cam1",
            "bf35e61b880ce9bf3e8084f5e5dde5e41b3b78087037aa53fd807924bd4d8766",
            "220bb2c1c187a158f365a763a74dff85afbb95a12c3b916479ce29fb83c84121",
        ),
        (
            "DescribeLiveStreamState",
            push.to_vec(),
            "AppName=live&DomainName=push.example.com&StreamName=cam1",
            "7e9df4f06f08c5d38072c1626b2dae57f6e764844aac0acf9789ae530e4acfe3",
            "ba36e70a2ae1a0539f02b18a6e0f94ab3c167bc34c039ac95bce653459b1a26a",
        ),
        (
            "DescribeLiveStreamsBlockList",
            pages.to_vec(),
            "DomainName=play.example.com&PageNum=1&PageSize=3000",
            "b94c4905a4aa8ba3dc8fc7960c29a69b3b4f65f247d9b2caee841c0f6f4e365b",
            "0b779e0403f577265b7175dda805f38e038a31dc7f1f09d36fc1344f343c4811",
        ),
        (
            "DescribeLiveStreamsOnlineList",
            [pages, raw].concat(),
            "DomainName=play.example.com&OnlyStream=yes&PageNum=1&PageSize=3000&\
             QueryType=strict&StreamType=raw",
            "ab3d8ea91f2a227f5e8d610730c8d657567b8182098156c707d16d04fd528a8e",
            "2e83b01b0a56097e3fb0663445c554f10f67f69087750596d298ca483a009f6b",
        ),
    ] {
        let request = request(action, &parameters);
        let alibaba = account();
        let signed_with = alibaba.sign(&request, at_noon());
        let canonical = alibaba.canonical_request(&request, &signed_with);
        assert_eq!(sha256_hex(canonical.as_bytes()), hash, "{query}");
        assert_eq!(canonical.lines().nth(2), Some(query));

        let signed = alibaba.authorize(&request, &signed_with);

        assert_eq!(signed.url.as_str(), format!("https://live.aliyuncs.com/?{query}"));
        assert_eq!((signed.method.as_str(), signed.body), ("POST", None));
        let sent = [
            ("x-acs-action", action),
            ("x-acs-content-sha256", NO_BODY),
            ("x-acs-date", "2026-11-21T12:00:00Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2016-11-01"),
        ];
        let sent = sent.into_iter().map(|(name, value)| (name, value.to_owned()));
        let authorization = format!(
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature={signature}"
        );
        let accept = ("accept", "application/json".to_owned());
        let sent: Vec<_> = sent.chain([accept, ("authorization", authorization)]).collect();
        assert_eq!(signed.headers, sent, "{query}");
    }
}

#[test]
fn security_token_is_signed() {
    let token = "STS-TOKEN-1234567890";
    let alibaba = account_at(DEFAULT_ENDPOINT, Some(token));
    let request = request("ResumeLiveStream", &[("StreamName", "cam1")]);
    let signature = alibaba.sign(&request, at_noon());
    let signed = alibaba.authorize(&request, &signature);
    let header = |name| &signed.headers.iter().find(|(header, _)| *header == name).unwrap().1;
    assert_eq!(header("x-acs-security-token"), "STS-TOKEN-1234567890");
    assert!(header("authorization").contains(
        ";x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature="
    ));
    assert_ne!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    assert_eq!(alibaba.secret_fields(), ["Signature", "token"]);
}

#[test]
fn endpoint_prefix_is_sent_and_not_signed() {
    let relay = account_at("https://live.aliyuncs.com/relay", None);
    let request = request("ResumeLiveStream", &[("StreamName", "cam1")]);
    let signature = relay.sign(&request, at_noon());
    assert_eq!(signature.get("Signature"), account().sign(&request, at_noon()).get("Signature"));
    let signed = relay.authorize(&request, &signature);
    assert_eq!(signed.url.as_str(), "https://live.aliyuncs.com/relay/?StreamName=cam1");
    assert!(!relay.uses_default_endpoint() && account().uses_default_endpoint());
}

#[test]
fn success_is_a_request_id_without_a_code() {
    let read =
        |reply: Value| status(reply.as_object().unwrap()).map(|said| (said.is_success, said.code));
    assert_eq!(read(json!({"RequestId": "16A96B9A"})), Some((true, None)));
    assert_eq!(read(json!({"RequestId": "r", "StreamState": "online"})), Some((true, None)));
    let refused = json!({"RequestId": "r", "HostId": "h", "Code": "InvalidParam", "Message": "m"});
    assert_eq!(read(refused), Some((false, Some(Code::Word("InvalidParam".into())))));
    for other in [
        json!({}),
        json!({"RequestId": ""}),
        json!({"RequestId": " "}),
        json!({"RequestId": 7}),
        json!({"requestId": "r"}),
        json!({"Code": "InvalidParam"}),
        json!({"RequestId": "r", "Code": 400}),
        json!({"RequestId": "r", "Code": null}),
        json!({"RequestId": "r", "Code": "OK"}),
        json!({"RequestId": "r", "code": "InvalidParam"}),
        json!({"RequestId": "r", "Success": false}),
        json!({"RequestId": "r", "Error": {"Code": "InvalidParam"}}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[cfg(unix)]
#[test]
fn shell_signs_like_the_program() {
    let request = request("ForbidLiveStream", &[("StreamName", "it's 100% \\n~1*")]);
    // Longer than a line of base64.
    let token = "t0ken/+ ".repeat(20);
    for alibaba in [account(), account_at(DEFAULT_ENDPOINT, Some(&token))] {
        let secrets = [
            ("LIVECTL_ALIBABA_SECRET_ACCESS_KEY", SECRET),
            ("LIVECTL_ALIBABA_SECURITY_TOKEN", &token),
        ];
        let shell = alibaba.shell(&request);
        let computed = crate::api::tests::computed(&shell, &secrets);
        let fields = shell.fields.iter().map(|(field, _)| *field).zip(computed.clone());
        let canonical = alibaba.canonical_request(&request, &Signature(fields.collect()));
        let hash = sha256_hex(canonical.as_bytes());
        let [_time, nonce, rest @ .., signed] = &computed[..] else { panic!("{computed:?}") };
        assert_eq!(rest.first().map(String::as_str), alibaba.credentials.token());
        let signature = SCHEME.signature(SECRET, "", &SCHEME.string_to_sign("", "", &hash));
        assert_eq!((nonce.len(), signed), (32, &signature));
    }
}
