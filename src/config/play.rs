//! [`PlaySource`]: the play URLs of a vendor's streams, from the key `play` of its section.

use std::path::{Path, PathBuf};

use url::Url;

use super::account::Account;
use super::command;
use super::secret_source::SecretSource;
use super::section::{Key, ValueKind};
use super::value::Value;
use crate::files::expand_home;
use crate::net::play_url::{PlayTemplate, StreamNames, play_url};

/// The key, which every vendor of live streams has.
pub const PLAY: Key = Key {
    help: "Where viewers get a stream, HLS (.m3u8) or HTTP-FLV (.flv), for --verify and --hold of what takes off air; {domain}, \
           {app} and {stream} are filled in. Or { command = [\"sign-play\"] }, a program that prints the URL; see `livectl help \
           configuration`.",
    example: "https://play.example.com/{app}/{stream}.m3u8",
    env: true,
    check: check_play,
    ..Key::new("play", ValueKind::PlayUrl)
};

/// Where the play URLs of a vendor's streams come from.
#[derive(Clone, Debug)]
pub enum PlaySource {
    /// A URL with placeholders.
    Template(PlayTemplate),
    /// The output of a program.
    Command(PlayCommand),
}

/// A program that prints the play URL of a stream.
#[derive(Clone, Debug)]
pub struct PlayCommand {
    program: PathBuf,
    arguments: Vec<String>,
}

impl PlayCommand {
    /// The play URL of a stream. Blocks until the program has printed it, for 10 s at most.
    pub fn url(&self, names: StreamNames<'_>) -> Result<Url, String> {
        // Always three arguments, the absent ones empty, so that the program can count on their places.
        let names = [names.domain, names.app, Some(names.stream)];
        let names = names.map(|name| name.unwrap_or_default().to_owned());
        let arguments: Vec<_> = self.arguments.iter().cloned().chain(names).collect();
        let printed = command::output(&self.program, &arguments, command::TIMEOUT)?;
        play_url(printed.trim())
    }
}

impl Account {
    /// Where the play URLs of its streams come from; `None` where its profile has none.
    #[must_use]
    pub fn play(&self) -> Option<PlaySource> {
        match &self.entries.get(PLAY.name)?.value {
            // The parser has checked it.
            Value::Text(text) => PlayTemplate::parse(text).ok().map(PlaySource::Template),
            Value::Secret(SecretSource::Command(words)) => {
                let (program, arguments) = words.split_first()?;
                let program = expand_home(Path::new(program), self.policy.home.as_deref());
                let arguments = arguments.to_vec();
                Some(PlaySource::Command(PlayCommand { program, arguments }))
            }
            Value::Secret(_) => None,
        }
    }
}

fn check_play(text: &str) -> Result<(), String> {
    let template = PlayTemplate::parse(text)?;
    // One URL for all would prove a stream off by the state of another.
    if template.names_stream() {
        return Ok(());
    }
    Err("it names one URL for all streams; write {stream} in place of the stream's name".into())
}
