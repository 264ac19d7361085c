//! From the operations asked for to the exit code: the one place where all stages meet.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use chrono::Utc;
use futures_util::future::{Either, select};
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::cli::{Global, Source};
use crate::config::{self, Account, Profile, Section};
use crate::console::Console;
use crate::engine::{Engine, Limits, Observer};
use crate::error::{Error, Result};
use crate::journal::{Journal, Past, Record, SCHEMA};
use crate::outcome::{Fault, Kind, Outcome, Status, Summary};
use crate::output::curl::{self, Curl};
use crate::output::json::{self, Document, Lines};
use crate::output::progress::Progress;
use crate::output::table::{Look, Table};
use crate::output::{Context, Format, Renderer};
use crate::plan::{Place, Plan, Planner};
use crate::request::Timestamp;
use crate::sandbox::{self, Sandbox, demo};
use crate::settings;
use crate::signals::Signals;
use crate::text::{count, shell_word};
use crate::time;
use crate::transport::{Https, Options, proxy_without_password};
use crate::vendor::{self, Name, Notes, Operation, Vendor, Words, Written, shumei, to_json};
use crate::{batch, console};

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(global: &Global, source: &Source<'_>, args: &[OsString]) -> Result<u8> {
    let format = settings::format(global)?;
    let console = settings::console(global);
    let (journal, past) = open_journal(global, console)?;
    let account = Accounts::load(global);
    let plan = read(global, source, &account, past.as_ref())?;
    let account = account?;
    if let Some(error) = plan.lacking {
        return Err(error);
    }
    check_size(&plan.operations, settings::max_targets(global, account.profile()))?;
    if global.sandbox && (global.config.is_some() || global.profile.is_some()) {
        console.note("--sandbox uses demo credentials; -c and -p are set aside");
    }
    account.notes().iter().chain(&plan.notes).for_each(|note| console.note(note));

    let runtime = runtime()?;
    let stand_in = account.start_sandbox(global, &runtime)?;
    let vendors = account.open(&plan.operations, stand_in)?;
    let done = done_before(&plan.operations, account.name(), past.filter(|_| global.resume).as_ref());
    let context = Rc::new(Context {
        due: done.iter().map(Option::is_none).collect(),
        operations: plan.operations,
        profile: account.name().map(str::to_owned),
        vendors,
        is_dry_run: global.dry_run,
    });
    let limits = settings::limits(global, account.profile());
    let run = Run {
        context: &context,
        limits,
        journal: journal.as_ref(),
        reporter: Reporter::new(&context, renderer(format, global, &context, &account), journal.as_ref(), console),
    };
    run.settle_done_before(done);
    let ended = if global.dry_run { run.preview() } else { run.act(&runtime, &account)? };
    // A name that does not resolve holds a thread that cannot be stopped; the process does not wait for it.
    runtime.shutdown_background();
    let is_recorded = journal.as_ref().is_none_or(Journal::finish);
    Ok(ended.close(&context, is_recorded, global, args))
}

fn open_journal(global: &Global, console: Console) -> Result<(Option<Journal>, Option<Past>)> {
    let Some(path) = &global.journal else { return Ok((None, None)) };
    if global.resume && !path.exists() {
        console.note(&format!("the journal {} is not there yet, so there is nothing to resume", path.display()));
    }
    if global.dry_run {
        return Ok((None, Some(Past::peek(path)?)));
    }
    let (journal, past) = Journal::open(path)?;
    Ok((Some(journal), Some(past)))
}

/// Reads every operation before anything else is asked of the machine, so that bad input is told first.
fn read(global: &Global, source: &Source<'_>, account: &Result<Accounts>, past: Option<&Past>) -> Result<Plan> {
    let account = account.as_ref().ok();
    let past = past.filter(|_| global.resume);
    let kept_end = |operation: &dyn Operation| past?.kept_end(account?.name(), &to_json(operation, operation.asked()));
    let mut planner = Planner::new(vendor::Context {
        now: Utc::now(),
        place: account.map_or(shumei::Place::Cluster(None), Accounts::place),
        kept_end: &kept_end,
        lacking: None,
        notes: Notes::default(),
        words: Words::default(),
    });
    match source {
        Source::File(path, format) => {
            let format = format.map_or_else(|| batch::Format::of(path), Ok)?;
            batch::read(batch::open(path)?, &path.to_string_lossy(), format, &mut planner)?;
        }
        Source::Targets([only], ask) if only == "-" => {
            batch::read_list(batch::open(Path::new("-"))?, ask, &mut planner)?;
        }
        Source::Targets(targets, ask) => {
            if targets.iter().any(|target| target == "-") {
                return Err(Error::usage("`-` reads all targets from standard input, so it stands alone"));
            }
            for target in *targets {
                planner.add(&vendor::Ask { target: target.as_str().into(), ..ask.clone() }, Place::Arguments);
            }
        }
    }
    planner.finish()
}

