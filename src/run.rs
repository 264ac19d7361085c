//! From the operations asked for to the exit code: the one place where all stages meet.

use std::ffi::OsString;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;

use chrono::Utc;
use futures_util::future::select;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::accounts::Accounts;
use crate::api::{self, Operation, Warnings, shumei, to_json};
use crate::cli::{GlobalOptions, OperationCommand, TargetSource};
use crate::console::Console;
use crate::engine::{Engine, Limits, Observer};
use crate::error::{Error, Result};
use crate::input::batch;
use crate::input::plan::{InputLine, Plan, Planner};
use crate::journal::{History, Journal};
use crate::net::Https;
use crate::outcome::{Effect, Fault, FaultKind, Outcome};
use crate::output::curl::Curl;
use crate::output::json::{Document, Lines};
use crate::output::summary::{FinishedRun, Reporter};
use crate::output::table::Table;
use crate::output::{Format, Renderer, RunInfo, request_of};
use crate::settings;
use crate::signals::Signals;
use crate::text::count;
use crate::time;
use crate::time::Timestamp;

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(global: &GlobalOptions, task: &OperationCommand<'_>, args: &[OsString]) -> Result<u8> {
    // clap would want both on the same side of a command.
    if global.resume && global.journal.is_none() {
        return Err(Error::usage("--resume needs --journal FILE, whose records it goes by"));
    }
    let format = settings::format(global)?;
    let console = settings::console(global);
    let (journal, past) = open_journal(global, console)?;
    let account = Accounts::load(global, &task.source);
    let plan = read(global, task, &account, past.as_ref())?;
    let account = account?;
    if let Some(error) = plan.missing {
        return Err(error);
    }
    check_size(&plan.operations, settings::max_targets(global, account.profile()))?;
    account.notes(global).iter().chain(&plan.notes).for_each(|note| console.note(note));
    if task.verify.is_some() {
        unverifiable(&plan.operations).iter().for_each(|note| console.note(note));
    }

    let runtime = runtime()?;
    let simulator = account.start_sandbox(global, &runtime)?;
    let vendors = account.open(&plan.operations, simulator)?;
    let done =
        done_before(&plan.operations, account.name(), past.filter(|_| global.resume).as_ref());
    let context = Rc::new(RunInfo {
        due: done.iter().map(Option::is_none).collect(),
        operations: plan.operations,
        profile: account.name().map(str::to_owned),
        vendors,
        is_dry_run: global.dry_run,
        is_verifying: task.verify.is_some() && !global.dry_run,
    });
    let limits = settings::limits(global, task.verify, account.profile());
    let run = Run {
        context: &context,
        limits,
        journal: journal.as_ref(),
        reporter: Reporter::new(
            &context,
            renderer(format, global, &context, &account),
            journal.as_ref(),
            console,
        ),
    };
    let ended = if global.dry_run { run.preview(done) } else { run.act(&runtime, &account, done)? };
    // A name that does not resolve holds a thread that cannot be stopped; the process does not wait for it.
    runtime.shutdown_background();
    let is_recorded = journal.as_ref().is_none_or(Journal::finish);
    Ok(ended.close(&context, is_recorded, global, args))
}

fn open_journal(
    global: &GlobalOptions,
    console: Console,
) -> Result<(Option<Journal>, Option<History>)> {
    let Some(path) = &global.journal else { return Ok((None, None)) };
    if global.resume && !path.exists() {
        console.note(&format!(
            "the journal {} is not there yet, so there is nothing to resume",
            path.display()
        ));
    }
    if global.dry_run {
        return Ok((None, Some(History::peek(path)?)));
    }
    let (journal, past) = Journal::open(path)?;
    if past.was_torn() {
        console.note(&format!(
            "the last line of the journal {} was torn, and is cut off",
            path.display()
        ));
    }
    Ok((Some(journal), Some(past)))
}

/// Reads every operation before anything else is asked of the machine, so that bad input is told first.
fn read(
    global: &GlobalOptions,
    task: &OperationCommand<'_>,
    account: &Result<Accounts>,
    past: Option<&History>,
) -> Result<Plan> {
    let account = account.as_ref().ok();
    let past = past.filter(|_| global.resume);
    let kept_end = |operation: &dyn Operation| {
        past?.kept_end(account?.name(), &to_json(operation, operation.requested()))
    };
    let mut planner = Planner::new(api::PlanContext {
        jd: account.map(Accounts::jd),
        tencent: account.map(Accounts::tencent),
        place: account.map_or(shumei::ProfileCluster::Cluster(None), Accounts::place),
        reason: task.reason.map(Rc::from),
        kept_end: &kept_end,
        ..api::PlanContext::at(Utc::now())
    });
    match &task.source {
        TargetSource::File(path, format) => {
            let format = format.map_or_else(|| batch::Format::of(path), Ok)?;
            batch::read(batch::open(path)?, &path.to_string_lossy(), format, &mut planner)?;
        }
        TargetSource::Targets([only], ask) if only == "-" => {
            batch::read_list(batch::open(Path::new("-"))?, ask, &mut planner)?;
        }
        TargetSource::Targets(targets, ask) => {
            if targets.iter().any(|target| target == "-") {
                return Err(Error::usage(
                    "`-` reads all targets from standard input, so it stands alone",
                ));
            }
            for target in *targets {
                planner.add(
                    &api::OperationInput { target: target.as_str().into(), ..(**ask).clone() },
                    InputLine::Arguments,
                );
            }
        }
    }
    planner.finish()
}

