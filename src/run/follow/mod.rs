//! `apply --follow`: acts on lines as they come, and prints each result at once.
//!
//! [`follower`] turns lines into rows, [`results`] records and prints what becomes of them; the engine does the rest. The
//! rules that other runs hold a whole plan to are held against each line here.

mod follower;
mod results;
mod target_window;

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::{join, select};
use tokio::runtime::Runtime;

use crate::api::name::VendorName;
use crate::api::spec::{Api, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::console;
use crate::engine::context::Engine;
use crate::error::{Error, Result};
use crate::input::line_source::LineSource;
use crate::input::meant::TypedCommand;
use crate::input::plan::Planner;
use crate::input::rows::ArrivedRows;
use crate::input::source::InputFormat;
use crate::journal::history::History;
use crate::journal::recorder::Recorder;
use crate::output::json::Lines;
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::output::reporter::Reporter;
use crate::output::run_id::RunId;
use crate::output::summary::FinishedRun;
use crate::output::{Format, RunInfo};
use crate::run::accounts::{Accounts, ConfiguredApis};
use crate::run::follow::follower::{Follower, LineRules};
use crate::run::follow::results::FollowedRun;
use crate::run::guard::CommandSyntax;
use crate::run::input::plan_context;
use crate::run::record::{self, RunIdentity};
use crate::run::settings::{self, Settings};
use crate::run::signals::SignalListener;
use crate::run::viewers::{PlayUrls, RunViewers};
use crate::run::{execution, guard, resume};
use crate::text::count;

/// A value for `--max-targets` to copy.
const USUAL_TARGETS: usize = 60;

/// Acts on each line of the input as it comes, and returns the exit code; an error means that nothing was sent.
pub(super) fn follow(
    vendors: Vendors,
    global: &GlobalOptions,
    command: &OperationCommand,
    args: &[OsString],
) -> Result<u8> {
    let sections = vendors.sections();
    let choice = settings::account_choice(global, &sections);
    let accounts = Accounts::load(vendors, &choice, &command.source);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, command.looks, profile)?;
    let path = check_flags(global, command, &settings)?;
    let limit = global.max_targets.or(profile.and_then(|profile| profile.max_targets));
    let most = limit.ok_or_else(max_targets_missing)?;
    let runtime = execution::runtime()?;
    let source = open_source(path, &runtime)?;
    let accounts = accounts?;
    check_policy(&accounts)?;
    accounts.notes().iter().for_each(|note| settings.console.note(note));
    if path == Path::new("-") && std::io::stdin().is_terminal() {
        settings
            .console
            .note("reads lines from this terminal, each done at once; Ctrl-D ends them");
    }
    let play_urls = play_urls(command, &settings, &accounts)?;
    let identity = RunIdentity::new(args, global, None);
    let (run, unusable) = prepare(vendors, &accounts, &settings, &runtime, &identity)?;
    let context = plan_context(global, command, Some(&accounts), &|_| None);
    let syntax = CommandSyntax::new(vendors, args);
    let planner = Planner::new(vendors, context).typed(TypedCommand::new(&syntax));
    let policy = accounts.policy();
    let source_of_lines = guard::source(&command.source);
    let even_protected = &global.even_protected;
    let play_urls = &play_urls;
    let rules =
        LineRules { vendors, policy, even_protected, source: source_of_lines, play_urls, unusable };
    let ended = act(&run, &runtime, (&accounts, &settings, play_urls), |run| {
        Follower::new(run, source, planner, rules, most)
    })?;
    runtime.shutdown_background();
    let typed = TypedRun {
        vendors,
        line: &|| guard::typed_line(vendors, args),
        kind: TypedKind::Lines,
        reads_input: true,
        has_journal: settings.journal.is_some(),
        resume: &|_| untried_line(ended.untried),
    };
    Ok(finish(run, &ended, (&settings, &accounts), &identity, &typed))
}

/// Opens the vendors and the records of the run; returns the vendors that cannot be used, too.
fn prepare(
    vendors: Vendors,
    accounts: &Accounts,
    settings: &Settings,
    runtime: &Runtime,
    identity: &RunIdentity<'_>,
) -> Result<(FollowedRun, HashMap<VendorName, Error>)> {
    let (journal, history) = resume::open_journal(settings, History::of_ids(vendors))?;
    let simulator = accounts.start_sandbox(false, runtime)?;
    let ConfiguredApis { apis, unusable } =
        accounts.open_configured(simulator, settings.console)?;
    let info = Rc::new(run_info(settings, accounts, apis));
    let recorder = record::recorder(settings, accounts, simulator, &info, journal, identity);
    let ids = history.map(|history| history.ids).unwrap_or_default();
    let has_journal = settings.journal.is_some();
    let recorder =
        recorder.map(|recorder| if has_journal { recorder.with_ids(ids) } else { recorder });
    let renderer = Box::new(Lines::new(Rc::clone(&info)));
    let reporter = Reporter::new(renderer, settings.console, 0);
    Ok((FollowedRun::new(info, recorder, reporter), unusable))
}

/// How the reading of lines has ended.
struct EndedRun {
    /// The exit code that a signal asks for.
    signal: Option<u8>,
    /// How many lines were read and not tried.
    untried: usize,
    /// Why the input could not be read to its end.
    failure: Option<Error>,
}

