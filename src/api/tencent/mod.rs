//! Tencent Cloud's live API of 2017, which Tencent calls obsolete, and what both generations of its APIs share.
//!
//! The manual: <https://cloud.tencent.com/document/product/454/7920> and <https://cloud.tencent.com/document/product/267/9500>.
//! The later generation is [`v3`].

mod codes;
pub mod drop;
pub mod forbid;
pub mod resume;
pub mod sandbox;
pub mod status;
pub mod v3;

use std::rc::Rc;

use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::{
    ErrorClass, Name, ResponseFormat, ShellSignature, Signature, Vendor, check_endpoint,
    check_text, flat, integer, setting, with_query,
};
use crate::api::request::{
    Expected, Observation, Request, ResponseReader, SignedRequest, SigningContext, Verification,
    state,
};
use crate::api::signing::md5_hex;
use crate::config::{Account, Key, Section, ValueKind};
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::outcome::Code;
use crate::secret::Secret;
use crate::time::Timestamp;

/// What `[profiles.NAME.tencent]` may hold.
pub static SECTION: Section = Section {
    name: "tencent",
    keys: &[
        Key {
            default: Some("legacy"),
            env: true,
            check: check_api,
            ..Key::new("api", ValueKind::Text)
        },
        Key {
            required: true,
            env: true,
            check: check_app_id,
            ..legacy("app_id", ValueKind::TextOrInteger)
        },
        Key { required: true, env: true, ..legacy("api_key", ValueKind::Secret) },
        Key {
            default: Some(DEFAULT_ENDPOINT),
            env: true,
            check: check_endpoint,
            ..legacy("endpoint", ValueKind::Text)
        },
        Key {
            default: Some("channel_manager"),
            check: check_interface,
            ..legacy("interface", ValueKind::Text)
        },
        Key { default: Some("60"), check: check_ttl, ..legacy("sign_ttl", ValueKind::Integer) },
        Key { required: true, env: true, check: check_text, ..v3("secret_id", ValueKind::Text) },
        Key { required: true, env: true, ..v3("secret_key", ValueKind::Secret) },
        Key { required: true, env: true, check: check_domain, ..v3("domain", ValueKind::Text) },
        Key {
            default: Some("live"),
            env: true,
            check: check_text,
            ..v3("app_name", ValueKind::Text)
        },
        Key {
            default: Some(v3::DEFAULT_ENDPOINT),
            env: true,
            check: check_endpoint,
            ..v3("endpoint", ValueKind::Text)
        },
    ],
};

const fn legacy(name: &'static str, form: ValueKind) -> Key {
    Key { api: Some("legacy"), ..Key::new(name, form) }
}

const fn v3(name: &'static str, form: ValueKind) -> Key {
    Key { api: Some("v3"), ..Key::new(name, form) }
}

/// The generations of Tencent's live API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// That of 2017.
    #[default]
    Legacy,
    /// API 3.0.
    V3,
}

impl Api {
    /// The generation that the profile's key names.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::named(word).unwrap_or_default()
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Legacy, Self::V3].into_iter().find(|api| api.as_str() == word)
    }

    /// The word for it in profiles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::V3 => "v3",
        }
    }
}

/// The account that the profile describes, at the generation that it chooses.
pub fn open(account: &Account) -> Result<Rc<dyn Vendor>> {
    Ok(match Api::of(account.api()) {
        Api::Legacy => Rc::new(Tencent::open(account)?),
        Api::V3 => Rc::new(v3::V3::open(account)?),
    })
}

const DEFAULT_ENDPOINT: &str = "http://fcgi.video.qcloud.com";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "ret",
    mark: "single whole number `ret`",
    is_restful: false,
    read: |reply| flat(reply, &["ret", "retcode"], &["message", "errmsg"], 0),
};

/// An account at Tencent Cloud.
pub struct Tencent {
    app_id: String,
    api_key: Secret,
    endpoint: Endpoint,
    interface: String,
    /// Seconds from signing to the `t` of the request.
    sign_ttl: i64,
}

impl Tencent {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            app_id: setting(account, "app_id")?,
            api_key: account.secret("api_key")?,
            endpoint: setting(account, "endpoint")?,
            interface: setting(account, "interface")?,
            sign_ttl: setting(account, "sign_ttl")?,
        })
    }
}

impl Vendor for Tencent {
    fn name(&self) -> Name {
        Name::Tencent
    }

    fn endpoint(&self, _draft: &Request) -> &Endpoint {
        &self.endpoint
    }

    fn uses_default_endpoint(&self) -> bool {
        self.endpoint.as_str() == DEFAULT_ENDPOINT
    }

