//! [`SecretSource`]: the four forms of a secret, and how it is fetched. Which texts can be one is decided in `secret_text`.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::command;
use super::secret_text::{LIMIT, line, problem};
use crate::files::{self, OpenError, expand_home};
use crate::text::{visible, visible_path};

/// One of the four forms of a secret.
// Without `Debug`: a secret may be in it, and the arguments of a program may contain one.
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
    /// The home folder, for a leading `~/`.
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
    // Containers mount secrets readable by a group, by design: `allow_shared` accepts those.
    match files::permission_problem(path, &file.metadata, !policy.shared) {
        Some(why) => Err(why),
        None => line(&file.bytes),
    }
}
