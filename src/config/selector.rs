//! [`ProfileSelector`]: the flags and variables that choose the profile file and the profile in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::init::FIRST_PROFILE;
use super::section::Section;
use crate::error::{Error, Result};
use crate::files::expand_home;
use crate::text::{shell_file, shell_word};

/// The profile of the embedded sandbox, which no profile of a file may be called.
pub const SANDBOX_PROFILE: &str = "sandbox";

/// The flags and variables of a command line.
pub struct ProfileSelector<'a> {
    /// The file named with `-c`.
    pub config: Option<PathBuf>,
    /// The profile named with `-p`; the environment's credentials are ignored then.
    pub profile: Option<String>,
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// The platform's config folder.
    pub default_dir: Option<PathBuf>,
    /// The vendors' sections.
    pub sections: &'a [&'static Section],
}

/// The source of the profile file's name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// `-c`.
    Flag,
    /// `LIVECTL_CONFIG`.
    Variable,
    /// Neither: it is the default file.
    Default,
}

impl ProfileSelector<'_> {
    /// The value of a variable; an empty one counts as not set.
    pub(super) fn variable(&self, name: &str) -> Option<OsString> {
        (self.env)(name).filter(|value| !value.is_empty())
    }

    /// The home folder.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.variable("HOME").map_or_else(dirs::home_dir, |home| Some(home.into()))
    }

    /// The profile file, whether it exists or not; `None` where the platform has no config folder.
    pub(super) fn file(&self) -> Option<(PathBuf, NamedBy)> {
        if let Some(path) = &self.config {
            return Some((self.expand_home(path), NamedBy::Flag));
        }
        if let Some(path) = self.variable("LIVECTL_CONFIG") {
            return Some((self.expand_home(Path::new(&path)), NamedBy::Variable));
        }
        let folder = self.default_dir.as_ref()?;
        Some((folder.join("livectl").join("config.toml"), NamedBy::Default))
    }

    fn expand_home(&self, path: &Path) -> PathBuf {
        // A shell expands `~/` only where it begins an unquoted word: not in `--config=~/x`, nor in a unit file.
        expand_home(path, self.home().as_deref())
    }

    /// The profile that is chosen by name, and what names it.
    pub(super) fn profile_name(&self) -> Result<Option<(String, &'static str)>> {
        if let Some(name) = &self.profile {
            return Ok(Some((name.clone(), "-p")));
        }
        let Some(name) = self.variable("LIVECTL_PROFILE") else { return Ok(None) };
        let name = name
            .into_string()
            .map_err(|_| Error::config("environment variable LIVECTL_PROFILE is not UTF-8"))?;
        Ok(Some((name, "LIVECTL_PROFILE")))
    }

    /// The name of the profile that `config init` writes.
    pub fn new_profile(&self) -> Result<String> {
        match self.profile_name()? {
            None => Ok(FIRST_PROFILE.to_owned()),
            Some((name, named_by)) if name == SANDBOX_PROFILE || name.is_empty() => {
                Err(Error::usage(format!("{named_by} {name:?} cannot be the name of a profile"))
                    .hint("choose another name, such as prod"))
            }
            Some((name, _)) => Ok(name),
        }
    }

    /// The path of the profile file that a run would read, whether it exists or not.
    pub fn path(&self) -> Result<PathBuf> {
        self.file().map(|(path, _)| path).ok_or_else(|| {
            Error::config("this machine has no config folder").hint("name a file with `-c FILE`")
        })
    }

    /// A livectl command with the flags that choose the same file and profile.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        let mut command = format!("livectl {words}");
        if let Some(path) = &self.config {
            command.push_str(" -c ");
            command.push_str(&shell_file(&path.to_string_lossy()));
        }
        if let Some(name) = &self.profile {
            command.push_str(" -p ");
            command.push_str(&shell_word(name));
        }
        command
    }
}
