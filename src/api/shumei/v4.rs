//! Shumei's API of version 4: its access key, its responses and its codes.
//!
//! Owns no operation and no host: those are in `close` and `cluster`.
//!
//! The manual: <https://docs.deepcleer.com/docs/close-stream-api-1>, audio: <https://docs.deepcleer.com/docs/close-stream-api>.

use std::rc::Rc;

use crate::api::request::Request;
use crate::api::response::{ErrorClass, ResponseFormat, flat};
use crate::api::setting::setting;
use crate::api::shumei::cluster::Media;
use crate::api::shumei::profile::NAME;
use crate::api::signature::{ShellSignature, Signature, SigningContext, with_body};
use crate::api::spec::{Api, ApiVersion};
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;

/// Shumei's only API.
// No page states a limit of requests.
pub static API_VERSION: ApiVersion = ApiVersion {
    class,
    hint,
    ..ApiVersion::new(NAME, "v4", &FORMAT, |account| Ok(Rc::new(Shumei::open(account)?)))
};

// No echo is checked: the `requestId` of a response is the id of the call, not of the stream.
static FORMAT: ResponseFormat = ResponseFormat {
    field: "code",
    mark: "single whole number `code`",
    is_restful: false,
    acts_with_no_content: false,
    read: |reply| flat(reply, &["code"], &["message"], 1100),
};

/// An account at Shumei.
// There are versions 2 and 5 as well; no page documents that one closes a stream of another.
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

impl Api for Shumei {
    fn version(&self) -> &'static ApiVersion {
        &API_VERSION
    }

    fn own_endpoint(&self) -> Option<&Endpoint> {
        self.own.as_ref()
    }

    fn sign(&self, _request: &Request, _context: SigningContext) -> Signature {
        // The body carries the key itself; there is no signature.
        Signature(vec![("accessKey", self.access_key.expose().to_owned())])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let body = with_body(&[("accessKey", signature.get("accessKey"))], request);
        request.signed(self.endpoint(request).join(&request.path), Vec::new(), Some(body))
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        &["accessKey"]
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.access_key]
    }

    fn shell(&self, _request: &Request) -> ShellSignature {
        ShellSignature {
            setup: String::new(),
            fields: vec![("accessKey", "LIVECTL_SHUMEI_ACCESS_KEY")],
        }
    }
}

/// The class of a code.
fn class(code: &Code) -> ErrorClass {
    match code {
        // Given for a service that is not opened as well as for a wrong key: for every target alike.
        Code::Number(9101) => ErrorClass::Credentials,
        Code::Number(1901) => ErrorClass::Throttled,
        // Still processing, and a failure of the service: the moderation may have ended.
        Code::Number(1101 | 1903) => ErrorClass::Unclear,
        Code::Number(_) | Code::Word(_) => ErrorClass::Refused,
    }
}

/// The meaning of a code by the manual.
fn hint(request: &Request, code: &Code) -> Option<String> {
    let Code::Number(code) = code else { return None };
    let meaning = match code {
        1902 => "the parameters are invalid; check the request id and the cluster",
        // The pages for video and for audio give this code different meanings.
        1904 if Media::of(request) == Media::Audio => "pulling the audio stream failed",
        1904 => "the number of concurrent streams is exceeded",
        9100 => "the account's balance is not enough",
        9101 => {
            "the access key has no permission; check access_key, the cluster, and that the service is opened"
        }
        _ => return None,
    };
    Some(format!("Shumei's manual on {code}: {meaning}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::shumei::cluster::Cluster;

    pub(crate) fn account(access_key: &str) -> Shumei {
        Shumei::new(Secret::new(access_key.into()), None)
    }

    #[test]
    fn codes_have_classes() {
        let shumei = account("k");
        for (code, class) in [
            (9101, ErrorClass::Credentials),
            (1901, ErrorClass::Throttled),
            (1101, ErrorClass::Unclear),
            (1903, ErrorClass::Unclear),
            (1902, ErrorClass::Refused),
            (1904, ErrorClass::Refused),
            (9100, ErrorClass::Refused),
            (0, ErrorClass::Refused),
        ] {
            assert_eq!(shumei.classify_code(&Code::Number(code)), class, "{code}");
        }
    }

    #[test]
    fn request_uses_the_cluster_or_the_endpoint() {
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
    fn documented_codes_are_explained() {
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
            assert_eq!(explain(code), Some(format!("Shumei's manual on {code}: {meaning}")));
        }
        assert_eq!([0, 1100, 1901, 1903].map(explain), [None, None, None, None]);
        let audio = Request::post(Media::Audio.path(), []);
        let told = shumei.explain(&audio, &Code::Number(1904)).unwrap();
        assert_eq!(told, "Shumei's manual on 1904: pulling the audio stream failed");
        assert_eq!(shumei.explain(&request, &Code::Word("1902".into())), None);
    }
}
