//! JD Cloud's live API of the opencdn gateway: its signature, its responses and its codes.
//!
//! Owns no operation: those are in files of their names.
//!
//! The manual: <https://docs.jdcloud.com/cn/cdn/api/query-cache-policy> and the pages that the operations name.

use std::rc::Rc;

use chrono::FixedOffset;
use serde_json::{Map, Value};

use crate::api::jd::profile::{LEGACY, LEGACY_ENDPOINT, NAME, STATUS_LOOK};
use crate::api::name::VendorName;
use crate::api::request::{Echo, Request};
use crate::api::response::{ErrorClass, ResponseFormat, flat};
use crate::api::setting::setting;
use crate::api::signature::{ShellSignature, Signature, SigningContext, with_body};
use crate::api::signing::md5_hex;
use crate::api::spec::{AccountIdentity, Api, ApiVersion};
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::text::{folded, shell_quoted};
use crate::time::Timestamp;

/// The API of the opencdn gateway.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: LEGACY,
    name: LEGACY,
    identity: AccountIdentity::Account("username"),
    // No page states a limit.
    rate: 20,
    has_minute_quota: false,
    signed_look: Some(STATUS_LOOK),
    open: |account| Ok(Rc::new(JdLegacy::open(account)?)),
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "status",
    mark: "single whole number `status`",
    is_restful: false,
    acts_with_no_content: false,
    read: |reply| flat(reply, &["status"], &["msg"], 0),
};

/// An account at JD Cloud.
pub struct JdLegacy {
    username: String,
    secret_key: Secret,
    endpoint: Endpoint,
    zone: FixedOffset,
}

impl JdLegacy {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            username: setting(account, "username")?,
            secret_key: account.secret("secret_key")?,
            endpoint: setting(account, "endpoint")?,
            zone: setting(account, "utc_offset")?,
        })
    }

    /// The date in the signature, `yyyymmdd` in the account's zone.
    fn date(&self, at: Timestamp) -> String {
        // In UTC it would be the day before from midnight to 8:00 in Beijing, and JD would refuse the signature.
        at.with_timezone(&self.zone).format("%Y%m%d").to_string()
    }
}

impl Api for JdLegacy {
    fn name(&self) -> VendorName {
        NAME
    }

    fn version(&self) -> &'static ApiVersion {
        &API_VERSION
    }

    fn endpoint(&self, _request: &Request) -> &Endpoint {
        &self.endpoint
    }

    fn uses_default_endpoint(&self) -> bool {
        self.endpoint.as_str() == LEGACY_ENDPOINT
    }

    /// `md5=date+username+secret key SecretKey; date: format is yyyymmdd`
    fn sign(&self, _request: &Request, context: SigningContext) -> Signature {
        let date = self.date(context.at);
        // No separators. The printed signatures of four of the manual's examples were recomputed this way.
        let signature = md5_hex(&[&date, &self.username, self.secret_key.expose()]);
        Signature(vec![("signature", signature)])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let body = with_body(
            &[("username", &self.username), ("signature", signature.get("signature"))],
            request,
        );
        SignedRequest {
            method: request.method,
            url: self.endpoint.join(&request.path),
            headers: Vec::new(),
            body: Some(body),
            response_limit: request.response_limit(),
        }
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        // The signature covers no parameter: whoever sees it can send any request for the account
        // until the day ends in Beijing.
        &["signature"]
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.secret_key]
    }

    fn shell(&self, _request: &Request) -> ShellSignature {
        // POSIX writes zones with the sign turned round: UTC-08:00 is eight hours ahead.
        let zone = posix_zone(self.zone);
        let username = shell_quoted(&self.username);
        ShellSignature {
            setup: format!(
                r#"signature=$(printf %s "$(TZ={zone} date +%Y%m%d)"{username}"$LIVECTL_JD_SECRET_KEY" | md5sum | cut -c1-32);"#
            ),
            fields: vec![("signature", "signature")],
        }
    }

    fn format(&self) -> &'static ResponseFormat {
        &FORMAT
    }

    fn classify_code(&self, code: &Code) -> ErrorClass {
        match code {
            // By the status table of JD's CDN manual, which is written for the same gateway; no
            // page documents that the live operations share it.
            Code::Number(3 | 4 | 7 | 20) => ErrorClass::Credentials,
            // An exception or a failed call behind the gateway: the operation may have been carried out.
            Code::Number(-1 | 8) => ErrorClass::Unclear,
            Code::Number(_) | Code::Word(_) => ErrorClass::Refused,
        }
    }

    fn explain(&self, _request: &Request, code: &Code) -> Option<String> {
        let Code::Number(number) = code else { return None };
        let meaning = match number {
            -1 => "the call raised an exception",
            1 => "the call failed",
            2 => "a parameter is empty",
            3 => "the user name is empty",
            4 => "the signature is empty",
            7 => "the signature is incorrect",
            8 => "calling the interface failed",
            12 => "the domain is empty",
            15 | 18 => "a domain is not this account's",
            20 => "the user name does not exist",
            21 | 42..=45 => "the time asked about is too long or too long ago",
            _ => return None,
        };
        let meaning = format!("JD's CDN status table on {number}: {meaning}");
        Some(match self.classify_code(code) {
            ErrorClass::Credentials => format!(
                "{meaning}; check username and secret_key, this machine's clock, and that the date is Beijing's \
                 (signed in UTC{}); `livectl config show` prints where each comes from",
                self.zone
            ),
            ErrorClass::Refused
            | ErrorClass::Denied
            | ErrorClass::Address
            | ErrorClass::Throttled
            | ErrorClass::NonceUsed
            | ErrorClass::Unclear => meaning,
        })
    }

    fn check_echo(&self, request: &Request, reply: &Map<String, Value>) -> Option<String> {
        // `setPushStreamTimeout` begins it with a capital, `queryDomainConfig` does not.
        const SPELLINGS: [&str; 2] = ["PublishNormalTimeout", "publishNormalTimeout"];
        // The manual promises only `status`, so an echo that is absent or null contradicts nothing.
        let data = reply.get("data").filter(|data| !data.is_null())?;
        match request.echo.as_ref()? {
            Echo::Seconds(seconds) => {
                let said: Vec<_> = match data {
                    Value::Object(data) => {
                        SPELLINGS.iter().filter_map(|key| data.get(*key)).collect()
                    }
                    Value::Number(_) => vec![data],
                    Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => Vec::new(),
                };
                let agrees = |said: &Value| match said {
                    Value::Null => true,
                    Value::Number(number) => number.as_f64() == Some(f64::from(*seconds)),
                    // The request takes the time-out as a string, the manual's response has a number.
                    Value::String(text) => text.trim() == seconds.to_string(),
                    Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
                };
                let said = said.into_iter().find(|said| !agrees(said))?;
                Some(format!("JD answers with a time-out of {said} after {seconds} was set"))
            }
            Echo::Domain(domain) => {
                // The manual's own sample of a response has a blank after the domain.
                let agrees =
                    data.as_str().is_some_and(|said| folded(said.trim()) == folded(domain));
                (!agrees).then(|| format!("JD answers for {data} after {domain} was asked"))
            }
        }
    }

    fn is_stale(&self, code: &Code, signed: SigningContext, now: Timestamp) -> bool {
        // 7 is "the signature is incorrect", for a wrong key as well. Only where the date has
        // changed since can a fresh signature be another one.
        *code == Code::Number(7) && self.date(signed.at) != self.date(now)
    }
}

