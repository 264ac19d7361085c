//! Loading a [`Profile`]: which file is read, which of its profiles is used, and when the environment is enough.

use std::path::{Path, PathBuf};

use super::env::EnvironmentKeys;
use super::file::ProfileFile;
use super::parser::{self, Parser};
use super::policy::{LogSetting, PolicyTable};
use super::profile::{Profile, file_policy};
use super::section::Section;
use super::selector::{NamedBy, ProfileSelector};
use crate::error::{Error, Result};
use crate::files::{self, OpenError};
use crate::text::{quoted_list, shell_file, visible, visible_path};

/// The largest profile file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// Every problem of a profile file's text, each with its location and never with a value.
#[must_use]
pub fn problems(text: &str, sections: &[&'static Section]) -> Vec<String> {
    parser::parse(text, Path::new("config.toml"), sections).problems
}

/// Selects the file and the profile, reads both, and overrides them by the environment.
///
/// An error names every problem of the file, one a line, each with its location and never with a value.
pub fn load(selector: &ProfileSelector) -> Result<Profile> {
    let source = read_file(selector)?;
    // The file counts as a whole: `config check` calls no vendor ready that a run would not reach.
    if let ProfileSource::File(file) = &source
        && !file.problems.is_empty()
    {
        return Err(Error::config(file.problems.join("\n")));
    }
    select(selector, source)
}

/// The profile that [`load`] selects; `None` where nothing names one and there is no profile file.
// For a command that needs no account.
pub fn load_if_any(selector: &ProfileSelector) -> Result<Option<Profile>> {
    let is_named = selector.profile_name()?.is_some();
    match read_file(selector)? {
        ProfileSource::Absent | ProfileSource::Denied if !is_named => Ok(None),
        ProfileSource::File(_) | ProfileSource::Absent | ProfileSource::Denied => {
            load(selector).map(Some)
        }
    }
}

/// The names of the profiles in the file that a run would read; a file that cannot be read has none.
// For the Tab key: no secret is fetched, and no error is printed.
#[must_use]
pub fn profile_names(selector: &ProfileSelector) -> Vec<String> {
    let Some((path, _)) = selector.file() else { return Vec::new() };
    // A pipe would be waited for.
    let is_file = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
    let file = is_file.then(|| parse_file(&path, selector.sections).ok()).flatten();
    file.map(|file| file.profiles.into_keys().collect()).unwrap_or_default()
}

/// The profile file as far as there is one.
pub(super) enum ProfileSource {
    /// It was read, problems and all.
    File(ProfileFile),
    /// The default file does not exist.
    Absent,
    /// The default file cannot be read for want of permission.
    // As where `sudo -u` keeps another user's `HOME`. Nothing names the file, so it counts as absent.
    Denied,
}

/// Reads the profile file. One that a flag or a variable names must be readable.
pub(super) fn read_file(selector: &ProfileSelector) -> Result<ProfileSource> {
    let Some((path, named_by)) = selector.file() else { return Ok(ProfileSource::Absent) };
    match (parse_file(&path, selector.sections), named_by) {
        (Ok(file), _) => Ok(ProfileSource::File(file)),
        (Err(OpenError::Absent), NamedBy::Default) => Ok(ProfileSource::Absent),
        (Err(OpenError::Denied), NamedBy::Default) => Ok(ProfileSource::Denied),
        (Err(OpenError::Absent), NamedBy::Flag) => {
            let init = format!("livectl config init -c {}", shell_file(&path.to_string_lossy()));
            Err(absent(&path, "-c", &init))
        }
        (Err(OpenError::Absent), NamedBy::Variable) => {
            // `config init` reads the variable too.
            Err(absent(&path, "LIVECTL_CONFIG", "livectl config init"))
        }
        (Err(error @ (OpenError::Denied | OpenError::Unreadable(_))), _) => {
            Err(Error::config(format!("{}: {}", visible_path(&path), error.message())))
        }
    }
}

/// Reads and checks a profile file as a whole.
fn parse_file(path: &Path, sections: &[&'static Section]) -> Result<ProfileFile, OpenError> {
    let content = files::read(path, LARGEST)?;
    let mut file = match std::str::from_utf8(&content.bytes) {
        Ok(text) => parser::parse(text, path, sections),
        Err(error) => {
            // What precedes the first wrong byte gives its line and column.
            let valid = &content.bytes[..error.valid_up_to()];
            let valid = std::str::from_utf8(valid).unwrap_or_default();
            let mut parser = Parser::new(valid, path, sections);
            parser.problem(valid.len(), "not UTF-8; save the file as UTF-8");
            parser.finish()
        }
    };
    let has_secret = file.has_secret && !file.allow_shared;
    // After the text is read, which shows whether it contains a secret.
    if let Some(why) = files::permission_problem(path, &content.metadata, has_secret) {
        file.problems.insert(0, format!("{}: {why}", visible_path(path)));
        file.is_untrusted = true;
    }
    file.notes.extend(files::folder_note(path));
    Ok(file)
}

/// The folder in which the profile file keeps runs, where it names one; no profile is chosen for that.
pub fn log_setting(selector: &ProfileSelector) -> Result<Option<PathBuf>> {
    match read_file(selector)? {
        ProfileSource::File(file) => match &file.rules.log {
            LogSetting::Shared(path) => Ok(Some(file_policy(selector, &file).resolve(path))),
            LogSetting::OfUser | LogSetting::Off => Ok(None),
        },
        ProfileSource::Absent | ProfileSource::Denied => Ok(None),
    }
}

fn absent(path: &Path, named_by: &str, init: &str) -> Error {
    let path = visible_path(path);
    Error::config(format!("{path}: there is no such file, and {named_by} names it"))
        .hint(format!("`{init}` writes one to fill in"))
}

/// The profile to use, from the file or from the environment alone.
pub(super) fn select(selector: &ProfileSelector, source: ProfileSource) -> Result<Profile> {
    let environment = EnvironmentKeys::read(selector)?;
    let wanted = selector.profile_name()?;
    let is_enough = wanted.is_none() && environment.have_credentials(selector.sections);
    let mut file = match source {
        // A file of rules alone: they apply to credentials from the environment too.
        ProfileSource::File(file) if is_enough && file.profiles.is_empty() => {
            let profile = Profile::of_environment(selector, environment.sections);
            return Ok(profile.ruled_by(selector, &file, &PolicyTable::default()));
        }
        ProfileSource::File(file) => file,
        ProfileSource::Absent => return without_file(selector, wanted, environment, false),
        ProfileSource::Denied => return without_file(selector, wanted, environment, true),
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

/// The environment alone, if it is enough. The default file does not exist, or it is not for this user to read.
fn without_file(
    selector: &ProfileSelector,
    wanted: Option<(String, &'static str)>,
    environment: EnvironmentKeys,
    is_denied: bool,
) -> Result<Profile> {
    let path = selector.file().map(|(path, _)| path);
    let path = path.as_deref().map_or("this machine's config folder".to_owned(), visible_path);
    let denied = format!("{path} cannot be read (permission denied)");
    let error = if let Some((name, named_by)) = wanted {
        let name = visible(&name);
        let why = if is_denied {
            format!("{path} cannot be read: permission denied")
        } else {
            format!("there is no {path}")
        };
        format!("there is no profile \"{name}\", which {named_by} names: {why}")
    } else if environment.have_credentials(selector.sections) {
        let mut profile = Profile::of_environment(selector, environment.sections);
        if is_denied {
            profile.notes.push(format!("{denied} and is ignored"));
        }
        return Ok(profile);
    } else {
        let why = if is_denied { denied } else { format!("no profile in {path}") };
        format!("there are no credentials: {why}, none in the environment")
    };
    let init = selector.command("config init");
    Err(Error::config(error).hint(if is_denied {
        "name a file that you can read with `-c FILE`, or set HOME to your own folder".to_owned()
    } else {
        format!("`{init}` writes a profile file to fill in; `livectl --sandbox …` needs none")
    }))
}
