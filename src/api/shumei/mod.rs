//! Shumei's (`DeepCleer`'s) moderation of streams.
//!
//! The manual: <https://docs.deepcleer.com/docs/close-stream-api-1>, audio: <https://docs.deepcleer.com/docs/close-stream-api>.

pub mod close;
pub mod sandbox;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use super::{
    ErrorClass, Name, ResponseFormat, ShellSignature, Signature, Vendor, check_endpoint,
    check_text, flat, setting, with_body,
};
use crate::api::request::{Request, SignedRequest, SigningContext};
use crate::config::{Account, Key, Section, ValueKind};
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::outcome::Code;
use crate::secret::Secret;

/// What `[profiles.NAME.shumei]` may hold.
pub static SECTION: Section = Section {
    name: "shumei",
    keys: &[
        Key {
            required: true,
            env: true,
            check: check_access_key,
            ..Key::new("access_key", ValueKind::Secret)
        },
        Key { env: true, check: check_cluster, ..Key::new("cluster", ValueKind::Text) },
        Key { env: true, check: check_endpoint, ..Key::new("endpoint", ValueKind::Text) },
    ],
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "code",
    mark: "single whole number `code`",
    is_restful: false,
    read: |reply| flat(reply, &["code"], &["message"], 1100),
};

/// A place where Shumei runs; the stream's own must be named, since there is no default that is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cluster {
    /// Shanghai.
    Sh,
    /// Singapore, which hosts call `xjp`.
    Sg,
    /// Silicon Valley, on older pages only.
    Gg,
    /// India, on older pages only.
    Yd,
}

impl Cluster {
    const ALL: [Self; 4] = [Self::Sh, Self::Sg, Self::Gg, Self::Yd];

    fn host(self, media: Media) -> String {
        let media = match media {
            Media::Video => "videostream",
            Media::Audio => "audiostream",
        };
        let place = match self {
            Self::Sh => "sh",
            Self::Sg => "xjp",
            Self::Gg => "gg",
            Self::Yd => "yd",
        };
        format!("https://api-{media}-{place}.fengkongcloud.com")
    }

    /// Where this cluster serves this kind of stream.
    pub(super) fn endpoint(self, media: Media) -> &'static Endpoint {
        static ENDPOINTS: LazyLock<[[Endpoint; 4]; 2]> = LazyLock::new(|| {
            let parsed = |cluster: Cluster, media| {
                cluster.host(media).parse().expect("constants that the tests parse")
            };
            Media::ALL.map(|media| Cluster::ALL.map(|cluster| parsed(cluster, media)))
        });
        &ENDPOINTS[media as usize][self as usize]
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sh => "sh",
            Self::Sg => "sg",
            Self::Gg => "gg",
            Self::Yd => "yd",
        })
    }
}

impl FromStr for Cluster {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sh" => Ok(Self::Sh),
            "sg" | "xjp" => Ok(Self::Sg),
            "gg" => Ok(Self::Gg),
            "yd" => Ok(Self::Yd),
            "bj" => Err(
                "Shumei withdrew its Beijing cluster bj on 2022-08-30; the clusters are sh, sg (xjp), gg and yd",
            ),
            _ => Err("the clusters are sh, sg (xjp), gg and yd"),
        }
    }
}

/// What kind of stream is moderated; each has an API of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Media {
    /// `finish_videostream/v4`.
    #[default]
    Video,
    /// `finish_audiostream/v4`.
    Audio,
}

impl Media {
    const ALL: [Self; 2] = [Self::Video, Self::Audio];

    fn path(self) -> &'static str {
        match self {
            Self::Video => "/finish_videostream/v4",
            Self::Audio => "/finish_audiostream/v4",
        }
    }

    /// The kind that a request is about.
    fn of(request: &Request) -> Self {
        if request.path == Self::Audio.path() { Self::Audio } else { Self::Video }
    }
}

