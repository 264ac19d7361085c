//! [`FlvProbe`]: holds one connection to an HTTP-FLV stream and reads it at the live edge.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::flv::{FlvEvent, FlvView};
use super::hints;
use super::hls_probe::LOOK_LIMIT;
use super::status::{NoStream, check_flv};
use crate::net::client::HttpClient;
use crate::net::media::{BodyBroken, MediaError, MediaResponse};
use crate::outcome::viewer::ViewerState;

/// How long before silence counts as the end a second connection is tried.
const CONFIRMATION: Duration = Duration::from_secs(1);

/// Looks at an FLV stream.
pub(super) struct FlvProbe {
    /// What has been seen.
    pub(super) view: FlvView,
    connection: Option<Box<MediaResponse>>,
}

impl FlvProbe {
    pub(super) fn new(now: Instant) -> Self {
        Self { view: FlvView::new(now), connection: None }
    }

    /// Whether a connection is held, which has to be read on at once.
    pub(super) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Reads until what is seen changes, or until this moment, or as much as one look may read.
    pub(super) async fn look(&mut self, client: &HttpClient, url: &Url, until: Instant) {
        let before = self.view.record.seen;
        if self.connection.is_none() {
            self.open(client, url).await;
        }
        let mut room = LOOK_LIMIT;
        while self.connection.is_some() && self.view.record.seen == before {
            let is_on = self.view.record.known == Some(ViewerState::On);
            let margin = if is_on { CONFIRMATION } else { Duration::ZERO };
            let silent_at = self.view.silent_at() - margin;
            // A stream that is not on has the time of silence to begin.
            let limit = if is_on { silent_at.min(until) } else { silent_at };
            let Some(connection) = &mut self.connection else { return };
            match timeout_at(limit, connection.chunk()).await {
                Ok(chunk) => {
                    let read = chunk.as_ref().ok().and_then(Option::as_ref).map(Bytes::len);
                    room = room.saturating_sub(read.unwrap_or_default());
                    self.add(chunk);
                }
                Err(_) if limit < silent_at => return,
                Err(_) if is_on => return self.confirm(client, url).await,
                Err(_) => self.observe(FlvEvent::Silence),
            }
            if room == 0 {
                // More than a look reads: what follows is behind the live edge, where a new connection begins.
                self.connection = None;
            }
        }
    }

    async fn open(&mut self, client: &HttpClient, url: &Url) {
        self.observe(FlvEvent::Opened);
        match client.open(url, FlvView::SILENCE).await {
            Ok(response) => match check(&response, url) {
                Ok(()) => self.connection = Some(Box::new(response)),
                Err(what) => self.observe(FlvEvent::NoStream(what)),
            },
            // A server that keeps the request until the stream begins.
            Err(MediaError::Silent) => self.observe(FlvEvent::Silence),
            Err(error) => self.observe(FlvEvent::NoStream(error.into())),
        }
    }

    /// Adds a piece of the body.
    fn add(&mut self, chunk: Result<Option<Bytes>, BodyBroken>) {
        match chunk {
            Ok(Some(bytes)) => self.observe(FlvEvent::Bytes(&bytes)),
            // A connection that breaks before its first byte was none.
            Err(BodyBroken) if self.view.is_empty() => {
                self.observe(FlvEvent::NoStream(NoStream::Failed(hints::UNREACHABLE)));
            }
            Ok(None) | Err(BodyBroken) => self.observe(FlvEvent::NoStream(NoStream::Ended)),
        }
    }

    /// Silence may be the network's: the stream has ended only where the server can still be reached.
    async fn confirm(&mut self, client: &HttpClient, url: &Url) {
        let until = self.view.silent_at();
        let Some(mut connection) = self.connection.take() else { return };
        let found = {
            let silence = pin!(silence(client, url, until));
            match select(pin!(connection.chunk()), silence).await {
                Either::Left((chunk, _)) => Ok(chunk),
                Either::Right((event, _)) => Err(event),
            }
        };
        match found {
            Ok(chunk) => {
                self.connection = Some(connection);
                self.add(chunk);
            }
            Err(event) => self.observe(event),
        }
    }

    fn observe(&mut self, event: FlvEvent<'_>) {
        if !self.view.observe(Instant::now(), event) {
            self.connection = None;
        }
    }
}

/// What the silence of a connection until this moment means, by a second connection.
async fn silence(client: &HttpClient, url: &Url, until: Instant) -> FlvEvent<'static> {
    let found = match client.open(url, CONFIRMATION).await {
        Err(MediaError::Unreachable) => Err(NoStream::Unproven(hints::UNREACHABLE)),
        // A server that takes a request and answers nothing is there.
        Err(MediaError::Silent) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(response) => check(&response, url),
    };
    if let Err(what) = found {
        return FlvEvent::NoStream(what);
    }
    sleep_until(until).await;
    FlvEvent::Silence
}

/// Checks the head of a response; what follows it is in the body.
fn check(response: &MediaResponse, url: &Url) -> Result<(), NoStream> {
    check_flv(response.status, url.query().is_some() || response.url.query().is_some())
}
