//! [`HlsProbe`]: fetches a playlist, through a master playlist where there is one.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::flv::SIGNATURE;
use super::hints;
use super::hls::{HlsLook, HlsView};
use super::playlist::{self, Playlist};
use super::status::{StatusClass, of_error, of_hls};
use crate::net::client::HttpClient;
use crate::net::media::MediaResponse;

/// The longest that one look may take.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// How much one look reads, in bytes.
pub(super) const LOOK_LIMIT: usize = 256 << 10;

/// What was found at a URL that is taken for a playlist.
enum Found {
    /// What it proves.
    Look(HlsLook),
    /// A master playlist, and the URL of its first variant.
    Master(Url),
    /// An FLV stream.
    Flv,
}

/// Looks at a playlist.
pub(super) struct HlsProbe {
    /// What has been seen.
    pub(super) view: HlsView,
    /// The list that a master playlist names first.
    variant: Option<Url>,
}

impl HlsProbe {
    pub(super) fn new(now: Instant) -> Self {
        Self { view: HlsView::new(now), variant: None }
    }

    /// Begins with another URL of the same stream.
    pub(super) fn forget_variant(&mut self) {
        self.variant = None;
    }

    /// Looks once; returns whether it is a playlist, and no FLV stream.
    pub(super) async fn look(&mut self, client: &HttpClient, url: &Url) -> bool {
        let start = Instant::now();
        let fetch = self.fetch(client, url);
        let look = match tokio::time::timeout(LOOK_TIME, fetch).await {
            Ok(Some(look)) => look,
            Ok(None) => return false,
            Err(_) => HlsLook::Failed(hints::UNREACHABLE),
        };
        if !matches!(look, HlsLook::List(_)) {
            // Back on air, it may have other variants.
            self.variant = None;
        }
        self.view.observe(start, look);
        true
    }

    /// What the playlist shows; `None` for an FLV stream.
    async fn fetch(&mut self, client: &HttpClient, url: &Url) -> Option<HlsLook> {
        let mut room = LOOK_LIMIT;
        let is_signed = url.query().is_some();
        if self.variant.is_none() {
            match found(client, url, is_signed, &mut room).await {
                Found::Look(look) => return Some(look),
                Found::Master(variant) => self.variant = Some(variant),
                Found::Flv => return None,
            }
        }
        let variant = self.variant.as_ref()?;
        match found(client, variant, is_signed || variant.query().is_some(), &mut room).await {
            Found::Look(look) => Some(look),
            // A variant is a list of segments.
            Found::Master(_) | Found::Flv => Some(HlsLook::Failed(hints::PAGE)),
        }
    }
}

async fn found(client: &HttpClient, url: &Url, is_signed: bool, room: &mut usize) -> Found {
    let mut response = match client.open(url, LOOK_TIME).await {
        Ok(response) => response,
        Err(error) => return Found::Look(without_body(of_error(error))),
    };
    let is_signed = is_signed || response.url.query().is_some();
    let class = of_hls(response.status, is_signed);
    if class != StatusClass::Body {
        return Found::Look(without_body(class));
    }
    let body = match body(&mut response, room).await {
        Ok(body) if body.starts_with(SIGNATURE) => return Found::Flv,
        Ok(body) => body,
        Err(hint) => return Found::Look(HlsLook::Failed(hint)),
    };
    match playlist::parse(&body) {
        None => Found::Look(HlsLook::Failed(hints::PAGE)),
        Some(Playlist::Media(list)) => Found::Look(HlsLook::List(list)),
        Some(Playlist::Master(reference)) => match response.url.join(&reference) {
            Ok(variant) if matches!(variant.scheme(), "http" | "https") => Found::Master(variant),
            Ok(_) | Err(_) => Found::Look(HlsLook::Failed(hints::PAGE)),
        },
    }
}

fn without_body(class: StatusClass) -> HlsLook {
    match class {
        StatusClass::Ended => HlsLook::Ended,
        StatusClass::Unproven(hint) => HlsLook::Unproven(hint),
        StatusClass::Failed(hint) => HlsLook::Failed(hint),
        StatusClass::Body => HlsLook::Failed(hints::PAGE),
    }
}

/// The whole body; of an FLV stream only its beginning.
async fn body(response: &mut MediaResponse, room: &mut usize) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| hints::UNREACHABLE)? {
        // What a list that is cut off says last is not its end: nothing would move.
        *room = room.checked_sub(chunk.len()).ok_or(hints::LONG_LIST)?;
        body.extend_from_slice(&chunk);
        if body.starts_with(SIGNATURE) {
            break;
        }
    }
    Ok(body)
}
