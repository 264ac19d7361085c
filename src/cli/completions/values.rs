//! [`Values`]: the candidates for the value of a flag and for a word of a command.

use clap::{Arg, ValueEnum};

use super::offer::{Candidate, Offer, command};
use crate::api::spec::Vendors;
use crate::cli::global::prints;
use crate::cli::plain;
use crate::cli::schema::SCHEMAS;
use crate::cli::topics::TOPICS;
use crate::cli::typed_line::TypedLine;
use crate::config::load::profile_names;
use crate::config::selector::ProfileSelector;
use crate::output::Format;

/// Where values come from.
pub(super) struct Values<'a> {
    pub(super) vendors: Vendors,
    pub(super) root: &'a clap::Command,
    pub(super) line: &'a TypedLine<'a>,
}

impl Values<'_> {
    /// The values of an argument.
    pub(super) fn of(&self, arg: &Arg) -> Offer {
        if let Some(files) = Offer::files(arg) {
            return files;
        }
        let plain = |values: &mut dyn Iterator<Item = &str>| {
            values.map(|value| Candidate::new(value, "")).collect()
        };
        Offer::Candidates(match arg.get_id().as_str() {
            "profile" => plain(&mut self.profiles().iter().map(String::as_str)),
            "vendor" => plain(&mut self.vendors.iter().map(|vendor| vendor.name.as_str())),
            "api" => plain(&mut self.versions().into_iter()),
            "words" => self.help(),
            "name" if self.line.path == ["schema"] => {
                plain(&mut SCHEMAS.iter().map(|(name, _)| *name))
            }
            name => match self.parameter(name) {
                Some(values) => plain(&mut values.iter().copied()),
                None => {
                    possible(arg).into_iter().filter(|value| self.is_printed(arg, value)).collect()
                }
            },
        })
    }

    /// Whether the command prints this form of output.
    // One that it refuses is not offered.
    fn is_printed(&self, arg: &Arg, value: &Candidate) -> bool {
        let format = Format::from_str(&value.value, true).ok();
        format
            .filter(|_| arg.get_id() == "output")
            .is_none_or(|format| prints(&self.line.path, format))
    }

    // Read from the profile file without its secrets: no variable is looked up, no file opened and no program run. A problem of
    // that file means fewer names, never a message, which would appear in the middle of the line being typed.
    fn profiles(&self) -> Vec<String> {
        let sections = self.vendors.sections();
        profile_names(&ProfileSelector {
            config: self.line.value("config").map(Into::into),
            profile: None,
            env: &|name| std::env::var_os(name),
            default_dir: dirs::config_dir(),
            sections: &sections,
        })
    }

    /// The versions of the API of the vendor that the line names, else of all.
    fn versions(&self) -> Vec<&'static str> {
        let named = self.line.value("vendor");
        let vendors = self.vendors.iter();
        let vendors =
            vendors.filter(|vendor| named.is_none_or(|name| name == vendor.name.as_str()));
        let ids = vendors.flat_map(|vendor| vendor.apis).map(|api| api.id);
        ids.filter(|id| !id.is_empty()).collect()
    }

    /// The values that the table of the operation lists for a parameter.
    fn parameter(&self, name: &str) -> Option<&'static [&'static str]> {
        let [vendor, operation] = self.line.path[..] else { return None };
        let mut operations = self.vendors.operations();
        let spec =
            operations.find(|spec| spec.vendor.as_str() == vendor && spec.name == operation)?;
        spec.params.iter().find(|param| param.name == name).map(|param| param.values)
    }

    /// Topics and commands, or the commands below the one that is named.
    fn help(&self) -> Vec<Candidate> {
        let words = &self.line.positionals;
        let named = words.iter().try_fold(self.root, |command, word| command.find_subcommand(word));
        let commands = named.into_iter().flat_map(clap::Command::get_subcommands);
        let commands = commands.filter(|command| !command.is_hide_set()).map(command);
        let topics = TOPICS.iter().filter(|_| words.is_empty());
        let topics = topics.map(|topic| Candidate::new(topic.name, topic.about));
        topics.chain(commands).collect()
    }
}

/// The values that clap itself checks.
fn possible(arg: &Arg) -> Vec<Candidate> {
    let values = arg.get_possible_values().into_iter().filter(|value| !value.is_hide_set());
    values.map(|value| Candidate::new(value.get_name(), &plain(value.get_help()))).collect()
}