/// A note on each kind of operation whose state the vendor's API does not tell.
fn unverifiable(operations: &[Box<dyn Operation>]) -> Vec<String> {
    let mut notes = Warnings::default();
    for operation in operations {
        let action = operation.spec();
        if action.effect != Effect::None && operation.check().is_none() {
            notes.add(format!(
                "{} cannot be verified here: the vendor's API does not tell the state",
                action.title()
            ));
        }
    }
    notes.iter().map(str::to_owned).collect()
}

fn check_size(operations: &[Box<dyn Operation>], most: usize) -> Result<()> {
    if operations.len() <= most {
        return Ok(());
    }
    let targets = count(operations.len(), "distinct target");
    Err(Error::input(format!("{targets} are more than --max-targets {most} allows")).hint(format!(
        "nothing was sent; if all are meant, pass --max-targets {}",
        operations.len()
    )))
}

/// What a command waits in.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(Error::internal)
}

fn renderer(
    format: Format,
    global: &GlobalOptions,
    context: &Rc<RunInfo>,
    account: &Accounts,
) -> Box<dyn Renderer> {
    let context = Rc::clone(context);
    match format {
        Format::Table => Box::new(Table::new(context, settings::look(global))),
        Format::Json => Box::new(Document::new(context)),
        Format::Jsonl => Box::new(Lines::new(context)),
        Format::Curl => Box::new(Curl::new(context, account.route())),
    }
}

/// A planned run.
struct Run<'a> {
    context: &'a Rc<RunInfo>,
    limits: Limits,
    journal: Option<&'a Journal>,
    reporter: Reporter<'a>,
}

impl<'a> Run<'a> {
    fn preview(self, done: Vec<Option<Timestamp>>) -> FinishedRun<'a> {
        self.settle_done_before(done);
        for row in (0..self.context.due.len()).filter(|row| self.context.due[*row]) {
            self.reporter.settled(row, Outcome::planned());
        }
        FinishedRun { reporter: self.reporter, signal: None }
    }

    fn act(
        self,
        runtime: &Runtime,
        account: &Accounts,
        done: Vec<Option<Timestamp>>,
    ) -> Result<FinishedRun<'a>> {
        let mut is_remote = false;
        let lanes: Vec<_> = self
            .context
            .batches()
            .into_iter()
            .map(|(name, batches)| (Rc::clone(self.context.vendor(name)), batches))
            .collect();
        for (vendor, batches) in &lanes {
            // An endpoint that the profile names is the same for all.
            let request = request_of(self.context, batches[0].rows());
            is_remote |= vendor.uses_default_endpoint() || !vendor.endpoint(&request).is_loopback();
        }
        let transport = Https::new(account.connections(self.limits.connect), is_remote)?;
        // Nothing is printed before all that can be wrong has been found right.
        self.settle_done_before(done);
        let engine = Engine {
            transport: &transport,
            operations: &self.context.operations,
            limits: self.limits,
            clock: Rc::new(Utc::now),
            journal: self.journal,
            observer: &self.reporter,
        };
        let signal = LocalSet::new().block_on(runtime, async {
            let mut signals = Signals::listen().map_err(Error::internal)?;
            select(
                pin!(engine.run(lanes, &mut signals.interruptions)),
                pin!(self.reporter.keep_up()),
            )
            .await;
            Ok(signals.exit_code.get())
        })?;
        Ok(FinishedRun { reporter: self.reporter, signal })
    }

    fn settle_done_before(&self, done: Vec<Option<Timestamp>>) {
        for (row, at) in done.into_iter().enumerate() {
            if let Some(at) = at {
                let message = format!(
                    "done before: the journal records it as applied at {}",
                    time::seconds(at)
                );
                self.reporter
                    .settled(row, Outcome::skipped(Fault::new(FaultKind::DoneBefore, message)));
            }
        }
    }
}

/// For each row, when the journal records it as applied.
fn done_before(
    operations: &[Box<dyn Operation>],
    profile: Option<&str>,
    past: Option<&History>,
) -> Vec<Option<Timestamp>> {
    let applied_at = |operation: &dyn Operation| {
        past?.applied_at(profile, &to_json(operation, operation.requested()))
    };
    operations.iter().map(|operation| applied_at(&**operation)).collect()
}
