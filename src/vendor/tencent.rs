//! Tencent Cloud's live API of 2017, which Tencent calls obsolete; API 3.0 replaces it.
//!
//! The manual: <https://cloud.tencent.com/document/product/454/7920> and <https://cloud.tencent.com/document/product/267/9500>.

pub mod forbid;
pub mod resume;

use chrono::TimeDelta;

use super::{Envelope, Name, Proof, Ruling, Shell, Vendor, check_endpoint, check_text, setting, with_query};
use crate::config::{Account, Form, Key, Section};
use crate::digest::md5_hex;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::request::{Draft, Signed, Stamp, Timestamp};
use crate::secret::Secret;

/// What `[profiles.NAME.tencent]` may hold.
pub static SECTION: Section = Section {
    name: "tencent",
    keys: &[
        Key {
            name: "app_id",
            form: Form::TextOrInteger,
            default: None,
            required: true,
            env: true,
            check: check_app_id,
        },
        Key { name: "api_key", form: Form::Secret, default: None, required: true, env: true, check: |_| Ok(()) },
        Key {
            name: "endpoint",
            form: Form::Text,
            default: Some(HOME),
            required: false,
            env: true,
            check: check_endpoint,
        },
        Key {
            name: "interface",
            form: Form::Text,
            default: Some("channel_manager"),
            required: false,
            env: false,
            check: check_interface,
        },
        Key {
            name: "sign_ttl",
            form: Form::Integer,
            default: Some("60"),
            required: false,
            env: false,
            check: check_ttl,
        },
    ],
};

const HOME: &str = "http://fcgi.video.qcloud.com";

static ENVELOPE: Envelope = Envelope { verdict: &["ret", "retcode"], message: &["message", "errmsg"], success: 0 };

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

    fn endpoint(&self, _draft: &Draft) -> &Endpoint {
        &self.endpoint
    }

    fn is_at_home(&self) -> bool {
        self.endpoint.to_string() == HOME
    }

    /// `sign = MD5(key+t)`, `t` the Unix second at which the request expires.
    fn prove(&self, stamp: Stamp) -> Proof {
        let t = (stamp.at + TimeDelta::seconds(self.sign_ttl)).timestamp().to_string();
        let sign = md5_hex(&[self.api_key.expose(), &t]);
        Proof(vec![("t", t), ("sign", sign)])
    }

    fn dress(&self, draft: &Draft, proof: &Proof) -> Signed {
        let common = [
            ("appid", self.app_id.as_str()),
            ("interface", &self.interface),
            ("t", proof.get("t")),
            ("sign", proof.get("sign")),
        ];
        let own = draft.query.iter().map(|(name, value)| (*name, value.as_str()));
        let url = with_query(self.endpoint.join(draft.path), common.into_iter().chain(own));
        Signed { method: draft.method, url, body: None }
    }

    fn veil(&self) -> &'static [&'static str] {
        &["sign"]
    }

    fn secret(&self) -> &Secret {
        &self.api_key
    }

    fn shell(&self) -> Shell {
        Shell {
            setup: format!(
                r#"t=$(($(date +%s)+{})); sign=$(printf %s%s "$LIVECTL_TENCENT_API_KEY" "$t" | md5sum | cut -c1-32);"#,
                self.sign_ttl
            ),
            fields: vec![("t", "t"), ("sign", "sign")],
        }
    }

    fn envelope(&self) -> &'static Envelope {
        &ENVELOPE
    }

    /// Tencent documents no code for bad credentials.
    fn rule(&self, _code: i64) -> Ruling {
        Ruling::Refused
    }

    fn when_unreachable(&self) -> Option<&'static str> {
        Some(
            "Tencent calls this API obsolete and may have switched it off; ForbidLiveStream and ResumeLiveStream of its API 3.0 replace it",
        )
    }

    fn explain(&self, code: i64) -> Option<String> {
        match code {
            20601 => Some("Tencent says this of a channel that never pushed; check the channel id".into()),
            _ => None,
        }
    }
}

/// The query of an action on a channel; `abstime_end` is a Unix second.
fn draft(channel: &str, action: &'static str, abstime_end: Timestamp) -> Draft {
    let query = vec![
        ("Param.s.channel_id", channel.to_owned()),
        ("Param.s.action", action.to_owned()),
        ("Param.n.abstime_end", abstime_end.timestamp().to_string()),
    ];
    Draft::get("/common_access", query)
}

fn check_app_id(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.bytes().all(|b| b.is_ascii_digit()) { Ok(()) } else { Err("an app id is a number".into()) }
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
            endpoint: HOME.parse().unwrap(),
            interface: "channel_manager".into(),
            sign_ttl: 60,
        }
    }

    #[test]
    fn signatures_are_those_of_the_vendors_pages() {
        let tencent = account("5d41402abc4b2a76b9719d911017c592");
        for (t, sign) in
            [(1_471_850_187, "b17971b51ba0fe5916ddcd96692e9fb3"), (1_626_839_220, "5ee8ca6c28cbe415b40352969cdf8249")]
        {
            let at = Timestamp::from_timestamp(t - 60, 999_000_000).unwrap();
            let proof = tencent.prove(Stamp { at });
            assert_eq!((proof.get("t"), proof.get("sign")), (t.to_string().as_str(), sign));
        }
    }

    #[test]
    fn the_request_is_the_one_of_the_chinese_page() {
        let draft = draft("8888_测试", "forbid", Timestamp::from_timestamp(1_499_756_910, 0).unwrap());
        let proof = Proof(vec![("t", "1471850187".into()), ("sign", "b1".into())]);
        assert_eq!(
            account("k").dress(&draft, &proof).url.as_str(),
            "http://fcgi.video.qcloud.com/common_access?appid=1234&interface=channel_manager&t=1471850187&sign=b1\
             &Param.s.channel_id=8888_%E6%B5%8B%E8%AF%95&Param.s.action=forbid&Param.n.abstime_end=1499756910"
        );
    }
}
