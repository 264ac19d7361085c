//! [`ProfileSelector`]: which file is read, and which profile of it.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Section;
use crate::error::{Error, Result};
use crate::text::{shell_word, visible};

/// What chooses the file and the profile.
pub struct ProfileSelector<'a> {
    /// The file named with `-c`.
    pub config: Option<PathBuf>,
    /// The profile named with `-p`; it sets the environment's credentials aside.
    pub profile: Option<String>,
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// The platform's config folder.
    pub default_dir: Option<PathBuf>,
    /// The vendors' sections.
    pub sections: &'static [&'static Section],
}

impl ProfileSelector<'_> {
    /// A variable's value; an empty one counts as not set.
    pub(super) fn variable(&self, name: &str) -> Option<OsString> {
        (self.env)(name).filter(|value| !value.is_empty())
    }

    pub(super) fn find(&self) -> Option<(PathBuf, Named)> {
        if let Some(path) = &self.config {
            return Some((path.clone(), Named::ByFlag));
        }
        if let Some(path) = self.variable("LIVECTL_CONFIG") {
            return Some((path.into(), Named::ByVariable));
        }
        self.default_dir
            .as_ref()
            .map(|dir| (dir.join("livectl").join("config.toml"), Named::Nowhere))
    }

    /// The profile that is asked for by name, and by what.
    pub(super) fn wanted(&self) -> Result<Option<(String, &'static str)>> {
        if let Some(name) = &self.profile {
            return Ok(Some((name.clone(), "-p")));
        }
        let Some(name) = self.variable("LIVECTL_PROFILE") else { return Ok(None) };
        let name = name
            .into_string()
            .map_err(|_| Error::config("environment variable LIVECTL_PROFILE is not UTF-8"))?;
        Ok(Some((name, "LIVECTL_PROFILE")))
    }

    /// `livectl config check`, or another command, with the flags that lead to the same file and profile.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        let mut command = format!("livectl {words}");
        if let Some(path) = &self.config {
            command.push_str(" -c ");
            command.push_str(&shell_word(&visible(&path.to_string_lossy())));
        }
        if let Some(name) = &self.profile {
            command.push_str(" -p ");
            command.push_str(&shell_word(&visible(name)));
        }
        command
    }
}

/// Who names the profile file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    ByFlag,
    ByVariable,
    Nowhere,
}

/// The profile file that a run with this choice would read, whether it is there or not.
pub fn path(choice: &ProfileSelector) -> Result<PathBuf> {
    choice.find().map(|(path, _)| path).ok_or_else(|| {
        Error::config("this machine names no config folder").hint("name a file with `-c FILE`")
    })
}
