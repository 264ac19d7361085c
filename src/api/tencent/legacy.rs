//! Tencent Cloud's live API of 2017, which Tencent calls obsolete: its signature, its responses and its codes.
//!
//! Owns no operation: those are in files of their names.
//!
//! The manual: <https://cloud.tencent.com/document/product/454/7920> and <https://cloud.tencent.com/document/product/267/9500>.

use std::rc::Rc;

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::api::request::{Request, ResponseReader};
use crate::api::response::{CredentialsDoubt, Observation, ResponseFormat, flat, integer, state};
use crate::api::setting::setting;
use crate::api::signature::{ShellSignature, Signature, SigningContext, with_query};
use crate::api::signing::md5_hex;
use crate::api::spec::{AccountIdentity, Api, ApiVersion, SignedLook};
use crate::api::tencent::profile::{LEGACY, LEGACY_ENDPOINT, NAME};
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::time::Timestamp;

/// The API of 2017.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: LEGACY,
    identity: AccountIdentity::Account("app_id"),
    // No page states a limit.
    rate: 20,
    signed_look: Some(SignedLook { action: "status", target: "livectl-doctor", settings: &[] }),
    endpoint: LEGACY_ENDPOINT,
    // Tencent documents no code for bad credentials, so each is a refusal and none stops the other targets.
    hint: |_, code| {
        let hint = "Tencent returns this for a channel that never pushed; check the channel id";
        (*code == Code::Number(NEVER_PUSHED)).then(|| hint.to_owned())
    },
    ..ApiVersion::new(NAME, LEGACY, &FORMAT, |account| Ok(Rc::new(TencentLegacy::open(account)?)))
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "ret",
    mark: "single whole number `ret`",
    is_restful: false,
    acts_with_no_content: false,
    // One version of the manual has `ret` and `message`, the later adds `retcode` and `errmsg`.
    // Where both are there, they have to agree.
    read: |reply| flat(reply, &["ret", "retcode"], &["message", "errmsg"], 0),
};

/// An account at Tencent Cloud.
pub struct TencentLegacy {
    app_id: String,
    api_key: Secret,
    endpoint: Endpoint,
    interface: String,
    /// Seconds from signing to the `t` of the request.
    sign_ttl: i64,
}

impl TencentLegacy {
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

impl Api for TencentLegacy {
    fn version(&self) -> &'static ApiVersion {
        &API_VERSION
    }

    fn own_endpoint(&self) -> Option<&Endpoint> {
        Some(&self.endpoint)
    }

    /// `sign = MD5(key+t)`, `t` the Unix second at which the request expires.
    fn sign(&self, _request: &Request, context: SigningContext) -> Signature {
        // In the future: with the present second as `t`, the request would be expired when it arrives.
        let t = (context.at + TimeDelta::seconds(self.sign_ttl)).timestamp().to_string();
        let sign = md5_hex(&[self.api_key.expose(), &t]);
        Signature(vec![("t", t), ("sign", sign)])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let common = [
            ("appid", self.app_id.as_str()),
            // `channel_manager` is what the maintained Chinese page and working clients send for
            // `forbid`. The English page prints Live_Channel_SetStatus; the profile can choose that.
            ("interface", request.name.unwrap_or(&self.interface)),
            ("t", signature.get("t")),
            ("sign", signature.get("sign")),
        ];
        let own = request.query.iter().map(|(name, value)| (*name, value.as_str()));
        let url = with_query(self.endpoint.join(&request.path), common.into_iter().chain(own));
        request.signed(url, Vec::new(), None)
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        // `sign` covers neither interface nor parameters: until `t` it is good for every call of the account.
        &["sign"]
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.api_key]
    }

    fn shell(&self, _request: &Request) -> ShellSignature {
        ShellSignature {
            setup: format!(
                r#"t=$(($(date +%s)+{})); sign=$(printf %s%s "$LIVECTL_TENCENT_API_KEY" "$t" | md5sum | cut -c1-32);"#,
                self.sign_ttl
            ),
            fields: vec![("t", "t"), ("sign", "sign")],
        }
    }

    /// The hint at every refusal but the one whose code is documented.
    fn credentials_doubt(&self, code: &Code) -> Option<CredentialsDoubt> {
        // A wrong key and an old `t` are refused like anything else: no code of theirs is documented.
        (*code != Code::Number(NEVER_PUSHED)).then_some(CredentialsDoubt {
            hint: "this may also be a wrong key: check api_key (the key for API calls, not the one for push URLs) and app_id",
            clock_tolerance: TimeDelta::seconds(self.sign_ttl),
        })
    }

    fn when_unreachable(&self) -> Option<&'static str> {
        Some(
            "Tencent calls this API obsolete and may have switched it off; ForbidLiveStream and ResumeLiveStream of its API 3.0 replace it: `api = \"v3\"` in the profile's [tencent]",
        )
    }
}