/// What a profile says of where Shumei is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileCluster {
    /// An endpoint of its own, which leaves nothing to choose.
    Endpoint,
    /// The profile's cluster, if it names one.
    Cluster(Option<Cluster>),
}

impl ProfileCluster {
    /// The place that the profile's keys name.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        match account.text("endpoint") {
            Some(_) => Self::Endpoint,
            None => Self::Cluster(account.text("cluster").and_then(|name| name.parse().ok())),
        }
    }
}

/// The host for video of the cluster of this name.
pub(super) fn host(cluster: &str) -> Option<String> {
    cluster.parse().ok().map(|cluster: Cluster| cluster.host(Media::Video))
}

/// An account at Shumei.
pub struct Shumei {
    access_key: Secret,
    own: Option<Endpoint>,
}

impl Shumei {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        let own = account.text("endpoint").map(|_| setting(account, "endpoint")).transpose()?;
        Ok(Self::new(account.secret("access_key")?, own))
    }

    pub(crate) fn new(access_key: Secret, own: Option<Endpoint>) -> Self {
        Self { access_key, own }
    }
}

impl Vendor for Shumei {
    fn name(&self) -> Name {
        Name::Shumei
    }

    fn endpoint(&self, request: &Request) -> &Endpoint {
        let chosen = || {
            request
                .endpoint
                .expect("an operation without an endpoint has a cluster, or its plan is refused")
        };
        self.own.as_ref().unwrap_or_else(chosen)
    }

    fn uses_default_endpoint(&self) -> bool {
        self.own.is_none()
    }

    /// The key itself vouches; there is no signature.
    fn sign(&self, _draft: &Request, _stamp: SigningContext) -> Signature {
        Signature(vec![("accessKey", self.access_key.expose().to_owned())])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let body = with_body(&[("accessKey", signature.get("accessKey"))], request);
        SignedRequest {
            method: request.method,
            url: self.endpoint(request).join(&request.path),
            headers: Vec::new(),
            body: Some(body),
        }
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        &["accessKey"]
    }

    fn secret(&self) -> &Secret {
        &self.access_key
    }

    fn shell(&self, _draft: &Request) -> ShellSignature {
        ShellSignature {
            setup: String::new(),
            fields: vec![("accessKey", "LIVECTL_SHUMEI_ACCESS_KEY")],
        }
    }

    fn format(&self) -> &'static ResponseFormat {
        &FORMAT
    }

    fn classify_code(&self, code: &Code) -> ErrorClass {
        match code {
            Code::Number(9101) => ErrorClass::Credentials,
            Code::Number(1901) => ErrorClass::Throttled,
            Code::Number(1101 | 1903) => ErrorClass::Unclear,
            Code::Number(_) | Code::Word(_) => ErrorClass::Refused,
        }
    }

    fn explain(&self, request: &Request, code: &Code) -> Option<String> {
        let Code::Number(code) = code else { return None };
        let meaning = match code {
            1902 => "the parameters are invalid; check the request id and the cluster",
            1904 if Media::of(request) == Media::Audio => "pulling the audio stream failed",
            1904 => "the number of concurrent streams is exceeded",
            9100 => "the account's balance is not enough",
            9101 => {
                "the access key has no permission; check access_key, the cluster, and that the service is opened"
            }
            _ => return None,
        };
        Some(format!("Shumei says of {code}: {meaning}"))
    }
}

fn check_access_key(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.chars().count() > 20 {
        Err("an access key has at most 20 characters".into())
    } else {
        Ok(())
    }
}

