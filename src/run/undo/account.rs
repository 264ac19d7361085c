//! The account of a run that is undone: today's must be the one that the run used.

use std::ffi::OsString;
use std::path::Path;

use crate::api::spec::{AccountIdentity, Vendors};
use crate::cli::global::GlobalOptions;
use crate::config::load::profile_names;
use crate::config::selector::{ProfileSelector, SANDBOX_PROFILE};
use crate::error::{Error, Result};
use crate::journal::run_record::{AccountRecord, RunRecord};
use crate::run::accounts::Accounts;
use crate::run::invocation::Invocation;
use crate::run::record::absolute;
use crate::run::undo::undone_run::{UndoneRun, visible_profile};
use crate::sandbox::server::DEFAULT_LISTEN;
use crate::text::visible;

impl UndoneRun {
    /// The accounts of today with which the run was made, where they are still the same.
    pub(super) fn accounts(&self, call: &Invocation<'_>) -> Result<Accounts> {
        let run = self.summary.id.short();
        let profile = self.summary.profile.as_deref();
        if profile == Some(SANDBOX_PROFILE) {
            return Err(Error::input(format!("run {run} was made at the embedded sandbox"))
                .hint("its state is gone; nothing was sent"));
        }
        let record = self.summary.record.as_ref();
        self.check_choice(call.global, record)?;
        let sections = call.vendors.sections();
        let config = record.and_then(|record| record.config.as_deref());
        // The run's own file and profile, whatever chooses others today: a target would be changed at another account.
        let env = |name: &str| match name {
            "LIVECTL_CONFIG" if record.is_some() => config.map(OsString::from),
            "LIVECTL_PROFILE" => profile.map(OsString::from),
            _ => std::env::var_os(name),
        };
        let selector = ProfileSelector {
            // A journal from before runs had a first record names no file.
            config: call.global.config.clone().filter(|_| record.is_none()),
            profile: None,
            env: &env,
            default_dir: dirs::config_dir(),
            sections: &sections,
        };
        if let Some(config) = config {
            self.check_exists(config, &selector)?;
        }
        let accounts = Accounts::of_profile(call.vendors, &selector)?;
        if accounts.name() != profile {
            let (then, today) = (visible_profile(profile), visible_profile(accounts.name()));
            return Err(Error::input(format!("run {run} used {then}; today it would be {today}"))
                .hint("nothing was sent"));
        }
        for (vendor, recorded) in record.iter().flat_map(|record| &record.accounts) {
            self.check_account(call.vendors, vendor, recorded, &accounts)?;
        }
        Ok(accounts)
    }

    /// Refuses `-c` and `-p` that name another file or profile than the run's.
    // Ignored, they would seem to have chosen the account.
    fn check_choice(&self, global: &GlobalOptions, record: Option<&RunRecord>) -> Result<()> {
        let run = self.summary.id.short();
        let refuse = |flag: &str, then: Option<&str>| {
            let then = then.map_or("none".into(), |then| visible(then).into_owned());
            Err(Error::usage(format!("{flag} names another one than run {run} used: {then}"))
                .hint(format!("leave out {flag}; an undo uses the account of its run")))
        };
        if let (Some(path), Some(record)) = (&global.config, record)
            && record.config.as_deref() != Some(&*absolute(path))
        {
            return refuse("-c", record.config.as_deref());
        }
        let profile = self.summary.profile.as_deref();
        match &global.profile {
            Some(name) if profile != Some(name) => refuse("-p", profile),
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses a profile file that is gone, or that has the run's profile no more.
    fn check_exists(&self, config: &str, selector: &ProfileSelector<'_>) -> Result<()> {
        let (run, path) = (self.summary.id.short(), visible(config));
        if !Path::new(config).exists() {
            return Err(Error::config(format!("there is no {path}, which run {run} used"))
                .hint("restore the file to undo the run"));
        }
        let Some(name) = &self.summary.profile else { return Ok(()) };
        let names = profile_names(selector);
        // A file that cannot be read has no names; why not, is reported when it is loaded.
        if names.is_empty() || names.contains(name) {
            return Ok(());
        }
        let what = format!("profile {:?} in {path}", visible(name));
        Err(Error::config(format!("there is no {what}, which run {run} used"))
            .hint("restore the profile to undo the run"))
    }

    /// Refuses an account that is another today.
    fn check_account(
        &self,
        vendors: Vendors,
        name: &str,
        recorded: &AccountRecord,
        accounts: &Accounts,
    ) -> Result<()> {
        let is_used = self.targets.targets.iter().any(|target| target.key.parts()[0] == name);
        let vendor = vendors.iter().find(|vendor| vendor.name.as_str() == name && is_used);
        let Some(vendor) = vendor else { return Ok(()) };
        let today = accounts.record(vendor, DEFAULT_LISTEN);
        let (then, now) = (Some(recorded.api.clone()), Some(today.api.clone()));
        let mut settings =
            vec![("api", &then, &now), ("endpoint", &recorded.endpoint, &today.endpoint)];
        let version = vendor.apis.iter().find(|version| version.name == today.api);
        // Another key may be one of the same account; another user name or `app_id` is another account.
        if let Some(AccountIdentity::Account(key)) = version.map(|version| version.identity) {
            settings.push((key, &recorded.id, &today.id));
        }
        let Some((key, then, now)) = settings.into_iter().find(|(_, then, now)| then != now) else {
            return Ok(());
        };
        let shown = |value: &Option<String>| {
            value.as_deref().map_or("not set".into(), |text| visible(text).into_owned())
        };
        let (then, now, run) = (shown(then), shown(now), self.summary.id.short());
        Err(Error::input(format!("{name}.{key} is {now}, and was {then} for run {run}")).hint(
            format!(
                "nothing was sent; to undo the run, set {key} = {then:?} in the profile's section {name}"
            ),
        ))
    }
}