fn posix_zone(zone: FixedOffset) -> String {
    let seconds = zone.local_minus_utc();
    let sign = if seconds < 0 { '+' } else { '-' };
    format!("UTC{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::jd::profile::BEIJING;
    use serde_json::json;

    pub(crate) fn account(username: &str, secret_key: &str) -> JdLegacy {
        JdLegacy {
            username: username.into(),
            secret_key: Secret::new(secret_key.into()),
            endpoint: LEGACY_ENDPOINT.parse().unwrap(),
            zone: BEIJING.parse().unwrap(),
        }
    }

    fn signature(username: &str, secret_key: &str, at: &str) -> String {
        account(username, secret_key)
            .sign(&Request::get("/", vec![]), SigningContext::fresh(at.parse().unwrap()))
            .get("signature")
            .to_owned()
    }

    #[test]
    fn signatures_match_the_vendors_pages() {
        assert_eq!(
            signature("jd_cdntest", "", "2017-12-05T04:00:00Z"),
            "914a3f412fd9bc1eec14bb5eb104d253"
        );
        assert_eq!(
            signature("jd_cdntest", "", "2017-12-08T04:00:00Z"),
            "d00f58f89e8cd55dc080aec0d8051845"
        );
        assert_eq!(
            signature("jd_cdntest", "", "2017-12-11T04:00:00Z"),
            "b036e6094db32b5a5abc47e6be426c50"
        );
        assert_eq!(
            signature("jd_cdntest", "", "2018-07-30T04:00:00Z"),
            "7a9beb5119e1cb439208e444193d39ec"
        );
        let secret_key = "e7a31b1c5ea0efa9aa2f29c6559f7d61";
        assert_eq!(
            signature("jcloud_00", secret_key, "2016-10-23T04:00:00Z"),
            "a35685491fd80a80b40a718c3a5c5c56"
        );
    }

    #[test]
    fn signature_date_is_beijings() {
        let jd = account("u", "k");
        assert_eq!(jd.date("2026-11-21T15:59:59Z".parse().unwrap()), "20261121");
        assert_eq!(jd.date("2026-11-21T16:00:00Z".parse().unwrap()), "20261122");
        let context = SigningContext::fresh("2026-11-21T15:59:59Z".parse().unwrap());
        assert!(jd.is_stale(&Code::Number(7), context, "2026-11-21T16:00:00Z".parse().unwrap()));
        assert!(!jd.is_stale(&Code::Number(7), context, context.at));
        assert!(!jd.is_stale(&Code::Number(4), context, "2026-11-21T16:00:00Z".parse().unwrap()));
    }

    #[test]
    fn request_starts_with_the_account() {
        let request = Request::post(
            "/api/live/permitStream",
            [("domain", "a.com".into()), ("deleteStreams", json!([]))],
        );
        let signed =
            account("u", "k").authorize(&request, &Signature(vec![("signature", "914a".into())]));
        assert_eq!(signed.url.as_str(), "https://opencdn.jcloud.com/api/live/permitStream");
        let body = r#"{"username":"u","signature":"914a","domain":"a.com","deleteStreams":[]}"#;
        assert_eq!(signed.body.as_deref(), Some(body.as_bytes()));
    }

    #[test]
    fn default_endpoint_unless_the_profile_names_one() {
        let jd = account("u", "k");
        assert!(jd.uses_default_endpoint());
        assert!(
            !JdLegacy { endpoint: "https://proxy.example.com".parse().unwrap(), ..jd }
                .uses_default_endpoint()
        );
    }

    #[test]
    fn only_codes_of_the_table_are_explained() {
        let (jd, request) = (account("u", "k"), Request::post("/", []));
        let explain = |code| jd.explain(&request, &Code::Number(code));
        for (code, meaning) in [
            (-1, "the call raised an exception"),
            (1, "the call failed"),
            (2, "a parameter is empty"),
            (3, "the user name is empty; check username and secret_key"),
            (4, "the signature is empty; check username and secret_key"),
            (7, "the signature is incorrect; check username and secret_key"),
            (8, "calling the interface failed"),
            (12, "the domain is empty"),
            (15, "a domain is not this account's"),
            (18, "a domain is not this account's"),
            (20, "the user name does not exist; check username and secret_key"),
            (21, "the time asked about is too long or too long ago"),
            (45, "the time asked about is too long or too long ago"),
        ] {
            let explained = explain(code).unwrap();
            assert!(
                explained.starts_with(&format!("JD's CDN status table on {code}: {meaning}")),
                "{explained}"
            );
        }
        assert!(explain(7).unwrap().contains("(signed in UTC+08:00)"));
        assert_eq!([0, 5, 19, 999].map(explain), [None, None, None, None]);
        assert_eq!(jd.explain(&request, &Code::Word("7".into())), None);
    }

    #[test]
    fn codes_have_error_classes() {
        let jd = account("u", "k");
        for (code, class) in [
            (3, ErrorClass::Credentials),
            (4, ErrorClass::Credentials),
            (7, ErrorClass::Credentials),
            (20, ErrorClass::Credentials),
            (-1, ErrorClass::Unclear),
            (8, ErrorClass::Unclear),
            (1, ErrorClass::Refused),
            (12, ErrorClass::Refused),
            (999, ErrorClass::Refused),
        ] {
            assert_eq!(jd.classify_code(&Code::Number(code)), class, "{code}");
        }
    }

    #[test]
    fn differing_echo_contradicts() {
        let jd = account("u", "k");
        let request = |echo| Request { echo: Some(echo), ..Request::get("/", vec![]) };
        let differs = |echo, reply: Value| {
            jd.check_echo(&request(echo), reply.as_object().unwrap()).is_some()
        };

        for reply in [
            json!({}),
            json!({"data": null}),
            json!({"data": {}}),
            json!({"data": {"PublishNormalTimeout": 10}}),
            json!({"data": {"PublishNormalTimeout": " 10 "}}),
            json!({"data": {"publishNormalTimeout": "10"}}),
            json!({"data": {"PublishNormalTimeout": null}}),
            json!({"data": ""}),
        ] {
            assert!(!differs(Echo::Seconds(10), reply.clone()), "{reply}");
        }
        for reply in [
            json!({"data": {"PublishNormalTimeout": 60}}),
            json!({"data": {"PublishNormalTimeout": [10]}}),
            json!({"data": {"PublishNormalTimeout": 10, "publishNormalTimeout": 60}}),
            json!({"data": 60}),
        ] {
            assert!(differs(Echo::Seconds(10), reply.clone()), "{reply}");
        }
        for reply in [json!({}), json!({"data": null}), json!({"data": "A.Live.com "})] {
            assert!(!differs(Echo::Domain("a.live.com".into()), reply.clone()), "{reply}");
        }
        for reply in
            [json!({"data": "b.live.com"}), json!({"data": ""}), json!({"data": ["a.live.com"]})]
        {
            assert!(differs(Echo::Domain("a.live.com".into()), reply.clone()), "{reply}");
        }
    }

    #[test]
    fn shell_zone_has_the_opposite_sign() {
        assert_eq!(posix_zone("+08:00".parse().unwrap()), "UTC-08:00");
        assert_eq!(posix_zone("-03:30".parse().unwrap()), "UTC+03:30");
        assert_eq!(posix_zone("+00:00".parse().unwrap()), "UTC-00:00");
    }
}
