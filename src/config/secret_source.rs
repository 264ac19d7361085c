//! [`SecretSource`]: the four forms of a secret, how it is fetched, and the texts that cannot be one.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{command, placeholder};
use crate::files::{self, OpenError, expand_home};
use crate::text::{is_deceptive, visible, visible_path};

/// The largest secret that is read from a file or a program, in bytes.
pub(super) const LIMIT: usize = 64 << 10;

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

/// Where paths start, and whether others may read a file with a secret.
#[derive(Clone, Default)]
pub(super) struct FilePolicy {
    /// The folder of the profile file.
    pub(super) base: PathBuf,
    /// What a leading `~/` means.
    pub(super) home: Option<PathBuf>,
    pub(super) shared: bool,
}

impl FilePolicy {
    /// A path of the profile file.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(expand_home(path, self.home.as_deref()))
    }
}

impl SecretSource {
    /// The secret, or why it cannot be used. The reason never contains any of it.
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
                let path = policy.resolve(path);
                let origin = format!("{}: ", visible_path(&path));
                let text = read_file(&path, policy).map_err(|why| format!("{origin}{why}"))?;
                (text, origin)
            }
            Self::Command(words) => {
                let origin = format!("the output of `{}`: ", visible(&words[0]));
                let program = expand_home(Path::new(&words[0]), policy.home.as_deref());
                (command::output(&program, &words[1..], command::TIMEOUT)?, origin)
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

    /// The program that prints it.
    pub(super) fn program(&self) -> Option<String> {
        match self {
            Self::Command(words) => Some(visible(&words[0]).into_owned()),
            Self::Inline(_) | Self::Env { .. } | Self::File(_) => None,
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

fn read_file(path: &Path, policy: &FilePolicy) -> Result<Zeroizing<String>, String> {
    let file = files::read(path, LIMIT).map_err(OpenError::message)?;
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
fn problem(text: &str) -> Option<String> {
    let why = if text.trim().is_empty() {
        "empty or blank; put the real value there"
    } else if text.contains(['\n', '\r']) {
        "more than one line; a secret is one line"
    } else if text.contains(is_deceptive) {
        "contains a control character or an invisible one; copy it again as plain text"
    } else if text.trim() != text {
        "has leading or trailing whitespace, which would be signed with it; remove that"
    } else {
        return placeholder::problem(text);
    };
    Some(why.to_owned())
}
