//! [`FlvProbe`]: holds one connection to an HTTP-FLV stream and reads it at the live edge.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::flv::{FlvEvent, FlvView};
use super::hints;
use super::hls_probe::LOOK_LIMIT;
use super::status::{StatusClass, of_error, of_flv};
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

/// What a second connection found while the first one is silent.
enum SecondConnection {
    /// The stream, and its first bytes.
    Stream(Box<MediaResponse>, Vec<u8>),
    /// A server that sends nothing either.
    Silent,
    /// An answer, or none.
    Answer(FlvEvent<'static>),
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
        let before = self.view.record.seen();
        if self.connection.is_none() {
            self.open(client, url).await;
        }
        let mut room = LOOK_LIMIT;
        while self.connection.is_some() && self.view.record.seen() == before {
            let is_on = self.view.record.known() == Some(ViewerState::On);
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
            Ok(response) => match answer(&response, url) {
                None => self.connection = Some(Box::new(response)),
                Some(event) => self.observe(event),
            },
            // A server that keeps the request until the stream begins.
            Err(MediaError::Silent) => self.observe(FlvEvent::Silence),
            Err(error) => self.observe(without_body(of_error(error))),
        }
    }

    /// Adds a piece of the body.
    fn add(&mut self, chunk: Result<Option<Bytes>, BodyBroken>) {
        match chunk {
            Ok(Some(bytes)) => self.observe(FlvEvent::Bytes(&bytes)),
            // A connection that breaks before its first byte was none.
            Err(BodyBroken) if self.view.is_empty() => {
                self.observe(FlvEvent::Failed(hints::UNREACHABLE));
            }
            Ok(None) | Err(BodyBroken) => self.observe(FlvEvent::Ended),
        }
    }

    /// Silence may be the network's: the stream has ended only where the server can still be reached.
    async fn confirm(&mut self, client: &HttpClient, url: &Url) {
        let until = self.view.silent_at();
        let Some(mut first) = self.connection.take() else { return };
        let found = {
            let second = pin!(second_connection(client, url, until));
            match select(pin!(first.chunk()), second).await {
                Either::Left((chunk, _)) => Err(chunk),
                Either::Right((found, _)) => Ok(found),
            }
        };
        match found {
            Err(chunk) => {
                self.connection = Some(first);
                self.add(chunk);
            }
            Ok(SecondConnection::Stream(response, bytes)) => {
                self.connection = Some(response);
                self.observe(FlvEvent::Opened);
                self.observe(FlvEvent::Bytes(&bytes));
            }
            Ok(SecondConnection::Silent) => {
                tokio::time::sleep_until(until).await;
                self.observe(FlvEvent::Silence);
            }
            Ok(SecondConnection::Answer(event)) => self.observe(event),
        }
    }

    fn observe(&mut self, event: FlvEvent<'_>) {
        if !self.view.observe(Instant::now(), event) {
            self.connection = None;
        }
    }
}

async fn second_connection(client: &HttpClient, url: &Url, until: Instant) -> SecondConnection {
    let mut response = match client.open(url, CONFIRMATION).await {
        Ok(response) => response,
        Err(MediaError::Silent) => return SecondConnection::Silent,
        Err(MediaError::Unreachable) => {
            return SecondConnection::Answer(FlvEvent::Unproven(hints::UNREACHABLE));
        }
        Err(error) => return SecondConnection::Answer(without_body(of_error(error))),
    };
    if let Some(event) = answer(&response, url) {
        return SecondConnection::Answer(event);
    }
    let mut bytes = Vec::new();
    while bytes.len() <= FlvView::HEADER {
        match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(chunk))) => bytes.extend_from_slice(&chunk),
            Ok(Ok(None) | Err(BodyBroken)) | Err(_) => return SecondConnection::Silent,
        }
    }
    SecondConnection::Stream(Box::new(response), bytes)
}

/// What the head of a response tells; `None` where the body does.
fn answer(response: &MediaResponse, url: &Url) -> Option<FlvEvent<'static>> {
    let is_signed = url.query().is_some() || response.url.query().is_some();
    match of_flv(response.status, is_signed) {
        StatusClass::Body => None,
        class => Some(without_body(class)),
    }
}

fn without_body(class: StatusClass) -> FlvEvent<'static> {
    match class {
        StatusClass::Ended => FlvEvent::Ended,
        StatusClass::Unproven(hint) => FlvEvent::Unproven(hint),
        StatusClass::Failed(hint) => FlvEvent::Failed(hint),
        StatusClass::Body => FlvEvent::Silence,
    }
}