    /// `sign = MD5(key+t)`, `t` the Unix second at which the request expires.
    fn sign(&self, _draft: &Request, context: SigningContext) -> Signature {
        let t = (context.at + TimeDelta::seconds(self.sign_ttl)).timestamp().to_string();
        let sign = md5_hex(&[self.api_key.expose(), &t]);
        Signature(vec![("t", t), ("sign", sign)])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let common = [
            ("appid", self.app_id.as_str()),
            ("interface", request.name.unwrap_or(&self.interface)),
            ("t", signature.get("t")),
            ("sign", signature.get("sign")),
        ];
        let own = request.query.iter().map(|(name, value)| (*name, value.as_str()));
        let url = with_query(self.endpoint.join(&request.path), common.into_iter().chain(own));
        SignedRequest { method: request.method, url, headers: Vec::new(), body: None }
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        &["sign"]
    }

    fn secret(&self) -> &Secret {
        &self.api_key
    }

    fn shell(&self, _draft: &Request) -> ShellSignature {
        ShellSignature {
            setup: format!(
                r#"t=$(($(date +%s)+{})); sign=$(printf %s%s "$LIVECTL_TENCENT_API_KEY" "$t" | md5sum | cut -c1-32);"#,
                self.sign_ttl
            ),
            fields: vec![("t", "t"), ("sign", "sign")],
        }
    }

    fn format(&self) -> &'static ResponseFormat {
        &FORMAT
    }

    /// Tencent documents no code for bad credentials.
    fn classify_code(&self, _code: &Code) -> ErrorClass {
        ErrorClass::Refused
    }

    fn when_unreachable(&self) -> Option<&'static str> {
        Some(
            "Tencent calls this API obsolete and may have switched it off; ForbidLiveStream and ResumeLiveStream of its API 3.0 replace it: `api = \"v3\"` in the profile's [tencent]",
        )
    }

    fn explain(&self, _draft: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Number(NEVER_PUSHED) => Some(
                "Tencent says this of a channel that never pushed; check the channel id".into(),
            ),
            _ => None,
        }
    }
}

/// The `ret` of a channel that never pushed.
const NEVER_PUSHED: i64 = 20601;

/// How to see whether a channel is as it should be.
fn check(api: Api, channel: &str, expected: Expected) -> Verification {
    Verification { request: state_of(api, channel), expected, find: None }
}

/// The request for a channel's state.
fn state_of(api: Api, channel: &str) -> Request {
    if api == Api::V3 {
        return v3::state_of(channel);
    }
    let question =
        ResponseReader { answers: &[(NEVER_PUSHED, state::NEVER_PUSHED)], read: channel_state };
    let query = vec![("Param.s.channel_id", channel.to_owned())];
    Request {
        name: Some("Live_Channel_GetStatus"),
        question: Some(question),
        ..Request::get("/common_access", query)
    }
}

/// `output` holds an item for each rate; some clients met one that stood there alone.
fn channel_state(
    _draft: &Request,
    reply: &Map<String, Value>,
    _now: Timestamp,
) -> Option<Observation> {
    let output = reply.get("output")?;
    let items = output.as_array().map_or(std::slice::from_ref(output), Vec::as_slice);
    let statuses: Vec<_> =
        items.iter().map(|item| integer(item.get("status")?)).collect::<Option<_>>()?;
    let state = match statuses.iter().max()? {
        3 => state::FORBIDDEN,
        1 => state::LIVE,
        0 => state::IDLE,
        _ => return None,
    };
    Some(Observation::state(state))
}

/// The query of an action on a channel; `abstime_end` is a Unix second.
fn request(channel: &str, action: &'static str, abstime_end: Timestamp) -> Request {
    let query = vec![
        ("Param.s.channel_id", channel.to_owned()),
        ("Param.s.action", action.to_owned()),
        ("Param.n.abstime_end", abstime_end.timestamp().to_string()),
    ];
    Request::get("/common_access", query)
}

fn check_api(text: &str) -> Result<(), String> {
    Api::named(text)
        .map(drop)
        .ok_or_else(|| "the generations of Tencent's API are legacy and v3".into())
}

fn check_domain(text: &str) -> Result<(), String> {
    super::domain(text, "domain").map(|_| ()).map_err(|problem| problem.message)
}

fn check_app_id(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err("an app id is a number".into())
    }
}

fn check_interface(text: &str) -> Result<(), String> {
    match text {
        "channel_manager" | "Live_Channel_SetStatus" => Ok(()),
        _ => Err("the interface is channel_manager or Live_Channel_SetStatus".into()),
    }
}