fn check_cluster(text: &str) -> Result<(), String> {
    text.parse::<Cluster>().map(drop).map_err(str::to_owned)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn account(access_key: &str) -> Shumei {
        Shumei::new(Secret::new(access_key.into()), None)
    }

    #[test]
    fn each_cluster_has_its_own_host_over_https() {
        for (index, cluster) in Cluster::ALL.into_iter().enumerate() {
            assert_eq!(cluster as usize, index);
            for media in Media::ALL {
                assert_eq!(cluster.endpoint(media).to_string(), cluster.host(media));
            }
            assert_eq!(cluster.to_string().parse(), Ok(cluster));
        }
        assert_eq!(Cluster::Sg.host(Media::Video), "https://api-videostream-xjp.fengkongcloud.com");
        assert_eq!(Cluster::Sh.host(Media::Audio), "https://api-audiostream-sh.fengkongcloud.com");
        assert_eq!("xjp".parse(), Ok(Cluster::Sg));
        assert!("bj".parse::<Cluster>().unwrap_err().contains("2022-08-30"));
        assert!("".parse::<Cluster>().is_err());
    }

    #[test]
    fn a_cluster_of_the_profile_is_one_that_there_is() {
        assert_eq!(["sh", "sg", "xjp", "gg", "yd"].map(check_cluster), [(); 5].map(Ok));
        assert!(check_cluster("bj").unwrap_err().contains("withdrew"));
        assert!(["", "SH", "hk"].into_iter().all(|text| check_cluster(text).is_err()));
    }

    #[test]
    fn codes_are_told_apart() {
        let shumei = account("k");
        for (code, ruling) in [
            (9101, ErrorClass::Credentials),
            (1901, ErrorClass::Throttled),
            (1101, ErrorClass::Unclear),
            (1903, ErrorClass::Unclear),
            (1902, ErrorClass::Refused),
            (1904, ErrorClass::Refused),
            (9100, ErrorClass::Refused),
            (0, ErrorClass::Refused),
        ] {
            assert_eq!(shumei.classify_code(&Code::Number(code)), ruling, "{code}");
        }
    }

    #[test]
    fn a_request_goes_to_the_streams_cluster_unless_the_profile_names_an_endpoint() {
        let request = Request {
            endpoint: Some(Cluster::Sg.endpoint(Media::Video)),
            ..Request::post("/path", [("requestId", "r".into())])
        };
        let signature = Signature(vec![("accessKey", "k".into())]);
        let (home, own) = (
            account("k"),
            Shumei::new(Secret::new("k".into()), "http://127.0.0.1:1/x".parse().ok()),
        );
        for (shumei, uses_default_endpoint, url) in [
            (home, true, "https://api-videostream-xjp.fengkongcloud.com/path"),
            (own, false, "http://127.0.0.1:1/x/path"),
        ] {
            let signed = shumei.authorize(&request, &signature);
            assert_eq!(
                (shumei.uses_default_endpoint(), signed.url.as_str()),
                (uses_default_endpoint, url)
            );
            assert_eq!(signed.body.as_deref(), Some(&br#"{"accessKey":"k","requestId":"r"}"#[..]));
        }
    }

    #[test]
    fn a_code_is_explained_where_shumeis_pages_do() {
        let (shumei, request) = (account("k"), Request::post("/", []));
        let explain = |code| shumei.explain(&request, &Code::Number(code));
        for (code, meaning) in [
            (1902, "the parameters are invalid; check the request id and the cluster"),
            (1904, "the number of concurrent streams is exceeded"),
            (9100, "the account's balance is not enough"),
            (
                9101,
                "the access key has no permission; check access_key, the cluster, and that the service is opened",
            ),
        ] {
            assert_eq!(explain(code), Some(format!("Shumei says of {code}: {meaning}")));
        }
        assert_eq!([0, 1100, 1901, 1903].map(explain), [None, None, None, None]);
        let audio = Request::post(Media::Audio.path(), []);
        let told = shumei.explain(&audio, &Code::Number(1904)).unwrap();
        assert_eq!(told, "Shumei says of 1904: pulling the audio stream failed");
        assert_eq!(shumei.explain(&request, &Code::Word("1902".into())), None);
    }

    #[test]
    fn an_access_key_has_at_most_20_characters() {
        assert_eq!(check_access_key(&"键".repeat(20)), Ok(()));
        assert!(check_access_key(&"k".repeat(21)).is_err());
        assert!(check_access_key("").is_err());
    }
}
