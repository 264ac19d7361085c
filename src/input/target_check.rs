//! Why a target is not taken without `--exact`: its wrapping, its invisible characters, an end typed as a target.
//!
//! The forms of wrappings are in `wrapping`, the commands that a refusal prints in `meant`.

use crate::api::operation::OperationSpec;
use crate::api::operation_input::OperationInput;
use crate::api::target::{PUSH_DOMAIN, plain};
use crate::input::lines::InputLine;
use crate::input::plan::Planner;
use crate::input::wrapped::{TargetForm, Wrapped};
use crate::input::wrapping::{self, masked};
use crate::outcome::effect::Effect;
use crate::secret::redact::urls;
use crate::text::{shell_word, visible};
use crate::time;

/// What a target means: its names, and the settings that its wrapping gives.
#[derive(Debug)]
struct MeantTarget {
    settings: MeantSettings,
    names: Vec<String>,
}

/// The settings that a wrapping gives. Targets with others belong into another command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MeantSettings {
    /// The host of a URL that is not the run's push domain; which domain that is, only the operator knows.
    foreign_host: Option<String>,
    /// The application of a URL.
    app: Option<String>,
}

impl MeantSettings {
    fn flags(&self) -> Vec<(&str, &str)> {
        let domain = self.foreign_host.as_ref().map(|_| (DOMAIN, PUSH_DOMAIN));
        domain.into_iter().chain(self.app.as_deref().map(|app| ("app", app))).collect()
    }
}

/// How the targets of an operation are read.
struct TargetReader {
    form: TargetForm,
    /// The push domain of the command or the profile.
    domain: Option<String>,
    takes_domain: bool,
    takes_app: bool,
}

impl TargetReader {
    fn find(&self, target: &str) -> Option<Wrapped> {
        wrapping::find(target, self.form, self.domain.as_deref())
    }

    /// The first host that is not the run's push domain, where that matters.
    fn foreign_host<'w>(&self, wrapped: &'w Wrapped) -> Option<&'w String> {
        let is_own = |host: &str| {
            self.domain.as_deref().is_some_and(|domain| host.eq_ignore_ascii_case(domain))
        };
        let is_asked = self.takes_domain && self.form != TargetForm::Domain;
        wrapped.hosts.iter().find(|host| is_asked && !is_own(host))
    }

    /// What a target means; `None` where that cannot be known.
    fn meant(&self, target: &str) -> Option<MeantTarget> {
        let plain =
            || MeantTarget { settings: MeantSettings::default(), names: vec![target.into()] };
        let Some(wrapped) = self.find(target) else { return Some(plain()) };
        let foreign_host = self.foreign_host(&wrapped).map(|host| host.to_lowercase());
        // The hosts of several URLs may belong to several push domains.
        let is_one =
            |host: &String| wrapped.hosts.iter().all(|other| other.eq_ignore_ascii_case(host));
        if wrapped.names.is_empty() || !foreign_host.as_ref().is_none_or(is_one) {
            return None;
        }
        // A URL names the application too, which the profile's would replace.
        let streams =
            (self.takes_app && self.form == TargetForm::Name && !wrapped.hosts.is_empty())
                .then(|| wrapping::find(target, TargetForm::Stream, self.domain.as_deref()))
                .flatten();
        let (app, names) = match streams.filter(|streams| !streams.names.is_empty()) {
            // Of a longer path, no part is surely the application.
            Some(streams) if streams.has_long_path => return None,
            Some(streams) => of_one_app(&streams.names)?,
            None => (None, wrapped.names),
        };
        Some(MeantTarget { settings: MeantSettings { foreign_host, app }, names })
    }
}

/// What is wrong with a target that is not shown as it is; its application and its name are looked at for themselves.
fn hidden(target: &str, form: TargetForm) -> Option<String> {
    if target.is_empty() || form == TargetForm::Domain {
        return None;
    }
    let parts = if form == TargetForm::Stream { target.split_once('/') } else { None };
    let (app, name) = parts.unwrap_or((target, ""));
    let mut parts = [target, app, name].into_iter().filter(|part| !part.is_empty());
    parts.find_map(|part| plain(part).err())
}

