//! Loading a [`Profile`]: which file is read, which of its profiles is used, and when the environment is enough.

use super::env::EnvironmentKeys;
use super::file::{self, ProfileFile};
use super::parser;
use super::profile::Profile;
use super::section::Section;
use super::selector::{NamedBy, ProfileSelector};
use crate::error::{Error, Result};
use crate::files::OpenError;
use crate::text::{quoted_list, shell_word, visible, visible_path};
use std::path::Path;

/// Every problem of a profile file's text, each with its location and never with a value.
#[must_use]
pub fn problems(text: &str, sections: &[&'static Section]) -> Vec<String> {
    parser::parse(text, Path::new("config.toml"), sections).problems
}

/// Selects the file and the profile, reads both, and overrides them by the environment.
///
/// An error names every problem of the file, one a line, each with its location and never with a value.
pub fn load(selector: &ProfileSelector) -> Result<Profile> {
    let file = read_file(selector)?;
    if let Some(file) = &file
        && !file.problems.is_empty()
    {
        return Err(Error::config(file.problems.join("\n")));
    }
    select(selector, file)
}

/// The profile file with its problems; `None` when the default file does not exist.
pub(super) fn read_file(selector: &ProfileSelector) -> Result<Option<ProfileFile>> {
    let Some((path, named_by)) = selector.file() else { return Ok(None) };
    match (file::read(&path, selector.sections), named_by) {
        (Ok(file), _) => Ok(Some(file)),
        (Err(OpenError::Absent), NamedBy::Default) => Ok(None),
        (Err(OpenError::Absent), NamedBy::Flag) => {
            let init = format!("livectl config init -c {}", shell_word(&visible_path(&path)));
            Err(absent(&path, "-c", &init))
        }
        (Err(OpenError::Absent), NamedBy::Variable) => {
            Err(absent(&path, "LIVECTL_CONFIG", "livectl config init"))
        }
        (Err(OpenError::Unreadable(why)), _) => {
            Err(Error::config(format!("{}: {why}", visible_path(&path))))
        }
    }
}

fn absent(path: &Path, named_by: &str, init: &str) -> Error {
    let path = visible_path(path);
    Error::config(format!("{path}: there is no such file, and {named_by} names it"))
        .hint(format!("`{init}` writes one to fill in"))
}

/// The profile to use, from the file or from the environment alone.
pub(super) fn select(selector: &ProfileSelector, file: Option<ProfileFile>) -> Result<Profile> {
    let environment = EnvironmentKeys::read(selector)?;
    let wanted = selector.profile_name()?;
    let Some(mut file) = file.filter(|file| {
        !file.profiles.is_empty()
            || wanted.is_some()
            || !environment.hold_credentials(selector.sections)
    }) else {
        return without_file(selector, wanted, environment);
    };
    let name = pick(&file, wanted)?;
    let table = file.profiles.remove(&name).unwrap_or_default();
    Ok(Profile::of_file(selector, &file, name, table, environment))
}

/// The name of the profile to use: the one that is wanted, else the file's default or only one.
fn pick(file: &ProfileFile, wanted: Option<(String, &'static str)>) -> Result<String> {
    const FIRST: &str =
        "start one with a line such as `[profiles.prod.jd]`; config.example.toml shows every key";
    let path = visible_path(&file.path);
    let there = quoted_list(file.profiles.keys());
    if let Some((name, named_by)) = wanted {
        if file.profiles.contains_key(&name) {
            return Ok(name);
        }
        let name = visible(&name);
        let error = Error::config(format!(
            "there is no profile \"{name}\" in {path}, and {named_by} names it"
        ));
        return Err(if there.is_empty() {
            error.hint(FIRST)
        } else {
            error.hint(format!("its profiles are {there}"))
        });
    }
    let mut names = file.profiles.keys();
    match (&file.default_profile, names.next(), names.next()) {
        (Some(name), ..) | (None, Some(name), None) => Ok(name.clone()),
        (None, None, _) => Err(Error::config(format!("{path} has no profile yet")).hint(FIRST)),
        _ => Err(Error::config(format!("{path} has several profiles, and none is chosen: {there}"))
            .hint("choose with `-p NAME` or LIVECTL_PROFILE, or set `default_profile` at the top of the file")),
    }
}

fn without_file(
    selector: &ProfileSelector,
    wanted: Option<(String, &'static str)>,
    environment: EnvironmentKeys,
) -> Result<Profile> {
    let path = selector.file().map(|(path, _)| path);
    let path = path.as_deref().map_or("this machine's config folder".to_owned(), visible_path);
    if let Some((name, named_by)) = wanted {
        let name = visible(&name);
        let error = Error::config(format!(
            "there is no profile \"{name}\", which {named_by} names: there is no {path}"
        ));
        return Err(error.hint("`livectl config init` writes a profile file to fill in"));
    }
    if !environment.hold_credentials(selector.sections) {
        let error = Error::config(format!(
            "there are no credentials: no profile in {path}, none in the environment"
        ));
        let init = selector.command("config init");
        return Err(error.hint(format!(
            "`{init}` writes a profile file to fill in; `livectl --sandbox …` needs none"
        )));
    }
    Ok(Profile::of_environment(selector, environment.sections))
}