/// The `ret` of a channel that never pushed.
const NEVER_PUSHED: i64 = 20601;

/// The request for a channel's state.
pub(super) fn state_of(channel: &str) -> Request {
    let question = ResponseReader {
        answers: &[(NEVER_PUSHED, state::NEVER_PUSHED)],
        ..ResponseReader::new(channel_state)
    };
    let query = vec![("Param.s.channel_id", channel.to_owned())];
    Request {
        name: Some("Live_Channel_GetStatus"),
        question: Some(question),
        ..Request::get("/common_access", query)
    }
}

/// The state of a channel; `output` has an item for each bit rate.
fn channel_state(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let output = reply.get("output")?;
    // Some clients read a list, others a single object.
    let items = output.as_array().map_or(std::slice::from_ref(output), Vec::as_slice);
    let statuses: Vec<_> =
        items.iter().map(|item| integer(item.get("status")?)).collect::<Option<_>>()?;
    // The strongest of them: one bit rate that is live makes the channel live, one that is
    // forbidden makes it forbidden.
    let state = match statuses.iter().max()? {
        3 => state::FORBIDDEN,
        1 => state::LIVE,
        0 => state::IDLE,
        _ => return None,
    };
    Some(Observation::state(state))
}

/// The query of an action on a channel; `abstime_end` is a Unix second.
pub(super) fn request(channel: &str, action: &'static str, abstime_end: Timestamp) -> Request {
    let query = vec![
        ("Param.s.channel_id", channel.to_owned()),
        ("Param.s.action", action.to_owned()),
        ("Param.n.abstime_end", abstime_end.timestamp().to_string()),
    ];
    Request::get("/common_access", query)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::response::ErrorClass;

    pub(crate) fn account(api_key: &str) -> TencentLegacy {
        TencentLegacy {
            app_id: "1234".into(),
            api_key: Secret::new(api_key.into()),
            endpoint: LEGACY_ENDPOINT.parse().unwrap(),
            interface: "channel_manager".into(),
            sign_ttl: 60,
        }
    }

    #[test]
    fn signatures_match_the_vendors_pages() {
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
    fn request_is_the_one_of_the_chinese_page() {
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
    fn default_endpoint_unless_the_profile_names_one() {
        let tencent = account("k");
        assert!(tencent.uses_default_endpoint());
        assert!(
            !TencentLegacy { endpoint: "http://proxy.example.com".parse().unwrap(), ..tencent }
                .uses_default_endpoint()
        );
    }

    #[test]
    fn only_documented_code_is_explained() {
        let (tencent, request) = (account("k"), Request::get("/", vec![]));
        let explain = |code| tencent.explain(&request, &Code::Number(code));
        let explained = explain(20601).unwrap();
        assert_eq!(
            explained,
            "Tencent returns this for a channel that never pushed; check the channel id"
        );
        assert_eq!([0, 20600, 20602].map(explain), [None, None, None]);
    }

    #[test]
    fn no_code_is_known_to_mean_bad_credentials() {
        assert_eq!(account("k").classify_code(&Code::Number(7)), ErrorClass::Refused);
    }

    #[test]
    fn unreachable_api_hint_names_it_obsolete() {
        let told = account("k").when_unreachable().unwrap();
        assert!(
            told.contains("may have switched it off") && told.contains("ForbidLiveStream"),
            "{told}"
        );
    }
}
