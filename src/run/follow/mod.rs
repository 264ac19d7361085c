//! `apply --follow`: acts on lines as they come, and prints each result at once.
//!
//! [`follower`] turns lines into rows, [`results`] records and prints what becomes of them; the engine does the rest. The
//! rules that other runs hold a whole plan to are held against each line here.

mod follower;
mod results;
mod target_window;

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::{join, select};
use tokio::runtime::Runtime;

use crate::api::name::VendorName;
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::engine::context::{Engine, NoViewers};
use crate::error::{Error, Result};
use crate::input::line_source::LineSource;
use crate::input::meant::TypedCommand;
use crate::input::plan::Planner;
use crate::input::rows::ArrivedRows;
use crate::input::source::InputFormat;
use crate::journal::history::History;
use crate::output::json::Lines;
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::output::reporter::Reporter;
use crate::output::{Format, RunInfo};
use crate::run::accounts::{self, Accounts, ConfiguredApis};
use crate::run::execution::{self, EndedRun};
use crate::run::follow::follower::{Follower, LineRules};
use crate::run::follow::results::FollowedRun;
use crate::run::guard::{self, Guard};
use crate::run::input::plan_context;
use crate::run::invocation::Invocation;
use crate::run::record::{self, RunContext};
use crate::run::resume;
use crate::run::settings::{self, Settings, max_targets};
use crate::run::signals::SignalListener;
use crate::run::viewers::PlayUrls;
use crate::text::count;

/// A value for `--max-targets` to copy.
const USUAL_TARGETS: usize = 60;

/// Acts on each line of the input as it comes, and returns the exit code; an error means that nothing was sent.
pub(super) fn follow(call: &Invocation<'_>, command: &OperationCommand) -> Result<u8> {
    let (accounts, settings) = accounts::resolve(call, command.looks, &command.source)?;
    let path = check_flags(call.global, command, &settings)?;
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    // No default: lines come without end, and only the operator knows how many a minute are usual.
    let most = max_targets(call.global, profile).ok_or_else(max_targets_missing)?;
    let runtime = execution::runtime()?;
    let source = open_source(path, &runtime)?;
    let accounts = accounts?;
    check_policy(&accounts)?;
    accounts.notes().iter().for_each(|note| settings.console.note(note));
    if path == Path::new("-") && std::io::stdin().is_terminal() {
        let note = "reads lines from this terminal, each done at once; Ctrl-D ends them";
        settings.console.note(note);
    }
    let play_urls = PlayUrls::of_lines(command.play.as_deref(), &settings, &accounts)?;
    let context = RunContext { call, accounts: &accounts, settings: &settings, undoes: None };
    let (run, unusable) = prepare(context, &runtime)?;
    let syntax = call.syntax();
    let plan_context = plan_context(call.global, command, Some(&accounts), &|_| None);
    let planner = Planner::new(call.vendors, plan_context).typed(TypedCommand::new(&syntax));
    let guard = Guard { call, source: guard::source(&command.source), names_its_run: false };
    let rules = LineRules { guard, policy: accounts.policy(), play_urls: &play_urls, unusable };
    let (signal, failure) = act(&run, &runtime, context, &play_urls, |run| {
        Follower::new(run, source, planner, rules, most)
    })?;
    runtime.shutdown_background();
    let untried = run.untried();
    let typed = TypedRun {
        vendors: call.vendors,
        line: &|| call.typed_line(),
        kind: TypedKind::Lines,
        reads_input: true,
        has_journal: settings.journal.is_some(),
        resume: &|_| untried_line(untried),
    };
    let FollowedRun { info, recorder, reporter, .. } = run;
    reporter.leave(untried);
    Ok(EndedRun { reporter, recorder, signal, failure }.close(context, &info, &typed))
}

/// Opens the vendors and the records of the run; returns the vendors that cannot be used, too.
fn prepare(
    context: RunContext<'_>,
    runtime: &Runtime,
) -> Result<(FollowedRun, HashMap<VendorName, Error>)> {
    let RunContext { call, accounts, settings, .. } = context;
    let (journal, history) = resume::open_journal(settings, History::of_ids(call.vendors))?;
    let simulator = accounts.start_sandbox(false, runtime)?;
    let ConfiguredApis { apis, unusable } =
        accounts.open_configured(simulator, settings.console)?;
    let arrived = Some(ArrivedRows::default());
    let info = Rc::new(RunInfo { arrived, ..context.info(apis) });
    let recorder = context.recorder(simulator, &info, journal);
    let recorder = match history {
        Some(history) => recorder.map(|recorder| recorder.with_ids(history.ids)),
        None => recorder,
    };
    let renderer = Box::new(Lines::new(Rc::clone(&info)));
    let reporter = Reporter::new(renderer, settings.console, 0);
    Ok((FollowedRun::new(info, recorder, reporter), unusable))
}