fn check_size(operations: &[Box<dyn Operation>], most: usize) -> Result<()> {
    if operations.len() <= most {
        return Ok(());
    }
    let targets = count(operations.len(), "distinct target");
    Err(Error::input(format!("{targets} are more than --max-targets {most} allows"))
        .hint(format!("nothing was sent; if all are meant, pass --max-targets {}", operations.len())))
}

fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build().map_err(Error::internal)
}

fn renderer(format: Format, global: &Global, context: &Rc<Context>, account: &Accounts) -> Box<dyn Renderer> {
    let is_terminal = io::stdout().is_terminal();
    let width = terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| width.0);
    let context = Rc::clone(context);
    match format {
        Format::Table => Box::new(Table::new(context, Look { width, colour: settings::colour(global, is_terminal) })),
        Format::Json => Box::new(Document::new(context)),
        Format::Jsonl => Box::new(Lines::new(context)),
        Format::Curl => Box::new(Curl::new(context, account.route())),
    }
}

/// Whose credentials the run uses.
enum Accounts {
    /// A profile's or the environment's.
    Profile(Box<Profile>),
    /// The sandbox's own.
    Sandbox,
}

impl Accounts {
    fn load(global: &Global) -> Result<Self> {
        if global.sandbox {
            return Ok(Self::Sandbox);
        }
        config::load(&settings::choice(global)).map(|profile| Self::Profile(Box::new(profile)))
    }

    fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Profile(profile) => Some(profile),
            Self::Sandbox => None,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Profile(profile) => profile.name.as_deref(),
            Self::Sandbox => Some(demo::PROFILE),
        }
    }

    fn notes(&self) -> &[String] {
        self.profile().map_or(&[], Profile::notes)
    }

    fn place(&self) -> shumei::Place {
        match self {
            Self::Profile(profile) => match profile.account(&shumei::SECTION) {
                Ok(account) => shumei::Place::of(&account),
                Err(_) => shumei::Place::Cluster(None),
            },
            Self::Sandbox => shumei::Place::Cluster(demo::SHUMEI_CLUSTER.parse().ok()),
        }
    }

    fn route(&self) -> curl::Route {
        self.profile().map_or_else(curl::Route::default, |profile| curl::Route {
            ca_file: profile.ca_file.clone(),
            proxy: profile.proxy.as_deref().map(proxy_without_password),
        })
    }

    /// Serves the sandbox for the length of the run. A dry run opens no socket, and names the address where
    /// `livectl sandbox` listens.
    fn start_sandbox(&self, global: &Global, runtime: &Runtime) -> Result<SocketAddr> {
        match self {
            Self::Sandbox if !global.dry_run => {
                let sandbox = runtime
                    .block_on(Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))))
                    .map_err(|error| Error::internal(anyhow::Error::new(error).context("cannot start the sandbox")))?;
                let address = sandbox.address();
                runtime.spawn(sandbox.serve());
                Ok(address)
            }
            Self::Sandbox | Self::Profile(_) => Ok(sandbox::DEFAULT_LISTEN),
        }
    }

    /// Opens every vendor that the run needs; fetches their secrets and no others.
    fn open(&self, operations: &[Box<dyn Operation>], stand_in: SocketAddr) -> Result<Vec<Rc<dyn Vendor>>> {
        let is_used = |name: &Name| operations.iter().any(|operation| operation.action().vendor == *name);
        let account = |section: &'static Section| match self {
            Self::Profile(profile) => profile.account(section),
            Self::Sandbox => Ok(demo_account(section, stand_in)),
        };
        Name::ALL.into_iter().filter(is_used).map(|name| vendor::open(name, &account)).collect()
    }
}

fn demo_account(section: &'static Section, address: SocketAddr) -> Account {
    let mut values = match section.name {
        "jd" => vec![("username", demo::JD_USERNAME), ("secret_key", demo::JD_SECRET_KEY)],
        "tencent" => vec![("app_id", demo::TENCENT_APP_ID), ("api_key", demo::TENCENT_API_KEY)],
        _ => vec![("access_key", demo::SHUMEI_ACCESS_KEY)],
    };
    let endpoint = format!("http://{address}");
    values.push(("endpoint", &endpoint));
    Account::made_up(section, demo::PROFILE, &values)
}

/// A planned run.
struct Run<'a> {
    context: &'a Rc<Context>,
    limits: Limits,
    journal: Option<&'a Journal>,
    reporter: Reporter<'a>,
}