fn check_ttl(text: &str) -> Result<(), String> {
    match text.parse() {
        Ok(1..=86_400) => Ok(()),
        _ => Err("sign_ttl is 1 to 86400 seconds".into()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn account(api_key: &str) -> Tencent {
        Tencent {
            app_id: "1234".into(),
            api_key: Secret::new(api_key.into()),
            endpoint: DEFAULT_ENDPOINT.parse().unwrap(),
            interface: "channel_manager".into(),
            sign_ttl: 60,
        }
    }

    #[test]
    fn signatures_are_those_of_the_vendors_pages() {
        let tencent = account("5d41402abc4b2a76b9719d911017c592");
        for (t, sign) in [
            (1_471_850_187, "b17971b51ba0fe5916ddcd96692e9fb3"),
            (1_626_839_220, "5ee8ca6c28cbe415b40352969cdf8249"),
        ] {
            let at = Timestamp::from_timestamp(t - 60, 999_000_000).unwrap();
            let signature = tencent.sign(&Request::get("/", vec![]), SigningContext::fresh(at));
            assert_eq!((signature.get("t"), signature.get("sign")), (t.to_string().as_str(), sign));
        }
    }

    #[test]
    fn the_request_is_the_one_of_the_chinese_page() {
        let request =
            request("8888_测试", "forbid", Timestamp::from_timestamp(1_499_756_910, 0).unwrap());
        let signature = Signature(vec![("t", "1471850187".into()), ("sign", "b1".into())]);
        assert_eq!(
            account("k").authorize(&request, &signature).url.as_str(),
            "http://fcgi.video.qcloud.com/common_access?appid=1234&interface=channel_manager&t=1471850187&sign=b1\
             &Param.s.channel_id=8888_%E6%B5%8B%E8%AF%95&Param.s.action=forbid&Param.n.abstime_end=1499756910"
        );
    }

    #[test]
    fn it_is_at_home_unless_the_profile_names_another_endpoint() {
        let tencent = account("k");
        assert!(tencent.uses_default_endpoint());
        assert!(
            !Tencent { endpoint: "http://proxy.example.com".parse().unwrap(), ..tencent }
                .uses_default_endpoint()
        );
    }

    #[test]
    fn only_the_code_that_tencents_pages_name_is_explained() {
        let (tencent, request) = (account("k"), Request::get("/", vec![]));
        let explain = |code| tencent.explain(&request, &Code::Number(code));
        let explained = explain(20601).unwrap();
        assert_eq!(
            explained,
            "Tencent says this of a channel that never pushed; check the channel id"
        );
        assert_eq!([0, 20600, 20602].map(explain), [None, None, None]);
    }

    #[test]
    fn a_generation_is_known_by_its_word() {
        assert_eq!([Api::Legacy, Api::V3].map(|api| Api::of(api.as_str())), [Api::Legacy, Api::V3]);
        assert_eq!([Api::Legacy, Api::V3].map(Api::as_str), ["legacy", "v3"]);
    }

    #[test]
    fn no_code_is_known_to_mean_bad_credentials() {
        assert_eq!(account("k").classify_code(&Code::Number(7)), ErrorClass::Refused);
    }

    #[test]
    fn who_cannot_reach_it_is_told_that_it_may_be_gone() {
        let told = account("k").when_unreachable().unwrap();
        assert!(
            told.contains("may have switched it off") && told.contains("ForbidLiveStream"),
            "{told}"
        );
    }

    #[test]
    fn keys_of_the_profile_are_checked_before_they_are_used() {
        assert_eq!(["1251234567", "0"].map(check_app_id), [Ok(()), Ok(())]);
        assert!(
            ["", "12a", "-1", "１２", " 1"].into_iter().all(|text| check_app_id(text).is_err())
        );
        assert_eq!(["legacy", "v3"].map(check_api), [Ok(()), Ok(())]);
        assert!(["", "V3", "openapi"].into_iter().all(|text| check_api(text).is_err()));
        assert_eq!(check_domain("push.example.com"), Ok(()));
        assert!(["", "http://a.com", "a,b"].into_iter().all(|text| check_domain(text).is_err()));
        assert_eq!(
            ["channel_manager", "Live_Channel_SetStatus"].map(check_interface),
            [Ok(()), Ok(())]
        );
        assert!(
            ["", "Channel_Manager", "live"].into_iter().all(|text| check_interface(text).is_err())
        );
        assert_eq!(["1", "60", "86400"].map(check_ttl), [Ok(()), Ok(()), Ok(())]);
        assert!(
            ["", "0", "-1", "86401", "1.5", "1m"].into_iter().all(|text| check_ttl(text).is_err())
        );
    }
}
