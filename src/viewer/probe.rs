//! [`PlayProbe`]: looks at one play URL again and again, at the pace that its state asks for.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{FutureExt, LocalBoxFuture};
use tokio::time::Instant;
use url::Url;

use super::flv_probe::FlvProbe;
use super::hints;
use super::hls_probe::HlsProbe;
use super::record::ViewerRecord;
use super::status::NoStream;
use crate::config::play::PlayCommand;
use crate::engine::context::ViewerProbe;
use crate::engine::look_pace::look_interval;
use crate::net::client::HttpClient;
use crate::net::play_url::StreamNames;
use crate::outcome::viewer::{Seen, ViewerState};

/// The least time between two runs of the program that signs a URL.
const SIGNING_PAUSE: Duration = Duration::from_secs(10);

/// Looks at a play URL.
pub struct PlayProbe {
    client: Rc<HttpClient>,
    /// `None` until a program has printed it.
    url: Option<Url>,
    printer: Option<UrlPrinter>,
    stream: PlayedStream,
    /// When the next look leaves.
    next: Instant,
    /// What was returned last.
    returned: Option<Seen>,
}

enum PlayedStream {
    Hls(HlsProbe),
    Flv(FlvProbe),
}

/// The program that prints the URL of a stream.
#[derive(Clone)]
struct UrlPrinter {
    command: PlayCommand,
    domain: Option<String>,
    app: Option<String>,
    stream: String,
    /// When it ran last.
    ran_at: Option<Instant>,
}

impl PlayProbe {
    /// A probe of this URL, which has not looked yet.
    #[must_use]
    pub fn new(client: Rc<HttpClient>, url: Url) -> Self {
        let stream = PlayedStream::of(&url);
        Self { url: Some(url), stream, ..Self::unopened(client) }
    }

    /// A probe of the URL that this program prints for a stream.
    #[must_use]
    pub fn printed(client: Rc<HttpClient>, command: PlayCommand, names: StreamNames<'_>) -> Self {
        let printer = UrlPrinter {
            command,
            domain: names.domain.map(str::to_owned),
            app: names.app.map(str::to_owned),
            stream: names.stream.to_owned(),
            ran_at: None,
        };
        Self { printer: Some(printer), ..Self::unopened(client) }
    }

    fn unopened(client: Rc<HttpClient>) -> Self {
        let now = Instant::now();
        let stream = PlayedStream::Hls(HlsProbe::new(now));
        Self { client, url: None, printer: None, stream, next: now, returned: None }
    }

    async fn look(&mut self) {
        tokio::time::sleep_until(self.next).await;
        self.sign().await;
        let start = Instant::now();
        let mut is_connected = false;
        if let Some(url) = &self.url {
            is_connected = self.stream.look(&self.client, url, start).await;
        } else {
            self.stream = PlayedStream::without_url(start);
        }
        // A connection is read on at once: what waits in it is not at the live edge.
        let next = start + interval(self.stream.record(), start);
        self.next = if is_connected { Instant::now() } else { next };
    }

    /// Has the URL printed where there is none, or where its signature may have expired.
    async fn sign(&mut self) {
        let now = Instant::now();
        let is_due = self.url.is_none() || self.stream.record().seen.hint == Some(hints::SIGNATURE);
        let Some(printer) = self.printer.as_mut().filter(|_| is_due) else { return };
        if printer.ran_at.is_some_and(|ran_at| now.duration_since(ran_at) < SIGNING_PAUSE) {
            return;
        }
        printer.ran_at = Some(now);
        let Some(url) = printer.print().await else { return };
        match &mut self.stream {
            PlayedStream::Hls(probe) if self.url.is_some() => probe.variant = None,
            PlayedStream::Flv(_) if self.url.is_some() => {}
            stream => *stream = PlayedStream::of(&url),
        }
        self.url = Some(url);
    }
}

impl PlayedStream {
    fn of(url: &Url) -> Self {
        let now = Instant::now();
        let path = url.path().to_ascii_lowercase();
        if path.rsplit_once('.').is_some_and(|(_, ending)| ending == "flv") {
            Self::Flv(FlvProbe::new(now))
        } else {
            Self::Hls(HlsProbe::new(now))
        }
    }

    /// A stream whose URL could not be printed.
    fn without_url(now: Instant) -> Self {
        let mut probe = HlsProbe::new(now);
        probe.view.observe(now, Err(NoStream::Unproven(hints::COMMAND)));
        Self::Hls(probe)
    }

    /// What has been seen.
    fn record(&self) -> &ViewerRecord {
        match self {
            Self::Hls(probe) => &probe.view.record,
            Self::Flv(probe) => &probe.view.record,
        }
    }

    /// Looks once; returns whether a connection is held.
    async fn look(&mut self, client: &HttpClient, url: &Url, start: Instant) -> bool {
        if let Self::Hls(probe) = self
            && !probe.look(client, url).await
        {
            // A playlist by its name, and FLV by its first bytes.
            *self = Self::Flv(FlvProbe::new(start));
        }
        let Self::Flv(probe) = self else { return false };
        let until = start + interval(&probe.view.record, start);
        probe.look(client, url, until).await;
        probe.is_connected()
    }
}

impl UrlPrinter {
    async fn print(&self) -> Option<Url> {
        let Self { command, domain, app, stream, .. } = self.clone();
        // It may take 10 s, and the run goes on meanwhile.
        let print = tokio::task::spawn_blocking(move || {
            let (domain, app) = (domain.as_deref(), app.as_deref());
            command.url(StreamNames { domain, app, stream: &stream })
        });
        print.await.ok()?.ok()
    }
}

impl ViewerProbe for PlayProbe {
    fn change(&mut self) -> LocalBoxFuture<'_, Seen> {
        async move {
            loop {
                self.look().await;
                let seen = self.stream.record().seen;
                // The first look decides whether off can be believed later: a blip must not.
                let is_blip = self.returned.is_none() && self.stream.record().is_unsettled();
                if self.returned != Some(seen) && !is_blip {
                    self.returned = Some(seen);
                    return seen;
                }
            }
        }
        .boxed_local()
    }
}

/// The time from the look of this moment to the next one. What was never seen on is looked at like what is off.
fn interval(record: &ViewerRecord, at: Instant) -> Duration {
    let is_on = record.known == Some(ViewerState::On);
    look_interval((!is_on).then_some(record.seen.at), at)
}
