//! Where a run looks at what viewers get: the play URLs of its targets, and their probes.
//!
//! Owns which target has a play URL, and which URLs are refused before anything is sent. What a look proves is decided in
//! [`crate::viewer`].

use std::collections::HashMap;
use std::rc::Rc;

use url::Url;

use crate::api::operation::{Operation, stream_names};
use crate::config::play::{PLAY, PlaySource};
use crate::engine::context::{ViewerProbe, Viewers};
use crate::error::{Error, Result};
use crate::input::plan::Plan;
use crate::net::client::HttpClient;
use crate::net::play_url::{self, PlayTemplate};
use crate::output::RunInfo;
use crate::run::accounts::Accounts;
use crate::run::settings::Settings;
use crate::text::visible;
use crate::viewer::probe::PlayProbe;

/// The hint where one URL is given for several streams.
const WITH_STREAM: &str = "write {stream} in place of the stream's name, as in --play \
                           'https://play.example.com/{app}/{stream}.m3u8'";

/// The play URLs of a run.
#[derive(Default)]
pub(super) struct PlayUrls {
    /// That of `--play`, which goes over those of the profile.
    flag: Option<PlaySource>,
    /// Those of the profile: a vendor, where its key came from, and its value.
    profile: Vec<(&'static str, String, PlaySource)>,
}

impl PlayUrls {
    /// Those of a planned run, each of which is checked.
    pub(super) fn of_run(
        flag: Option<&str>,
        settings: &Settings,
        accounts: &Accounts,
        plan: &Plan,
    ) -> Result<Self> {
        let urls = Self::of(flag, settings.looks_at_states(), accounts)?;
        let operations = plan.operations.iter().map(|operation| &**operation);
        urls.check(operations.filter(|operation| is_cut(*operation)))?;
        Ok(urls)
    }

    /// Those of lines that come, which may name any stream.
    // Each line is checked when it comes.
    pub(super) fn of_lines(
        flag: Option<&str>,
        settings: &Settings,
        accounts: &Accounts,
    ) -> Result<Self> {
        let urls = Self::of(flag, settings.looks_at_states(), accounts)?;
        if urls.is_of_one_stream() {
            let error = "--play names one stream, and lines may name any";
            return Err(Error::usage(error).hint(WITH_STREAM));
        }
        Ok(urls)
    }

    /// That of `--play`, else, where the run looks at what it did, those of the profile.
    pub(super) fn of(flag: Option<&str>, is_looking: bool, accounts: &Accounts) -> Result<Self> {
        if let Some(text) = flag {
            let template =
                PlayTemplate::parse(text).map_err(|why| Error::usage(format!("--play: {why}")))?;
            return Ok(Self { flag: Some(PlaySource::Template(template)), profile: Vec::new() });
        }
        // A run that does not look back has no use for them, and a profile's `play` must not make it look.
        let accounts = if is_looking { accounts.planned(None) } else { Vec::new() };
        let profile = accounts.iter().filter_map(|account| {
            let origin = account.origin(PLAY.name)?.to_string();
            Some((account.section.name, origin, account.play()?))
        });
        Ok(Self { flag: None, profile: profile.collect() })
    }

    fn is_of_one_stream(&self) -> bool {
        matches!(&self.flag, Some(PlaySource::Template(template)) if !template.names_stream())
    }

    /// Refuses a target whose play URL cannot be known, and two targets with the same one.
    pub(super) fn check<'o>(
        &self,
        operations: impl Iterator<Item = &'o dyn Operation> + Clone,
    ) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let count = operations.clone().count();
        if count > 1 && self.is_of_one_stream() {
            let error = format!("--play names one stream, and there are {count} targets");
            return Err(Error::usage(error).hint(WITH_STREAM));
        }
        let refuse = |message| match self.flag {
            Some(_) => Error::usage(message),
            None => Error::config(message),
        };
        let mut urls: HashMap<Url, &str> = HashMap::new();
        for operation in operations {
            // The URL that a program prints is known when it has run, which a refused run must not cause.
            let Some((PlaySource::Template(template), key)) = self.source(operation) else {
                continue;
            };
            let target = operation.target();
            let url = template
                .url(stream_names(operation))
                .map_err(|why| refuse(format!("{key} for {}: {why}", visible(target))))?;
            // A URL of two streams would be on as long as one of them is, and each would look like the other.
            if let Some(other) = urls.insert(url, target) {
                let both = format!("{} and {}", visible(other), visible(target));
                return Err(refuse(format!("{key} gives {both} one and the same URL"))
                    .hint("write {app} or {domain} where they differ"));
            }
        }
        Ok(())
    }

    /// Whether no target has one.
    pub(super) fn is_empty(&self) -> bool {
        self.flag.is_none() && self.profile.is_empty()
    }

    /// Whether one may be on another machine.
    pub(super) fn is_remote(&self) -> bool {
        let of_profile = self.profile.iter().map(|(_, _, source)| source);
        self.flag.iter().chain(of_profile).any(|source| match source {
            PlaySource::Template(template) => !template.is_loopback(),
            PlaySource::Command(_) => true,
        })
    }

    /// Where an operation's URL comes from, and what messages call that.
    fn source(&self, operation: &dyn Operation) -> Option<(&PlaySource, String)> {
        if let Some(source) = &self.flag {
            return Some((source, "--play".into()));
        }
        let vendor = operation.spec().vendor.as_str();
        let (_, origin, source) = self.profile.iter().find(|(name, _, _)| *name == vendor)?;
        Some((source, format!("{origin}: {vendor}.{}", PLAY.name)))
    }

    /// The play URL of an operation's stream, as it may be shown; a program's is not known before it runs.
    pub(super) fn shown(&self, operation: &dyn Operation) -> Option<String> {
        let (PlaySource::Template(template), _) = self.source(operation)? else { return None };
        template.url(stream_names(operation)).ok().map(|url| play_url::shown(&url))
    }

    /// A probe of what viewers of this operation's stream get.
    pub(super) fn probe(
        &self,
        operation: &dyn Operation,
        client: &Rc<HttpClient>,
    ) -> Option<PlayProbe> {
        let (names, client) = (stream_names(operation), Rc::clone(client));
        Some(match self.source(operation)?.0 {
            PlaySource::Template(template) => PlayProbe::new(client, template.url(names).ok()?),
            PlaySource::Command(command) => PlayProbe::printed(client, command.clone(), names),
        })
    }
}

/// Whether it takes a stream off air.
fn is_cut(operation: &dyn Operation) -> bool {
    operation.spec().effect.takes_off_air()
}

/// The probes of a run.
pub(super) struct RunViewers<'a> {
    pub(super) urls: &'a PlayUrls,
    pub(super) client: Rc<HttpClient>,
    pub(super) info: &'a RunInfo,
}

impl Viewers for RunViewers<'_> {
    fn open(&self, row: usize) -> Option<Box<dyn ViewerProbe>> {
        let operation = self.info.rows().get(row);
        let probe = is_cut(&*operation).then(|| self.urls.probe(&*operation, &self.client))?;
        Some(Box::new(probe?))
    }
}
