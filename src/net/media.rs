//! GET requests for what viewers play: the response's head at once, its body piece by piece.
//!
//! Owns which redirects are followed. What a body means for viewers is read in [`crate::viewer`].

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CACHE_CONTROL, LOCATION};
use url::Url;

use super::client::{HttpClient, send_error};
use super::connect_limit::{connect_limit, within};
use super::send_error::{Delivery, Route};

/// The most redirects of one request.
const MOST_REDIRECTS: usize = 3;

/// The head of a response, and its body as it comes.
pub struct MediaResponse {
    /// The HTTP status.
    pub status: u16,
    /// Where the response came from, after redirects.
    pub url: Url,
    response: reqwest::Response,
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaError {
    /// No connection.
    Unreachable,
    /// A connection, and no head of a response in time.
    Silent,
    /// A redirect to another host, to plain HTTP, or one too many.
    Redirected,
}

/// The body broke off before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyBroken;

impl MediaResponse {
    /// The next piece of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BodyBroken> {
        // The library's error repeats the URL, which may hold a signature.
        self.response.chunk().await.map_err(|_| BodyBroken)
    }
}

impl HttpClient {
    /// Asks for a URL, past caches, and returns when the head of the response is there.
    pub async fn open(&self, url: &Url, timeout: Duration) -> Result<MediaResponse, MediaError> {
        let follow = async {
            let mut url = url.clone();
            for _ in 0..=MOST_REDIRECTS {
                let response = self.get(&url, timeout).await?;
                let status = response.status();
                let location = response.headers().get(LOCATION).filter(|_| status.is_redirection());
                let Some(location) = location else {
                    return Ok(MediaResponse { status: status.as_u16(), url, response });
                };
                let next = location.to_str().ok().and_then(|location| url.join(location).ok());
                url = next.filter(|next| is_followed(&url, next)).ok_or(MediaError::Redirected)?;
            }
            Err(MediaError::Redirected)
        };
        tokio::time::timeout(timeout, follow).await.unwrap_or(Err(MediaError::Silent))
    }

    async fn get(&self, url: &Url, timeout: Duration) -> Result<reqwest::Response, MediaError> {
        // The route is that of the host: with a user name in front of it, loopback is not recognized.
        let place = without_login(url);
        let (client, proxy) = self.client_for(&place);
        let connect = self.connect.min(connect_limit(timeout));
        let call = client.get(url.clone()).header(CACHE_CONTROL, "no-cache").send();
        within(connect, call).await.map_err(|error| {
            let route = Route::new(&place, proxy, self.trust);
            match send_error(&error, &route, connect).sent {
                Delivery::NotSent => MediaError::Unreachable,
                Delivery::Unknown => MediaError::Silent,
            }
        })
    }
}

fn without_login(url: &Url) -> Url {
    let mut bare = url.clone();
    // Neither fails for a URL with a host.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare
}

/// Whether a redirect stays with the host, and does not show the URL to whoever reads on the way.
fn is_followed(from: &Url, to: &Url) -> bool {
    let is_downgrade = from.scheme() == "https" && to.scheme() == "http";
    matches!(to.scheme(), "http" | "https") && !is_downgrade && from.host() == to.host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_with_the_host() {
        for (from, to, is_right) in [
            ("http://play.example.com/a", "http://play.example.com/b", true),
            ("http://play.example.com/a", "https://PLAY.example.com:8443/b", true),
            ("https://play.example.com/a", "http://play.example.com/b", false),
            ("http://play.example.com/a", "http://login.example.com/a", false),
            ("http://play.example.com/a", "ftp://play.example.com/a", false),
            ("http://127.0.0.1:1/a", "http://127.0.0.2:1/a", false),
        ] {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            assert_eq!(is_followed(&from, &to), is_right, "{from} {to}");
        }
    }
}
