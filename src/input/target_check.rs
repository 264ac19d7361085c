//! Why a target is not taken without `--exact`: its wrapping, its invisible characters, an end typed as a target.
//!
//! The forms of wrappings are in `wrapping`, the commands that a refusal prints in `meant`.

use crate::api::operation::OperationSpec;
use crate::api::operation_input::OperationInput;
use crate::api::target::{PUSH_DOMAIN, plain};
use crate::input::lines::InputLine;
use crate::input::plan::Planner;
use crate::input::wrapping::{self, TargetForm, masked};
use crate::outcome::effect::Effect;
use crate::secret::redact::urls;
use crate::text::{shell_word, visible};
use crate::time;

/// How names are read out of a wrapping.
struct WrappedNames<'a> {
    form: TargetForm,
    /// The push domain of the command or the profile.
    domain: Option<&'a str>,
    /// Whether the wrapping names the application too.
    has_app: bool,
}

impl WrappedNames<'_> {
    /// The application and the names in a target's wrapping.
    fn of(&self, target: &str) -> Option<(Option<String>, Vec<String>)> {
        let find = |form| {
            let names = wrapping::find(target, form, self.domain)?.names;
            (!names.is_empty()).then_some(names)
        };
        match self.has_app.then(|| find(TargetForm::Stream)).flatten() {
            // Of a longer path, no part is surely the application.
            Some(_) if wrapping::has_long_path(target) => None,
            Some(streams) => of_one_app(&streams),
            None => Some((None, find(self.form)?)),
        }
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
        spec: &OperationSpec,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<(String, &'static str)> {
        let shown = || visible(&format!("{:?}", masked(&input.target))).into_owned();
        if let Some(command) = self.missing_end(spec, input, place) {
            let what = format!("target {}: an end is missing, and this looks like one", shown());
            self.problems.has_wrapped = true;
            return Some((format!("{}{what}: {command}", place.prefix()), "an end is missing"));
        }
        let form = match spec.effect {
            Effect::DomainSetting => TargetForm::Domain,
            _ if spec.target.has_application() => TargetForm::Stream,
            _ => TargetForm::Name,
        };
        let domain = self.domain(spec, input);
        let wrapped = wrapping::find(&input.target, form, domain.as_deref());
        // In a line of a file, commas were quoted on purpose.
        let is_taken = matches!(place, InputLine::Line(_))
            && form != TargetForm::Domain
            && wrapping::is_plain_list(&input.target, form, domain.as_deref());
        if let Some(wrapped) = wrapped.filter(|_| !is_taken) {
            let takes = |key| spec.takes_at(key, self.context.api(spec.vendor));
            let is_own = wrapped.hosts.iter().all(|host| {
                domain.as_deref().is_some_and(|domain| host.eq_ignore_ascii_case(domain))
            });
            // The host of a play URL is another one, and does not show the push domain.
            let is_foreign = !is_own && takes("domain") && form != TargetForm::Domain;
            // A URL names the application too, which the profile's would replace.
            let has_app = !wrapped.hosts.is_empty() && form == TargetForm::Name && takes("app");
            let inside = WrappedNames { form, domain: domain.as_deref(), has_app };
            let foreign = is_foreign.then_some("; the host of a play URL is not the push domain");
            let meant = self.meant_names(input, place, &inside, is_foreign);
            // A domain has to be a host name, which `--exact` does not change.
            self.problems.has_wrapped |= form != TargetForm::Domain;
            self.problems.has_profile_line |= wrapped.what == wrapping::PROFILE_LINE;
            let text = format!(
                "{}target {}: {}{}{}",
                place.prefix(),
                shown(),
                wrapped.what,
                foreign.unwrap_or_default(),
                meant.map(|meant| format!("; probably meant: {meant}")).unwrap_or_default()
            );
            return Some((text, wrapped.what));
        }
        let wrong = hidden(&input.target, form)?;
        self.problems.has_wrapped = true;
        let text = format!("{}target {}: {wrong}", place.prefix(), shown());
        Some((text, "it is not shown as it is"))
    }

    /// The command with the names in a wrapping, or the names alone where a command like it was printed before.
    fn meant_names(
        &mut self,
        input: &OperationInput<'_>,
        place: InputLine,
        inside: &WrappedNames<'_>,
        is_foreign: bool,
    ) -> Option<String> {
        let (app, names) = inside.of(&input.target)?;
        let mut settings: Vec<(&str, &str)> = Vec::new();
        settings.extend(is_foreign.then_some(("domain", PUSH_DOMAIN)));
        settings.extend(app.as_deref().map(|app| ("app", app)));
        // One command has one application.
        let meant = |other: &str| {
            wrapping::find(other, inside.form, inside.domain)?;
            let fitting = inside.of(other).filter(|(other, _)| *other == app);
            Some(fitting.map(|(_, names)| names).unwrap_or_default())
        };
        let command = self.typed.for_target(input, place, &names, &settings, &meant);
        // Alike but for the names, it is long and its lines hide each other.
        let pattern = match place {
            InputLine::Arguments => command.clone(),
            InputLine::List(_) | InputLine::Line(_) => {
                self.typed.for_target(input, place, &[String::new()], &settings, &meant)
            }
        };
        if self.problems.is_new_command(pattern) {
            return Some(command);
        }
        Some(names.iter().map(|name| shell_word(&urls(name))).collect::<Vec<_>>().join(" "))
    }

    /// The command that gives a word as the end, where a ban without an end has a duration among its targets.
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
        is_end.then(|| self.typed.with_flag(&input.target, ENDS[0]))
    }

    /// The commands with the host names that a domain was probably meant to be, each in a run of its own.
    pub(super) fn meant_domain(
        &self,
        key: &str,
        input: &OperationInput<'_>,
        place: InputLine,
    ) -> Option<String> {
        let is_list = self.vendors.find(input).is_ok_and(OperationSpec::is_list);
        let given = match key {
            // A command that lists names its target by the flag.
            DOMAIN => input.get(DOMAIN).unwrap_or(&input.target),
            "target" if is_list => &input.target,
            _ => return None,
        };
        let hosts = wrapping::find(given, TargetForm::Domain, None)?.names;
        let command = |host: &String| self.typed.with_value(input, place, is_list, (DOMAIN, host));
        (!hosts.is_empty()).then(|| hosts.iter().map(command).collect::<Vec<_>>().join("; "))
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

/// The application that streams have in common, and their names: one command has one application.
fn of_one_app(streams: &[String]) -> Option<(Option<String>, Vec<String>)> {
    let parts: Option<Vec<_>> = streams.iter().map(|stream| stream.split_once('/')).collect();
    let parts = parts?;
    let (app, _) = parts.first()?;
    parts.iter().all(|(other, _)| other == app).then(|| {
        (Some((*app).to_owned()), parts.iter().map(|(_, name)| (*name).to_owned()).collect())
    })
}
