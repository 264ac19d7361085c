//! `livectl watch`: reads what is watched, and refuses what cannot be; the looks are made in [`looks`].

mod looks;

use std::ffi::OsString;
use std::rc::Rc;

use crate::api::operation::{Operation, stream_names};
use crate::api::operation_input::OperationInput;
use crate::api::spec::{Vendor, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{LookLimits, OperationCommand, TargetSource};
use crate::cli::watch::WatchOptions;
use crate::config::load::load_if_any;
use crate::engine::context::ViewerProbe;
use crate::error::{Error, Result};
use crate::input::meant::TypedCommand;
use crate::input::plan::Planner;
use crate::net::client::{ClientOptions, HttpClient};
use crate::net::connect_limit::connect_limit;
use crate::net::endpoint::is_loopback;
use crate::net::play_url;
use crate::run::accounts::Accounts;
use crate::run::execution::{OpenVendors, client, limits_of, runtime};
use crate::run::guard::CommandSyntax;
use crate::run::input::{self, plan_context};
use crate::run::settings::{self, Settings};
use crate::run::viewers::PlayUrls;
use crate::run::watch::looks::{VendorLooks, Watch};
use crate::text::{shell_word, visible};
use crate::viewer::probe::PlayProbe;
use crate::watch::goal::WatchGoal;
use crate::watch::watched::{Watched, WatchedName};

/// Looks until the goal is reached or the time is over, and returns the exit code.
pub fn run(
    vendors: Vendors,
    global: &GlobalOptions,
    options: &WatchOptions,
    args: &[OsString],
) -> Result<u8> {
    match &options.vendor {
        Some(word) => {
            let vendor = vendor_called(vendors, word)?;
            if options.targets.is_empty() {
                return Err(no_target(vendor));
            }
            streams(vendors, global, options, args, vendor)
        }
        None if options.play.is_some() => one_url(vendors, global, options),
        None => Err(Error::usage("nothing to look at is named")
            .hint("livectl watch VENDOR TARGET..., or livectl watch --play URL")),
    }
}

/// Watches streams at their vendor, and at their play URLs where `--play` gives those.
fn streams(
    vendors: Vendors,
    global: &GlobalOptions,
    options: &WatchOptions,
    args: &[OsString],
    vendor: &Vendor,
) -> Result<u8> {
    let sections = vendors.sections();
    let command = command(vendor, options);
    let accounts =
        Accounts::load(vendors, &settings::account_choice(global, &sections), &command.source);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, LookLimits::default(), profile)?;
    let known = accounts.as_ref().ok();
    let context = plan_context(global, &command, known, &|_| None);
    let typed = CommandSyntax::new(vendors, args);
    let planner = Planner::new(vendors, context).typed(TypedCommand::new(&typed));
    let mut plan = input::read(&command, planner, settings.console)?;
    let accounts = accounts?;
    if let Some(error) = plan.missing.take() {
        return Err(error);
    }
    input::check_size(plan.operations.len(), settings.max_targets)?;
    check_goal(vendor, &accounts, options)?;
    let urls = PlayUrls::of(options.play.as_deref(), false, &accounts)?;
    urls.check(plan.operations.iter().map(|operation| &**operation))?;
    accounts.notes().iter().chain(&plan.notes).for_each(|note| settings.console.note(note));

    let open = OpenVendors::open(&accounts, &settings, &plan.operations)?;
    let limits = limits_of(settings.limits, &accounts);
    let viewers = Rc::new(client(limits, &accounts, urls.is_remote())?);
    let operations = plan.operations;
    let watched = operations
        .iter()
        .map(|operation| Watched::new(watched_name(&**operation, urls.shown(&**operation))));
    let watched = watched.collect();
    let probes = operations.iter().enumerate().filter_map(|(row, operation)| {
        let probe: Box<dyn ViewerProbe> = Box::new(urls.probe(&**operation, &viewers)?);
        Some((row, probe))
    });
    let probes = probes.collect();
    let [api] = &open.apis[..] else {
        return Err(Error::internal(anyhow::anyhow!("a watch asks one vendor")));
    };
    let is_remote = api.is_remote(&operations[0].request(&[]));
    let looks = VendorLooks {
        transport: client(limits, &accounts, is_remote)?,
        api: Rc::clone(api),
        operations,
        limits,
        console: settings.console,
    };
    Watch { options, settings: &settings, watched, probes, looks: Some(looks) }.run(open.runtime)
}

