//! JD Cloud's live API of the opencdn gateway: its signature, its responses and its codes.
//!
//! Owns no operation: those are in files of their names.
//!
//! The manual: <https://docs.jdcloud.com/cn/cdn/api/query-cache-policy> and the pages that the operations name.

use std::rc::Rc;

use chrono::FixedOffset;
use serde_json::{Map, Value};

use crate::api::jd::profile::{LEGACY, LEGACY_ENDPOINT, NAME};
use crate::api::request::{Echo, Request};
use crate::api::response::{ErrorClass, ResponseFormat, flat};
use crate::api::setting::setting;
use crate::api::signature::{ShellSignature, Signature, SigningContext, with_body};
use crate::api::signing::md5_hex;
use crate::api::spec::{AccountIdentity, Api, ApiVersion, SignedLook};
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
    identity: AccountIdentity::Account("username"),
    // No page states a limit.
    rate: 20,
    signed_look: Some(SignedLook::OF_A_STREAM),
    endpoint: LEGACY_ENDPOINT,
    class: |code| status_of(code).map_or(ErrorClass::Refused, |(_, class, _)| *class),
    ..ApiVersion::new(NAME, LEGACY, &FORMAT, |account| Ok(Rc::new(JdLegacy::open(account)?)))
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
    fn version(&self) -> &'static ApiVersion {
        &API_VERSION
    }

    fn own_endpoint(&self) -> Option<&Endpoint> {
        Some(&self.endpoint)
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
        request.signed(self.endpoint.join(&request.path), Vec::new(), Some(body))
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

    fn explain(&self, _request: &Request, code: &Code) -> Option<String> {
        let (_, class, meaning) = status_of(code)?;
        let Code::Number(number) = code else { return None };
        let meaning = format!("JD's CDN status table on {number}: {meaning}");
        Some(if *class == ErrorClass::Credentials {
            format!(
                "{meaning}; check username and secret_key, this machine's clock, and that the date is Beijing's \
                 (signed in UTC{}); `livectl config show` prints where each comes from",
                self.zone
            )
        } else {
            meaning
        })
    }

    fn check_echo(&self, request: &Request, reply: &Map<String, Value>) -> Option<String> {
        // `setPushStreamTimeout` begins it with a capital, `queryDomainConfig` does not.
        const SPELLINGS: [&str; 2] = ["PublishNormalTimeout", "publishNormalTimeout"];
        // The manual promises only `status`, so an echo that is absent or null contradicts nothing.
        let data = reply.get("data").filter(|data| !data.is_null())?;
        match request.echo.as_ref()? {
            Echo::Seconds(seconds) => {
                let echoes: Vec<_> = match data {
                    Value::Object(data) => {
                        SPELLINGS.iter().filter_map(|key| data.get(*key)).collect()
                    }
                    Value::Number(_) => vec![data],
                    Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => Vec::new(),
                };
                let agrees = |echo: &Value| match echo {
                    Value::Null => true,
                    Value::Number(number) => number.as_f64() == Some(f64::from(*seconds)),
                    // The request takes the time-out as a string, the manual's response has a number.
                    Value::String(text) => text.trim() == seconds.to_string(),
                    Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
                };
                let echo = echoes.into_iter().find(|echo| !agrees(echo))?;
                Some(format!("JD answers with a time-out of {echo} after {seconds} was set"))
            }
            Echo::Domain(domain) => {
                // The manual's own sample of a response has a blank after the domain.
                let agrees =
                    data.as_str().is_some_and(|echo| folded(echo.trim()) == folded(domain));
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

/// Codes of one meaning, their class, and the meaning.
type StatusRow = (&'static [i64], ErrorClass, &'static str);

/// The statuses that concern a live operation.
// By the status table of JD's CDN manual, which is written for the same gateway; no page documents
// that the live operations share it. None of it is about throttling.
static STATUSES: [StatusRow; 11] = [
    // An exception or a failed call behind the gateway: the operation may have been carried out.
    (&[-1], ErrorClass::Unclear, "the call raised an exception"),
    (&[8], ErrorClass::Unclear, "calling the interface failed"),
    (&[3], ErrorClass::Credentials, "the user name is empty"),
    (&[4], ErrorClass::Credentials, "the signature is empty"),
    (&[7], ErrorClass::Credentials, "the signature is incorrect"),
    (&[20], ErrorClass::Credentials, "the user name does not exist"),
    (&[1], ErrorClass::Refused, "the call failed"),
    (&[2], ErrorClass::Refused, "a parameter is empty"),
    (&[12], ErrorClass::Refused, "the domain is empty"),
    (&[15, 18], ErrorClass::Refused, "a domain is not this account's"),
    (
        &[21, 42, 43, 44, 45],
        ErrorClass::Refused,
        "the time asked about is too long or too long ago",
    ),
];

fn status_of(code: &Code) -> Option<&'static StatusRow> {
    let Code::Number(code) = code else { return None };
    STATUSES.iter().find(|(codes, ..)| codes.contains(code))
}

fn posix_zone(zone: FixedOffset) -> String {
    let seconds = zone.local_minus_utc();
    let sign = if seconds < 0 { '+' } else { '-' };
    format!("UTC{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

#[cfg(test)]
pub(crate) mod tests;
