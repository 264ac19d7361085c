//! [`ForeignLines`]: operations of other profiles than the run's, which a pipe never does to this account.

use crate::api::operation::RunProfile;
use crate::input::meant::TypedCommand;
use crate::text::{count, shell_word, visible};

/// The lines of other profiles than the run's.
pub(super) struct ForeignLines {
    /// The profile of the first of them.
    profile: String,
    count: usize,
    /// Whether all of them are of this profile.
    is_one: bool,
}

impl ForeignLines {
    pub(super) fn new(profile: &str) -> Self {
        Self { profile: profile.to_owned(), count: 0, is_one: true }
    }

    /// Counts one more of them.
    pub(super) fn add(&mut self, profile: &str) {
        self.count += 1;
        self.is_one &= self.profile == profile;
    }

    /// The error's text: what was tried at the sandbox, or with another account, is never done to
    /// this one by a pipe.
    pub(super) fn message(&self, own: &RunProfile) -> String {
        let run = match own {
            RunProfile::Named(name) => format!("this run uses \"{}\"", visible(name)),
            RunProfile::Environment | RunProfile::Unknown => "this run uses no profile".into(),
        };
        let verb = if self.count == 1 { "is" } else { "are" };
        let profile = visible(&self.profile);
        let profiles = if self.is_one {
            format!("the profile \"{profile}\"")
        } else {
            format!("several profiles, such as \"{profile}\"")
        };
        format!("{} {verb} of {profiles}, and {run}", count(self.count, "operation"))
    }

    /// Both ways on: with the lines' profile, or at this account on purpose.
    pub(super) fn hint(
        &self,
        typed: &TypedCommand,
        file: Option<&(String, Option<&'static str>)>,
    ) -> String {
        let here = match file {
            _ if typed.is_csv() => "leave out the column `profile`".to_owned(),
            Some((path, format)) => {
                let rest = typed.piped(path, *format);
                format!("jq -c 'del(.profile)' {} | {rest}", shell_word(path))
            }
            None => format!("jq -c 'del(.profile)' | {}", typed.piped("-", None)),
        };
        let there = if self.is_one {
            format!("with that profile: {}\n", typed.with_profile(&self.profile))
        } else {
            String::new()
        };
        format!("nothing was sent; {there}to do it to this account on purpose: {here}")
    }
}