/// Reads and sends until the input or the run ends; returns the exit code that a signal asks for, and why the input could not
/// be read to its end.
fn act<'r>(
    run: &'r FollowedRun,
    runtime: &Runtime,
    RunContext { accounts, settings, .. }: RunContext<'_>,
    play_urls: &PlayUrls,
    follower: impl FnOnce(&'r FollowedRun) -> Follower<'r>,
) -> Result<(Option<u8>, Option<Error>)> {
    let limits = settings.limits;
    // Where the lines go is not known yet, so proxies are looked for, unless all go to the sandbox.
    let transport = execution::client(limits, accounts, !accounts.is_simulated())?;
    let viewers = execution::viewers(play_urls, &run.info, accounts, limits)?;
    run.reporter.queue_output();
    let engine = Engine {
        transport: &transport,
        operations: run.info.rows(),
        limits: execution::limits_of(limits, accounts),
        clock: Rc::new(Utc::now),
        observer: run,
        viewers: viewers.as_ref().map_or(&NoViewers, |viewers| viewers),
    };
    let SignalListener { tasks, mut signals } =
        SignalListener::start(runtime).map_err(Error::internal)?;
    let (waiting, failure) = tasks.block_on(runtime, async {
        let mut follower = follower(run);
        let send = async {
            engine.follow(&mut follower, &mut signals.interruptions).await;
            run.end();
        };
        let keep = record::keep_written(run.recorder.as_ref());
        select(pin!(join(send, run.print())), pin!(keep)).await;
        follower.end()
    });
    run.leave(waiting);
    run.reporter.set_urgency(signals.urgency());
    Ok((signals.exit_code(), failure))
}

fn untried_line(untried: usize) -> String {
    let lines = match untried {
        0 => "every line that was read has its result".to_owned(),
        1 => "1 line was read and not tried, and has no result".to_owned(),
        _ => format!("{} were read and not tried, and have no result", count(untried, "line")),
    };
    format!("interrupted; {lines}")
}

fn open_source(path: &Path, runtime: &Runtime) -> Result<LineSource> {
    let _within = runtime.enter();
    LineSource::open(path)
}

/// Refuses what does not go together with lines that come; returns where they come from.
fn check_flags<'c>(
    global: &GlobalOptions,
    command: &'c OperationCommand,
    settings: &Settings,
) -> Result<&'c Path> {
    let TargetSource::File(path, format) = &command.source else {
        return Err(Error::usage("--follow reads operations from a file"));
    };
    let is_csv = format.or_else(|| InputFormat::of(path).ok()) == Some(InputFormat::Csv);
    let refusals = [
        (
            command.shard.is_some(),
            "--shard divides a list, and --follow has none",
            "give each worker its own queue, or leave out --shard",
        ),
        (
            global.resume,
            "--resume compares a list with a journal, and --follow has none",
            "give each line an `id`: with --journal, one that was applied is not done again",
        ),
        (
            settings.is_dry_run,
            "--follow acts on each line, and a dry run on none",
            "`livectl apply --dry-run FILE` shows what the lines of a file would send",
        ),
        (
            settings.format != Format::Jsonl && is_format_chosen(global),
            "--follow prints JSON Lines",
            "leave out -o, or pass -o jsonl",
        ),
        (
            is_csv,
            "--follow reads JSON Lines, and this is CSV",
            "without --follow, `livectl apply` reads CSV",
        ),
    ];
    match refusals.into_iter().find(|(is_refused, ..)| *is_refused) {
        Some((_, what, hint)) => Err(Error::usage(what).hint(hint)),
        None => Ok(path),
    }
}

/// Whether a form of output is asked for.
fn is_format_chosen(global: &GlobalOptions) -> bool {
    global.output.is_some() || settings::variable("LIVECTL_OUTPUT").is_some()
}

fn max_targets_missing() -> Error {
    Error::usage("--follow needs --max-targets N, the most distinct targets in any 60 s")
        .hint(format!("for example: --max-targets {USUAL_TARGETS}"))
}

/// Refuses a policy that cannot be read.
// No line could be known to be allowed, and the lines are not known yet.
fn check_policy(accounts: &Accounts) -> Result<()> {
    match &accounts.policy().unreadable {
        Some(why) => Err(Error::config(why)
            .hint("nothing was sent: without the patterns no target is known to be unprotected")),
        None => Ok(()),
    }
}