impl<'a> Run<'a> {
    fn preview(self) -> Ended<'a> {
        for row in (0..self.context.due.len()).filter(|row| self.context.due[*row]) {
            self.reporter.settled(row, Outcome::planned());
        }
        Ended { reporter: self.reporter, signal: None }
    }

    fn act(self, runtime: &Runtime, account: &Accounts) -> Result<Ended<'a>> {
        let mut is_remote = false;
        let lanes: Vec<_> = self
            .context
            .batches()
            .into_iter()
            .map(|(name, batches)| (Rc::clone(self.context.vendor(name)), batches))
            .collect();
        for (vendor, batches) in &lanes {
            // An endpoint that the profile names is the same for all.
            let draft = crate::output::draft_of(self.context, batches[0].rows());
            is_remote |= vendor.is_at_home() || !vendor.endpoint(&draft).is_loopback();
        }
        let profile = account.profile();
        let transport = Https::new(
            Options {
                connect: self.limits.connect,
                ca_file: profile.and_then(|profile| profile.ca_file.clone()),
                proxy: profile.and_then(|profile| profile.proxy.clone()),
            },
            is_remote,
        )?;
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
            let run = pin!(engine.run(lanes, &mut signals.interruptions));
            match select(run, pin!(self.reporter.keep_up())).await {
                Either::Left(_) | Either::Right(_) => {}
            }
            Ok(signals.exit_code.get())
        })?;
        Ok(Ended { reporter: self.reporter, signal })
    }

    fn settle_done_before(&self, done: Vec<Option<Timestamp>>) {
        for (row, at) in done.into_iter().enumerate() {
            if let Some(at) = at {
                let message = format!("done before: the journal records it as applied at {}", time::seconds(at));
                self.reporter.settled(row, Outcome::skipped(Fault::new(Kind::DoneBefore, message)));
            }
        }
    }
}

/// For each row, when the journal records it as applied.
fn done_before(
    operations: &[Box<dyn Operation>],
    profile: Option<&str>,
    past: Option<&Past>,
) -> Vec<Option<Timestamp>> {
    let applied_at = |operation: &dyn Operation| past?.applied_at(profile, &to_json(operation, operation.asked()));
    operations.iter().map(|operation| applied_at(&**operation)).collect()
}

/// How often what is printed is flushed and the progress is shown.
const TICK: Duration = Duration::from_millis(100);

/// Hears every outcome once: records it, counts it, shows it.
struct Reporter<'a> {
    context: &'a Rc<Context>,
    journal: Option<&'a Journal>,
    console: Console,
    progress: Progress,
    shown: RefCell<Shown>,
}

struct Shown {
    renderer: Box<dyn Renderer>,
    out: BufWriter<io::Stdout>,
    is_terminal: bool,
    summary: Summary,
    untried: usize,
    failed: Option<io::Error>,
}

impl Shown {
    /// The first failure is the one that tells why; after it nothing is written any more.
    fn attempt(&mut self, write: impl FnOnce(&mut dyn Renderer, &mut BufWriter<io::Stdout>) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = write(&mut *self.renderer, &mut self.out).err();
        }
    }
}

impl<'a> Reporter<'a> {
    fn new(
        context: &'a Rc<Context>,
        renderer: Box<dyn Renderer>,
        journal: Option<&'a Journal>,
        console: Console,
    ) -> Self {
        let shown = Shown {
            renderer,
            out: BufWriter::with_capacity(64 * 1024, io::stdout()),
            is_terminal: io::stdout().is_terminal(),
            summary: Summary::default(),
            untried: 0,
            failed: None,
        };
        let progress = Progress::new(console, context.operations.len());
        Self { context, journal, console, progress, shown: RefCell::new(shown) }
    }

    /// Never returns: no result waits long to be seen, and a long run shows where it stands.
    async fn keep_up(&self) {
        loop {
            tokio::time::sleep(TICK).await;
            self.progress.aside(|| self.shown.borrow_mut().attempt(|_, out| out.flush()));
            self.progress.tick();
        }
    }

    fn record<R: serde::Serialize>(
        &self,
        row: usize,
        record: &'static str,
        attempt: u32,
        result: Option<R>,
    ) -> Vec<u8> {
        let (operation, _) = self.context.row(row);
        let line = json::to_line(&Record {
            schema: SCHEMA,
            record,
            at: time::millis(Utc::now()),
            profile: self.context.profile.as_deref(),
            asked: Written::as_asked(operation),
            operation: Written::as_sent(operation),
            attempt,
            result,
        });
        let mut bytes = line.unwrap_or_default().into_bytes();
        bytes.push(b'\n');
        bytes
    }
}