impl Planner<'_> {
    /// Why a target is not taken without `--exact`, and what that has in common with other lines.
    pub(super) fn refusal(
        &mut self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<(String, &'static str)> {
        // Every target of a list comes here, so that nothing is written before one is refused.
        let target = || {
            let shown = visible(&format!("{:?}", masked(&input.target))).into_owned();
            format!("{}target {shown}", place.prefix())
        };
        if let Some(command) = self.missing_end(spec, input, place) {
            self.problems.has_wrapped = true;
            let text = format!("{}: an end is missing, and this looks like one{command}", target());
            return Some((text, "an end is missing"));
        }
        let reader = self.reader(spec, input);
        // In a line of a file, commas were quoted on purpose.
        let is_taken = matches!(place, InputLine::Line(_))
            && reader.form != TargetForm::Domain
            && wrapping::is_plain_list(&input.target, reader.form, reader.domain.as_deref());
        match reader.find(&input.target).filter(|_| !is_taken) {
            Some(_) if self.context.is_exact => Some((String::new(), "")),
            Some(wrapped) => {
                let why = self.refused_wrapping(&reader, &wrapped, spec, input, place);
                Some((format!("{}: {why}", target()), wrapped.what))
            }
            None => {
                let wrong = hidden(&input.target, reader.form)?;
                self.problems.has_wrapped = true;
                let kind = "invisible characters, or blanks at an end";
                Some((format!("{}: {wrong}", target()), kind))
            }
        }
    }

    /// What is wrong with a target in a wrapping, and the command that was probably meant.
    fn refused_wrapping(
        &mut self,
        reader: &TargetReader,
        wrapped: &Wrapped,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> String {
        // A domain has to be a host name, which `--exact` does not change.
        self.problems.has_wrapped |= reader.form != TargetForm::Domain;
        self.problems.has_profile_line |= wrapped.what == wrapping::PROFILE_LINE;
        let mut why = wrapped.what.to_owned();
        // The host of a play URL is another one, and does not show the push domain.
        if reader.foreign_host(wrapped).is_some() {
            why.push_str("; the host of a play URL is not the push domain");
        }
        let meant = match place {
            InputLine::Arguments => self.meant_arguments(reader, spec, input),
            InputLine::List(_) | InputLine::Line(_) => self.meant_line(reader, spec, input, place),
        };
        if let Some(meant) = meant {
            why.push_str(&format!("; probably meant: {meant}"));
        }
        why
    }

    fn reader(&self, spec: &OperationSpec, input: &OperationInput<'_>) -> TargetReader {
        let takes = |key| spec.takes_at(key, self.context.api(spec.vendor));
        let form = match spec.effect {
            Effect::DomainSetting => TargetForm::Domain,
            _ if spec.target.has_application() => TargetForm::Stream,
            _ => TargetForm::Name,
        };
        let domain = self.domain(spec, input);
        TargetReader { form, domain, takes_domain: takes(DOMAIN), takes_app: takes("app") }
    }

    /// The commands with the names of all targets typed, or the names alone where those commands were printed before.
    // One command has one domain and one application. Where one of the targets cannot be known there is no command: it would
    // look as if it did all of them.
    fn meant_arguments(
        &mut self,
        reader: &TargetReader,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
    ) -> Option<String> {
        if let Some(has_command) = self.problems.has_command {
            return reader
                .meant(&input.target)
                .filter(|_| has_command)
                .map(|own| shown(&own.names));
        }
        self.problems.has_command = Some(false);
        let mut targets = Vec::new();
        for word in self.typed.targets() {
            let meant = reader.meant(&word)?;
            self.are_fit(reader, spec, input, &meant.names).then_some(())?;
            targets.push((word, meant));
        }
        let mut groups: Vec<&MeantSettings> = Vec::new();
        for (_, meant) in &targets {
            if !groups.contains(&&meant.settings) {
                groups.push(&meant.settings);
            }
        }
        let command = |settings: &&MeantSettings| {
            let names = |word: &str| {
                let meant = targets.iter().find(|(own, _)| own == word).map(|(_, meant)| meant);
                let meant = meant.filter(|meant| meant.settings == **settings);
                meant.map(|meant| meant.names.clone()).unwrap_or_default()
            };
            self.typed.for_targets(&names, &settings.flags())
        };
        let commands: Vec<_> = groups.iter().map(command).collect();
        self.problems.has_command = Some(true);
        Some(commands.join("; "))
    }

    /// The command with the names in the wrapping of one line, or the names alone where a command like it was printed
    /// before.
    fn meant_line(
        &mut self,
        reader: &TargetReader,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<String> {
        let MeantTarget { settings, names } = reader.meant(&input.target)?;
        self.are_fit(reader, spec, input, &names).then_some(())?;
        let flags = settings.flags();
        let command = self.typed.for_line(spec, input, place, &names, &flags)?;
        // Alike but for the names, it is long and its lines hide each other.
        let form = self.typed.for_line(spec, input, place, &[], &flags)?;
        Some(if self.problems.is_new_command(form) { command } else { shown(&names) })
    }

    /// Whether these names are shown as they are, and the vendor's rules accept them as targets.
    fn are_fit(
        &mut self,
        reader: &TargetReader,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        names: &[String],
    ) -> bool {
        names.iter().all(|name| {
            let read = spec.read(&input.on(name), &mut self.context);
            let is_refused = matches!(read, Err(problem) if problem.key == "target");
            !is_refused && hidden(name, reader.form).is_none()
        })
    }

    /// Where a ban without an end has a duration among its targets, the command that gives it as the end, behind a colon.
    fn missing_end(
        &self,
        spec: &OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<String> {
        const ENDS: [&str; 4] = ["for", "until", "longest", "permanent"];
        let has_end = input.settings().any(|name| ENDS.contains(&name));
        let is_missing = place == InputLine::Arguments && spec.takes(ENDS[0]) && !has_end;
        let is_end = is_missing && time::duration(&input.target).is_ok();
        is_end.then(|| {
            let command = self.typed.with_flag(&input.target, ENDS[0]);
            command.map(|command| format!(": {command}")).unwrap_or_default()
        })
    }

    /// The commands with the host names that a domain was probably meant to be, each in a separate run.
    pub(super) fn meant_domain(
        &self,
        key: &str,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<String> {
        let spec = self.vendors.find(input).ok()?;
        let given = match key {
            // A command that lists names its target by the flag.
            DOMAIN => input.get(DOMAIN).unwrap_or(&input.target),
            "target" if spec.is_list() => &input.target,
            _ => return None,
        };
        let hosts = wrapping::find(given, TargetForm::Domain, None)?.names;
        let command = |host: &String| self.typed.with_value(spec, input, place, (DOMAIN, host));
        let commands: Vec<_> = hosts.iter().map(command).collect::<Option<_>>()?;
        (!commands.is_empty()).then(|| commands.join("; "))
    }

    /// The push domain of an operation: the one given, else the profile's.
    fn domain(&self, spec: &OperationSpec, input: &OperationInput<'_>) -> Option<String> {
        let account = self.context.account(spec.vendor);
        let given = input.get(DOMAIN).or_else(|| account.and_then(|account| account.text(DOMAIN)));
        given.map(str::to_owned)
    }
}

/// The flag and the key of a push domain.
const DOMAIN: &str = "domain";

/// Names as words of a shell.
fn shown(names: &[String]) -> String {
    names.iter().map(|name| shell_word(&urls(name))).collect::<Vec<_>>().join(" ")
}

/// The application that streams have in common, and their names.
// One command has one application.
fn of_one_app(streams: &[String]) -> Option<(Option<String>, Vec<String>)> {
    let parts: Option<Vec<_>> = streams.iter().map(|stream| stream.split_once('/')).collect();
    let parts = parts?;
    let (app, _) = parts.first()?;
    parts.iter().all(|(other, _)| other == app).then(|| {
        (Some((*app).to_owned()), parts.iter().map(|(_, name)| (*name).to_owned()).collect())
    })
}