/// Watches one play URL, for which no account is needed.
fn one_url(vendors: Vendors, global: &GlobalOptions, options: &WatchOptions) -> Result<u8> {
    let text = options.play.as_deref().unwrap_or_default();
    let url = play_url::play_url(text).map_err(|why| Error::usage(format!("--play: {why}")))?;
    if text.contains('{') {
        return Err(Error::usage("--play: there is no stream whose name fills its placeholders")
            .hint("livectl watch VENDOR TARGET... --play URL, or write the name out"));
    }
    if options.until == Some(WatchGoal::Forbidden) {
        return Err(Error::usage("--until forbidden: a play URL does not tell what is forbidden")
            .hint("--until off or on; or name the vendor and the stream too"));
    }
    let sections = vendors.sections();
    let choice = settings::account_choice(global, &sections);
    let profile = if choice.is_sandbox { None } else { load_if_any(&choice.selector)? };
    let settings = Settings::resolve(global, LookLimits::default(), profile.as_ref())?;
    let connections = ClientOptions {
        connect: connect_limit(settings.limits.timeout.min(settings.limits.deadline)),
        ca_file: profile.as_ref().and_then(|profile| profile.ca_file.clone()),
        proxy: profile.as_ref().and_then(|profile| profile.proxy.clone()),
    };
    let is_remote = !is_loopback(&url);
    let client = Rc::new(HttpClient::new(connections, is_remote)?);
    let name = WatchedName { play: Some(play_url::shown(&url)), ..WatchedName::default() };
    let watched = vec![Watched::new(name)];
    let probes = vec![(0, Box::new(PlayProbe::new(client, url)) as Box<dyn ViewerProbe>)];
    Watch { options, settings: &settings, watched, probes, looks: None }.run(runtime()?)
}

/// The look at each target as the vendor's `status` makes it.
fn command(vendor: &Vendor, options: &WatchOptions) -> OperationCommand {
    let mut input = OperationInput::new(vendor.name.as_str(), STATUS);
    let settings = [("domain", &options.domain), ("app", &options.app)];
    for (key, value) in settings {
        input = value.iter().fold(input, |input, value| input.with(key, value.clone()));
    }
    OperationCommand {
        source: TargetSource::Targets(options.targets.clone(), input),
        reason: None,
        looks: LookLimits::default(),
        play: None,
        shard: None,
        is_followed: false,
    }
}

/// The operation that reads a stream's state.
const STATUS: &str = "status";

fn vendor_called(vendors: Vendors, word: &str) -> Result<&'static Vendor> {
    let has_status =
        |vendor: &&'static Vendor| vendor.operations.iter().any(|spec| spec.name == STATUS);
    let found = vendors.iter().find(|vendor| vendor.name.as_str() == word);
    let names: Vec<_> =
        vendors.iter().filter(has_status).map(|vendor| vendor.name.as_str()).collect();
    let hint = format!("livectl watch VENDOR TARGET...; the vendors are {}", names.join(", "));
    match found {
        Some(vendor) if has_status(&vendor) => Ok(vendor),
        Some(vendor) => {
            let title = vendor.name.title();
            Err(Error::usage(format!("{title} does not tell the state of a stream")).hint(hint))
        }
        None => Err(Error::usage(format!("{}: no such vendor", visible(word))).hint(hint)),
    }
}

fn no_target(vendor: &Vendor) -> Error {
    let word = vendor.name.as_str();
    let spec = vendor.operations.iter().find(|spec| spec.name == STATUS);
    let target = spec.map_or("TARGET", |spec| spec.target.value_name);
    Error::usage(format!("no stream of {} is named", vendor.name.title()))
        .hint(format!("livectl watch {} {target}...", shell_word(word)))
}

/// Refuses to wait for a state that the vendor's API does not tell.
fn check_goal(vendor: &Vendor, accounts: &Accounts, options: &WatchOptions) -> Result<()> {
    let spec = vendor.operations.iter().find(|spec| spec.name == STATUS);
    let planned = accounts.planned(Some(vendor.name.as_str()));
    let (Some(goal), Some(spec), [account]) = (options.until, spec, &planned[..]) else {
        return Ok(());
    };
    let states = (spec.states)(account);
    if goal.is_told_by(states) {
        return Ok(());
    }
    let (title, word, told) = (vendor.name.title(), goal.as_str(), states.join(" and "));
    let version = match account.api() {
        "" => String::new(),
        api => format!(" with `api = \"{api}\"`"),
    };
    let message = format!("--until {word}: {title}'s API{version} tells {told} only");
    Err(Error::usage(message).hint("wait for a state that it tells, or look at a --play URL alone"))
}

fn watched_name(operation: &dyn Operation, play: Option<String>) -> WatchedName {
    let names = stream_names(operation);
    WatchedName {
        vendor: Some(operation.spec().vendor.as_str()),
        target: Some(operation.target().to_owned()),
        domain: names.domain.map(str::to_owned),
        app: operation.app().map(str::to_owned),
        play,
    }
}