impl Observer for Reporter<'_> {
    fn settled(&self, row: usize, outcome: Outcome) {
        if let Some(journal) = self.journal.filter(|_| !outcome.is_ok() || outcome.status == Status::Applied) {
            let result = json::Line::new(self.context, row, &outcome);
            journal.record(self.record(row, "result", outcome.attempts, Some(result)));
        }
        self.progress.count(&outcome);
        self.progress.aside(|| {
            let mut shown = self.shown.borrow_mut();
            shown.summary.count(&outcome);
            shown.untried += usize::from(outcome.status == Status::Skipped && !outcome.is_ok());
            let is_terminal = shown.is_terminal;
            shown.attempt(|renderer, out| {
                renderer.settled(out, row, outcome)?;
                if is_terminal { out.flush() } else { Ok(()) }
            });
        });
    }

    fn intents(&self, rows: &[u32], attempt: u32) -> Vec<u8> {
        rows.iter().flat_map(|row| self.record(*row as usize, "intent", attempt, None::<()>)).collect()
    }

    fn detail(&self, text: &dyn Fn() -> String) {
        self.progress.aside(|| self.console.detail(text));
    }

    fn is_gone(&self) -> bool {
        self.shown.borrow().failed.is_some()
    }
}

/// A run whose every row has settled.
struct Ended<'a> {
    reporter: Reporter<'a>,
    /// The exit code that a signal asks for.
    signal: Option<u8>,
}

impl Ended<'_> {
    /// Prints the rest, says how it went, and returns the exit code: the interruption's, then 6, 4, 5.
    fn close(self, context: &Context, is_recorded: bool, global: &Global, args: &[OsString]) -> u8 {
        let Reporter { progress, shown, console, .. } = self.reporter;
        progress.end();
        let mut shown = shown.into_inner();
        let summary = shown.summary;
        let code = self.signal.unwrap_or(if is_recorded { summary.exit_code() } else { 6 });
        shown.attempt(|renderer, out| {
            renderer.finish(out, &summary, code)?;
            out.flush()
        });
        let untried = format!("{} not tried", count(shown.untried, "target"));
        if !is_recorded {
            console::say(&format!("error: the journal could not be written; {untried}"));
        }
        if let Some(error) = &shown.failed {
            console::say(&format!("error: the output could not be written: {error}; {untried}"));
        }
        if global.dry_run {
            console.line(&format!(
                "{} planned, nothing sent{}",
                count(summary.planned, "target"),
                whereabouts(context)
            ));
        } else {
            console.line(&format!("{}{}", tally(&summary), whereabouts(context)));
        }
        if self.signal.is_some() {
            console.line(&resume_hint(global, args));
        }
        if shown.failed.is_some() { self.signal.unwrap_or(6) } else { code }
    }
}

/// `2 applied, 1 not applied`.
fn tally(summary: &Summary) -> String {
    let counts = [
        (summary.applied, "applied"),
        (summary.not_applied, "not applied"),
        (summary.unknown, "unknown"),
        (summary.skipped - summary.done_before, "skipped"),
        (summary.done_before, "done before"),
    ];
    let parts = counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    format!("{}: {}", count(summary.total(), "target"), parts.collect::<Vec<_>>().join(", "))
}

/// Whose account it was, and where, when that is not the vendor's own address.
fn whereabouts(context: &Context) -> String {
    let mut words = match context.profile.as_deref() {
        Some(name) => format!(" (profile {}", crate::text::visible(name)),
        None => " (credentials from the environment".to_owned(),
    };
    for vendor in context.vendors.iter().filter(|vendor| !vendor.is_at_home()) {
        let operation = context.operations.iter().find(|operation| operation.action().vendor == vendor.name());
        if let Some(operation) = operation {
            let endpoint = vendor.endpoint(&operation.draft(&[operation.target()])).to_string();
            words.push_str(&format!("; {} at {endpoint}", vendor.name().as_str()));
        }
    }
    words.push(')');
    words
}

/// What to type to do the rest.
fn resume_hint(global: &Global, args: &[OsString]) -> String {
    if global.journal.is_none() {
        return "interrupted; every operation sets a state, so the same command may be run again (with --journal it could resume)".into();
    }
    let mut words: Vec<_> = args.iter().map(|arg| shell_word(&arg.to_string_lossy())).collect();
    if !global.resume {
        // What stands behind a `--` is a target.
        let end = args.iter().position(|arg| arg == "--").unwrap_or(words.len());
        words.insert(end, "--resume".into());
    }
    format!("interrupted; resume with: {}", words.join(" "))
}
