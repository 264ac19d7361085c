//! `livectl watch`: reads what is watched, and refuses what cannot be; the looks are made in [`looks`].

pub mod goal;
mod looks;
mod report;
mod watched;

use std::rc::Rc;

use crate::api::operation::{Operation, OperationSpec, stream_names};
use crate::api::operation_input::OperationInput;
use crate::api::spec::{Vendor, Vendors};
use crate::cli::operations::{LookLimits, OperationCommand, TargetSource};
use crate::cli::watch::WatchOptions;
use crate::config::load::load_if_any;
use crate::engine::context::ViewerProbe;
use crate::error::{Error, Result};
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::net::client::HttpClient;
use crate::net::endpoint::is_loopback;
use crate::net::play_url;
use crate::run::accounts::{self, Accounts};
use crate::run::execution::{OpenVendors, client, connections, limits_of, runtime};
use crate::run::input::{self, plan_context};
use crate::run::invocation::Invocation;
use crate::run::settings::{self, Settings};
use crate::run::viewers::PlayUrls;
use crate::run::watch::goal::WatchGoal;
use crate::run::watch::looks::{VendorLooks, Watch};
use crate::run::watch::watched::{Watched, WatchedName};
use crate::text::{shell_word, visible};
use crate::viewer::probe::PlayProbe;

/// Looks until the goal is reached or the time is over, and returns the exit code.
pub fn run(call: &Invocation<'_>, options: &WatchOptions) -> Result<u8> {
    match (&options.vendor, &options.play) {
        (Some(word), _) => {
            let vendor = vendor_called(call.vendors, word)?;
            if options.targets.is_empty() {
                return Err(no_target(vendor));
            }
            streams(call, options, vendor)
        }
        (None, Some(url)) => one_url(call, options, url),
        (None, None) => Err(Error::usage("nothing to look at is named")
            .hint("livectl watch VENDOR TARGET..., or livectl watch --play URL")),
    }
}

/// Watches streams at their vendor, and at their play URLs where `--play` gives those.
fn streams(call: &Invocation<'_>, options: &WatchOptions, vendor: &Vendor) -> Result<u8> {
    let command = command(vendor, options);
    let (accounts, settings) = accounts::resolve(call, command.looks, &command.source)?;
    let context = plan_context(call.global, &command, accounts.as_ref().ok(), &|_| None);
    let syntax = call.syntax();
    let planner = Planner::new(call.vendors, context).typed(TypedCommand::new(&syntax));
    let plan = input::read(&command, planner, settings.console)?;
    let accounts = accounts?;
    let Plan { operations, notes, .. } = plan.complete()?;
    input::check_size(operations.len(), settings.max_targets)?;
    check_goal(vendor, &accounts, options)?;
    // Those of the profile are left out: the vendor is asked, and what viewers get only where that is asked for.
    let urls = PlayUrls::of(options.play.as_deref(), false, &accounts)?;
    urls.check(operations.iter().map(|operation| &**operation))?;
    accounts.notes().iter().chain(&notes).for_each(|note| settings.console.note(note));

    let open = OpenVendors::open(&accounts, &settings, &operations)?;
    let [api] = &open.apis[..] else {
        return Err(Error::internal(anyhow::anyhow!("a watch asks one vendor")));
    };
    let limits = limits_of(settings.limits, &accounts);
    let viewers = Rc::new(client(limits, &accounts, urls.is_remote())?);
    let watched =
        |operation: &dyn Operation| Watched::new(watched_name(operation, urls.shown(operation)));
    let probe = |(row, operation): (usize, &dyn Operation)| {
        Some((row, Box::new(urls.probe(operation, &viewers)?) as Box<dyn ViewerProbe>))
    };
    let all = || operations.iter().map(|operation| &**operation);
    let watched = all().map(watched).collect();
    let probes = all().enumerate().filter_map(probe).collect();
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
fn one_url(call: &Invocation<'_>, options: &WatchOptions, text: &str) -> Result<u8> {
    let url = play_url::play_url(text).map_err(|why| Error::usage(format!("--play: {why}")))?;
    if text.contains('{') {
        return Err(Error::usage("--play: there is no stream whose name fills its placeholders")
            .hint("livectl watch VENDOR TARGET... --play URL, or write the name out"));
    }
    if options.until == Some(WatchGoal::Forbidden) {
        return Err(Error::usage("--until forbidden: a play URL does not show what is forbidden")
            .hint("--until off or on; or name the vendor and the stream too"));
    }
    let sections = call.vendors.sections();
    let selector = settings::selector(call.global, &sections);
    let profile = if call.global.sandbox { None } else { load_if_any(&selector)? };
    let settings = Settings::resolve(call.global, LookLimits::default(), profile.as_ref())?;
    let connections = connections(settings.limits, profile.as_ref());
    let client = Rc::new(HttpClient::new(connections, !is_loopback(&url))?);
    let name = WatchedName { play: Some(play_url::shown(&url)), ..WatchedName::default() };
    let watched = vec![Watched::new(name)];
    let probes = vec![(0, Box::new(PlayProbe::new(client, url)) as Box<dyn ViewerProbe>)];
    Watch { options, settings: &settings, watched, probes, looks: None }.run(runtime()?)
}

/// The look at each target as the vendor's `status` makes it.
// Read and refused like a command that was typed, so that a target in a wrapping is refused here too.
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

/// The name of the operation that reads a stream's state.
const STATUS: &str = "status";

fn status_of(vendor: &Vendor) -> Option<&'static OperationSpec> {
    vendor.operations.iter().copied().find(|spec| spec.name == STATUS)
}

fn vendor_called(vendors: Vendors, word: &str) -> Result<&'static Vendor> {
    let found = vendors.iter().find(|vendor| vendor.name.as_str() == word);
    let why = match found {
        Some(vendor) if status_of(vendor).is_some() => return Ok(vendor),
        Some(vendor) => format!("{} does not report the state of a stream", vendor.name.title()),
        None => format!("{}: no such vendor", visible(word)),
    };
    let watchable = vendors.iter().filter(|vendor| status_of(vendor).is_some());
    let names: Vec<_> = watchable.map(|vendor| vendor.name.as_str()).collect();
    let names = names.join(", ");
    Err(Error::usage(why).hint(format!("livectl watch VENDOR TARGET...; the vendors are {names}")))
}

fn no_target(vendor: &Vendor) -> Error {
    let word = vendor.name.as_str();
    let target = status_of(vendor).map_or("TARGET", |spec| spec.target.value_name);
    Error::usage(format!("no stream of {} is named", vendor.name.title()))
        .hint(format!("livectl watch {} {target}...", shell_word(word)))
}

/// Refuses to wait for a state that the vendor's API does not report.
fn check_goal(vendor: &Vendor, accounts: &Accounts, options: &WatchOptions) -> Result<()> {
    let planned = accounts.planned(Some(vendor.name.as_str()));
    let (Some(goal), Some(spec), [account]) = (options.until, status_of(vendor), &planned[..])
    else {
        return Ok(());
    };
    let states = (spec.states)(account);
    if goal.is_among(states) {
        return Ok(());
    }
    let (title, word, told) = (vendor.name.title(), goal.as_str(), states.join(" and "));
    let version = match account.api() {
        "" => String::new(),
        api => format!(" with `api = \"{api}\"`"),
    };
    let message = format!("--until {word}: {title}'s API{version} reports {told} only");
    Err(Error::usage(message)
        .hint("wait for a state that it reports, or look at a --play URL alone"))
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
