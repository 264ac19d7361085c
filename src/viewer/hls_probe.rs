//! [`HlsProbe`]: fetches a playlist, through a master playlist where there is one.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::flv::SIGNATURE;
use super::hints;
use super::hls::HlsView;
use super::playlist::{self, MediaPlaylist, Playlist};
use super::status::{NoStream, check_hls};
use crate::net::client::HttpClient;
use crate::net::media::MediaResponse;

/// The longest that one look may take.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// How much one look reads, in bytes.
pub(super) const LOOK_LIMIT: usize = 256 << 10;

/// A body that is no playlist.
const PAGE: NoStream = NoStream::Failed(hints::PAGE);

/// What was found at a URL that is taken for a playlist.
enum Found {
    /// A list of segments.
    List(MediaPlaylist),
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
    pub(super) variant: Option<Url>,
}

impl HlsProbe {
    pub(super) fn new(now: Instant) -> Self {
        Self { view: HlsView::new(now), variant: None }
    }

    /// Looks once; returns whether it is a playlist, and no FLV stream.
    pub(super) async fn look(&mut self, client: &HttpClient, url: &Url) -> bool {
        let start = Instant::now();
        let look = tokio::time::timeout(LOOK_TIME, self.fetch(client, url)).await;
        let look = look.unwrap_or(Err(NoStream::Failed(hints::UNREACHABLE)));
        let Some(look) = look.transpose() else { return false };
        if look.is_err() {
            // Back on air, it may have other variants.
            self.variant = None;
        }
        self.view.observe(start, look);
        true
    }

    /// The list of segments; `None` for an FLV stream.
    async fn fetch(
        &mut self,
        client: &HttpClient,
        url: &Url,
    ) -> Result<Option<MediaPlaylist>, NoStream> {
        let mut room = LOOK_LIMIT;
        let is_signed = url.query().is_some();
        let variant = match &self.variant {
            Some(variant) => variant,
            None => match found(client, url, is_signed, &mut room).await? {
                Found::List(list) => return Ok(Some(list)),
                Found::Master(variant) => self.variant.insert(variant),
                Found::Flv => return Ok(None),
            },
        };
        match found(client, variant, is_signed || variant.query().is_some(), &mut room).await? {
            Found::List(list) => Ok(Some(list)),
            // A variant is a list of segments.
            Found::Master(_) | Found::Flv => Err(PAGE),
        }
    }
}

async fn found(
    client: &HttpClient,
    url: &Url,
    is_signed: bool,
    room: &mut usize,
) -> Result<Found, NoStream> {
    let mut response = client.open(url, LOOK_TIME).await?;
    check_hls(response.status, is_signed || response.url.query().is_some())?;
    let body = body(&mut response, room).await.map_err(NoStream::Failed)?;
    if body.starts_with(SIGNATURE) {
        return Ok(Found::Flv);
    }
    match playlist::parse(&body).ok_or(PAGE)? {
        Playlist::Media(list) => Ok(Found::List(list)),
        Playlist::Master(reference) => match response.url.join(&reference) {
            Ok(variant) if matches!(variant.scheme(), "http" | "https") => {
                Ok(Found::Master(variant))
            }
            Ok(_) | Err(_) => Err(PAGE),
        },
    }
}

/// The whole body; of an FLV stream only its beginning.
async fn body(response: &mut MediaResponse, room: &mut usize) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| hints::UNREACHABLE)? {
        // A list that is cut off ends with the same segment each time: nothing would move.
        *room = room.checked_sub(chunk.len()).ok_or(hints::LONG_LIST)?;
        body.extend_from_slice(&chunk);
        if body.starts_with(SIGNATURE) {
            break;
        }
    }
    Ok(body)
}
