//! [`SecretSource`]: the four forms of a secret, and the texts that cannot be one.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::command;
use crate::files::{self, OpenError};
use crate::text::{is_deceptive, visible, visible_path};

/// The largest secret that is read from a file or a program, in bytes.
pub(super) const LIMIT: usize = 64 << 10;

/// The message for a value that was never filled in.
pub(super) const PLACEHOLDER: &str = "still a placeholder; put the real value in its place";

/// One of the four forms of a secret. It has no `Debug`.
#[derive(Clone)]
pub(super) enum SecretSource {
    /// The text itself, in the profile file or in the environment variable of the key.
    Inline(Zeroizing<String>),
    /// Another environment variable. Its value is read together with the profile; `Err` when it is not UTF-8.
    Env { name: String, value: Option<Result<Zeroizing<String>, ()>> },
    /// A file, relative to the profile file.
    File(PathBuf),
    /// The output of a program.
    Command(Vec<String>),
}

/// Where relative paths start, and whether others may read a file with a secret.
#[derive(Clone, Default)]
pub(super) struct FilePolicy {
    pub(super) base: PathBuf,
    pub(super) shared: bool,
}

impl SecretSource {
    /// The secret, or why it cannot be used. The reason never holds any of it.
    pub(super) fn fetch(&self, policy: &FilePolicy) -> Result<Zeroizing<String>, String> {
        let (text, origin) = match self {
            Self::Inline(text) => (text.clone(), String::new()),
            Self::Env { name, value } => {
                let origin = format!("environment variable {}: ", visible(name));
                let value =
                    value.as_ref().ok_or_else(|| format!("{origin}not set, or empty; set it"))?;
                (value.clone().map_err(|()| format!("{origin}not UTF-8"))?, origin)
            }
            Self::File(path) => {
                let path = policy.base.join(path);
                let origin = format!("{}: ", visible_path(&path));
                let text = read_file(&path, policy).map_err(|why| format!("{origin}{why}"))?;
                (text, origin)
            }
            Self::Command(words) => {
                let origin = format!("the output of `{}`: ", visible(&words[0]));
                (command::output(words, command::TIMEOUT)?, origin)
            }
        };
        problem(&text).map_or(Ok(text), |why| Err(format!("{origin}{why}")))
    }

    /// The source as `config show` prints it; `None` for the text itself.
    pub(super) fn description(&self) -> Option<String> {
        match self {
            Self::Inline(_) => None,
            Self::Env { name, .. } => Some(format!("env {}", visible(name))),
            Self::File(path) => Some(format!("file {}", visible_path(path))),
            Self::Command(words) => Some(format!("command {}", visible(&words[0]))),
        }
    }

    /// Whether there is a value, as far as that is known without fetching it.
    pub(super) fn is_set(&self) -> bool {
        match self {
            Self::Inline(text) => problem(text).is_none(),
            Self::Env { value, .. } => value.is_some(),
            Self::File(_) | Self::Command(_) => true,
        }
    }
}

fn read_file(path: &std::path::Path, policy: &FilePolicy) -> Result<Zeroizing<String>, String> {
    let file = files::read(path, LIMIT).map_err(|error| match error {
        OpenError::Absent => "there is no such file".into(),
        OpenError::Unreadable(why) => why,
    })?;
    match files::permission_problem(path, &file.metadata, !policy.shared) {
        Some(why) => Err(why),
        None => line(&file.bytes),
    }
}

/// The bytes as text, without one line end at their end.
pub(super) fn line(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8 text")?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Zeroizing::new(text.to_owned()))
}

/// Why a text cannot be a secret.
fn problem(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("empty or blank; put the real value there")
    } else if text.contains(['\n', '\r']) {
        Some("more than one line; a secret is one line")
    } else if text.contains(is_deceptive) {
        Some("contains a control character or an invisible one; copy it again as plain text")
    } else if is_placeholder(text) {
        Some(PLACEHOLDER)
    } else {
        None
    }
}

/// Whether a text only marks the place of a value, as those of the template do.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim().to_lowercase().replace('-', "_");
    let is_all = |mark: char, least: usize| text.len() >= least && text.chars().all(|c| c == mark);
    is_all('.', 1)
        || is_all('…', 1)
        || is_all('*', 1)
        || is_all('x', 3)
        || text.starts_with("your_")
        || (text.starts_with('<') && text.ends_with('>'))
        || ["changeme", "change_me", "replaceme", "replace_me", "todo", "fixme", "placeholder"]
            .contains(&text.as_str())
}