/// Reads and sends until the input or the run ends.
fn act<'r>(
    run: &'r FollowedRun,
    runtime: &Runtime,
    (accounts, settings, play_urls): (&Accounts, &Settings, &PlayUrls),
    follower: impl FnOnce(&'r FollowedRun) -> Follower<'r>,
) -> Result<EndedRun> {
    let transport = execution::client(settings.limits, accounts, !accounts.is_simulated())?;
    let viewers = RunViewers {
        urls: play_urls,
        client: Rc::new(execution::client(settings.limits, accounts, play_urls.is_remote())?),
        info: &run.info,
    };
    run.reporter.queue_output();
    let engine = Engine {
        transport: &transport,
        operations: run.info.rows(),
        limits: execution::limits_of(settings.limits, accounts),
        clock: Rc::new(Utc::now),
        observer: run,
        viewers: &viewers,
    };
    let SignalListener { tasks, mut signals } =
        SignalListener::start(runtime).map_err(Error::internal)?;
    let (waiting, failure) = tasks.block_on(runtime, async {
        let mut follower = follower(run);
        let send = async {
            engine.follow(&mut follower, &mut signals.interruptions).await;
            run.end();
        };
        select(pin!(join(send, run.print())), pin!(record::keep_written(run.recorder.as_ref())))
            .await;
        follower.end()
    });
    run.leave(waiting);
    run.reporter.set_urgency(signals.urgency());
    Ok(EndedRun { signal: signals.exit_code(), untried: run.untried(), failure })
}

/// Prints the last lines, closes the records and returns the exit code.
fn finish(
    run: FollowedRun,
    ended: &EndedRun,
    (settings, accounts): (&Settings, &Accounts),
    identity: &RunIdentity<'_>,
    typed: &TypedRun<'_>,
) -> u8 {
    let FollowedRun { info, recorder, reporter, .. } = run;
    let recorded = recorder.as_ref().map_or(Ok(()), Recorder::finish);
    let is_recorded = recorded.is_ok();
    reporter.leave(ended.untried);
    let take_back = recorder.as_ref().and_then(|recorder| {
        record::take_back((recorder, is_recorded), settings, accounts, &info, identity)
    });
    let finished = FinishedRun { reporter, signal: ended.signal, recorded, take_back };
    let mut code = finished.close(&info, typed);
    if let Some(error) = &ended.failure {
        console::error(error);
        // Lines may be missing.
        code = if code == 0 { 5 } else { code };
    }
    recorder.into_iter().for_each(|recorder| recorder.end(code));
    code
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
    let refuse = |what: &str, hint: &str| Err(Error::usage(what).hint(hint));
    if command.shard.is_some() {
        return refuse(
            "--shard divides a list, and --follow has none",
            "give each worker its own queue, or leave out --shard",
        );
    }
    if global.resume {
        return refuse(
            "--resume compares a list with a journal, and --follow has none",
            "give each line an `id`: with --journal, one that was applied is not done again",
        );
    }
    if settings.is_dry_run {
        return refuse(
            "--follow acts on each line, and a dry run on none",
            "`livectl apply --dry-run FILE` shows what the lines of a file would send",
        );
    }
    if !matches!(settings.format, Format::Jsonl) && is_format_chosen(global) {
        return refuse("--follow prints JSON Lines", "leave out -o, or pass -o jsonl");
    }
    let is_csv = *format == Some(InputFormat::Csv)
        || format.is_none() && InputFormat::of(path).is_ok_and(|format| format == InputFormat::Csv);
    if is_csv {
        return refuse(
            "--follow reads JSON Lines, and this is CSV",
            "without --follow, `livectl apply` reads CSV",
        );
    }
    Ok(path)
}

/// Where the run looks at what viewers get.
fn play_urls(
    command: &OperationCommand,
    settings: &Settings,
    accounts: &Accounts,
) -> Result<PlayUrls> {
    let is_looking = settings.limits.verify.is_some() || settings.limits.hold.is_some();
    let urls = PlayUrls::of(command.play.as_deref(), is_looking, accounts)?;
    urls.check_names()?;
    Ok(urls)
}

/// Whether a form of output is asked for.
fn is_format_chosen(global: &GlobalOptions) -> bool {
    global.output.is_some() || settings::variable("LIVECTL_OUTPUT").is_some()
}

fn max_targets_missing() -> Error {
    Error::usage("--follow needs --max-targets N, the most distinct targets in any 60 s")
        .hint(format!("for example: --max-targets {USUAL_TARGETS}"))
}

/// Refuses a policy that cannot be read: no line could be known to be allowed.
fn check_policy(accounts: &Accounts) -> Result<()> {
    match &accounts.policy().unreadable {
        Some(why) => Err(Error::config(why)
            .hint("nothing was sent: without the patterns no target is known to be unprotected")),
        None => Ok(()),
    }
}

fn run_info(settings: &Settings, accounts: &Accounts, vendors: Vec<Rc<dyn Api>>) -> RunInfo {
    RunInfo {
        operations: Vec::new(),
        arrived: Some(ArrivedRows::default()),
        profile: accounts.name().map(str::to_owned),
        vendors,
        due: Vec::new(),
        id: Some(RunId::fresh(Utc::now())),
        is_sandbox: accounts.is_simulated(),
        is_dry_run: false,
        looks_at: settings.looks_at(),
    }
}
