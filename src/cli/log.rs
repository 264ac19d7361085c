//! `livectl log`: chooses the files, the run and the form; what is printed is in [`crate::log`].

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{Local, NaiveTime, TimeZone, Utc};
use clap::Args;
use serde_json::Value;

use crate::api::spec::Vendors;
use crate::cli::global::{GlobalOptions, vendor_called};
use crate::cli::operations::LookLimits;
use crate::config::load::log_setting;
use crate::console::{self, Console};
use crate::error::{Error, Result};
use crate::journal::run_file::MemoryFolder;
use crate::log::change::BanEnd;
use crate::log::find::find_run;
use crate::log::folder::{LogFile, list};
use crate::log::ledger::Ledger;
use crate::log::overview::{RecordFilter, RunSummary, summarize_all};
use crate::log::run_list::{self, RunJson};
use crate::log::run_results;
use crate::log::{banned, banned_list};
use crate::output::targets::{self, NameLines};
use crate::output::{Format, json};
use crate::run::settings::{self, Settings};
use crate::text::{visible, visible_path};
use crate::time::{self, Timestamp};

// The runs to show, and the records of them.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of the command that has these")]
pub struct LogOptions {
    /// A run: its id, the beginning or the last four characters of it, or `last`
    #[arg(value_name = "RUN", conflicts_with = "banned")]
    pub run: Option<String>,
    /// Only runs since then: 2h, 3d, a time as --until takes it, or HH:MM today
    #[arg(long, value_name = "DUR|TIME")]
    pub since: Option<String>,
    /// Only runs with a target that holds this text
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub target: Option<String>,
    /// Only runs at this vendor
    #[arg(long, value_name = "VENDOR")]
    pub vendor: Option<String>,
    /// Only runs with a result that is not ok, or without an end
    #[arg(long, conflicts_with_all = ["run", "banned"])]
    pub failed: bool,
    /// Read these files instead of the folder: journals, or files of runs
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// The targets that are banned now, as far as the records know
    #[arg(long)]
    pub banned: bool,
    /// With --banned, only bans that end within this time
    #[arg(long, value_name = "DUR", requires = "banned")]
    pub within: Option<String>,
}

/// Runs the command and returns the exit code.
pub fn run(vendors: Vendors, global: &GlobalOptions, options: &LogOptions) -> Result<u8> {
    let settings = Settings::resolve(global, LookLimits::default(), None)?;
    let now = Utc::now();
    options.vendor.as_deref().map(|word| vendor_called(vendors, word)).transpose()?;
    let view = LogView {
        vendors,
        options,
        now,
        since: options.since.as_deref().map(|text| since(text, now)).transpose()?,
        profile: global.profile.as_deref(),
        format: settings.format,
        width: settings.style.width.map(usize::from),
        console: settings.console,
        files: files(vendors, global, options, settings.console)?,
    };
    match &options.run {
        _ if options.banned => view.banned(),
        Some(name) => view.run(name),
        None => view.list(),
    }
}

/// The moment that `--since` names.
pub fn since(text: &str, now: Timestamp) -> Result<Timestamp> {
    if let Ok(length) = time::duration(text) {
        return Ok(now
            .checked_sub_signed(chrono::TimeDelta::from_std(length).unwrap_or_default())
            .unwrap_or(now));
    }
    if let Ok(clock) = NaiveTime::parse_from_str(text, "%H:%M") {
        let today = now.with_timezone(&Local).date_naive().and_time(clock);
        // An hour that a change of the clock leaves out or repeats is read as its first moment.
        let at = Local.from_local_datetime(&today).earliest();
        return at.map(|at| at.to_utc()).ok_or_else(|| {
            Error::usage(format!("--since {}: there is no such time today", visible(text)))
        });
    }
    time::moment_at(text).map_err(|why| {
        Error::usage(format!("--since {}: {why}", visible(text))).hint(
            "give a length such as 2h, a time such as 2026-11-21T10:00:00Z, or HH:MM of today",
        )
    })
}

/// The files to read: those that `--from` names, else those of the folder.
fn files(
    vendors: Vendors,
    global: &GlobalOptions,
    options: &LogOptions,
    console: Console,
) -> Result<Vec<LogFile>> {
    if !options.from.is_empty() {
        return Ok(options.from.iter().cloned().map(LogFile::new).collect());
    }
    let folder = folder(vendors, global, console);
    list(&folder.path).map_err(|error| {
        Error::config(format!(
            "{} cannot be read: {}",
            visible_path(&folder.path),
            crate::text::reason(&error)
        ))
    })
}

/// The folder where runs are remembered. Turning the memory off does not hide what it has.
pub fn folder(vendors: Vendors, global: &GlobalOptions, console: Console) -> MemoryFolder {
    let sections = vendors.sections();
    match log_setting(&settings::selector(global, &sections)) {
        Ok(path) => {
            path.map_or_else(MemoryFolder::of_user, |path| MemoryFolder { path, is_shared: true })
        }
        Err(error) => {
            console.note(&format!("the profile file is not used: {error}"));
            MemoryFolder::of_user()
        }
    }
}

/// Everything that decides what is shown.
struct LogView<'a> {
    vendors: Vendors,
    options: &'a LogOptions,
    now: Timestamp,
    since: Option<Timestamp>,
    /// The profile that `-p` names.
    profile: Option<&'a str>,
    format: Format,
    width: Option<usize>,
    console: Console,
    files: Vec<LogFile>,
}

impl LogView<'_> {
    fn filter(&self) -> RecordFilter {
        RecordFilter {
            vendors: self.vendors,
            target: self.options.target.clone(),
            vendor: self.options.vendor.clone(),
        }
    }

    fn note_all(&self, notes: &[String]) {
        notes.iter().for_each(|note| self.console.note(note));
    }

    fn list(&self) -> Result<u8> {
        let (mut runs, notes) = summarize_all(&self.files, &self.filter());
        self.note_all(&notes);
        runs.retain(|run| {
            self.since.is_none_or(|since| run.at >= since)
                && (self.profile.is_none() || run.profile.as_deref() == self.profile)
                && (!self.options.failed || run.exit.is_none() || run.counts.has_failures())
        });
        if runs.is_empty() {
            self.console.note("no run is remembered that matches");
        }
        let mut out = io::BufWriter::new(io::stdout().lock());
        let printed = run_list::print(&mut out, &runs, self.format, self.width, self.now)?;
        Ok(finish(printed.and_then(|()| out.flush()), 0))
    }

    fn banned(&self) -> Result<u8> {
        let within = self.options.within.as_deref().map(time::duration).transpose();
        let within = within.map_err(|why| Error::usage(format!("--within: {why}")))?;
        let latest = within.and_then(|within| {
            self.now.checked_add_signed(chrono::TimeDelta::from_std(within).ok()?)
        });
        let mut ledger = Ledger::new(self.vendors);
        for file in &self.files {
            self.note_all(&ledger.read(&file.path));
        }
        let history = ledger.finish();
        let filter = self.filter();
        let mut bans = banned::banned(&history, self.now);
        bans.retain(|ban| {
            let [vendor, _, _, target] = ban.key.parts();
            filter.passes_target(vendor, target)
                && self.since.is_none_or(|since| ban.since >= since)
                && (self.profile.is_none() || ban.profile.as_deref() == self.profile)
                && match ban.end {
                    BanEnd::At(end) => latest.is_none_or(|latest| end <= latest),
                    BanEnd::Never => within.is_none(),
                }
        });
        self.console
            .note("these records know only what was done with livectl and is remembered here");
        let mut out = io::BufWriter::new(io::stdout().lock());
        let (format, width) = (self.format, self.width);
        let printed = banned_list::print(&mut out, &bans, &history.runs, format, width, self.now)?;
        let printed = printed.and_then(|left_out| out.flush().map(|()| left_out));
        let code = report_left_out(printed.as_ref().ok().and_then(Option::as_deref));
        Ok(finish(printed.map(drop), code))
    }

    fn run(&self, name: &str) -> Result<u8> {
        let (run, file) = self.find(name)?;
        let (summaries, notes) =
            summarize_all(std::slice::from_ref(&file), &RecordFilter::open(self.vendors));
        let Some(summary) = summaries.iter().find(|summary| summary.id == run.id) else {
            return Err(Error::input(notes.join("; ")));
        };
        let mut out = io::BufWriter::new(io::stdout().lock());
        let printed = self.print_results(&mut out, summary, &file)?;
        let printed = printed.and_then(|left_out| out.flush().map(|()| left_out));
        let code = report_left_out(printed.as_ref().ok().and_then(Option::as_deref));
        Ok(finish(printed.map(drop), code))
    }

    /// The run of this name, and its file.
    fn find(&self, name: &str) -> Result<(RunSummary, LogFile)> {
        let hint = "`livectl log` lists the runs; --from FILE reads another file";
        let found = find_run(self.vendors, &self.files, name, hint)?;
        self.note_all(&found.notes);
        Ok((found.run, found.file))
    }

    fn print_results(
        &self,
        out: &mut dyn Write,
        summary: &RunSummary,
        file: &LogFile,
    ) -> Result<io::Result<Option<String>>> {
        let filter = self.filter();
        let mut written = Ok(());
        let mut kept: Vec<Value> = Vec::new();
        let mut names = ResultNames::default();
        let mut is_first = true;
        if self.format == Format::Json {
            let head = json::to_line(&RunJson::new(summary)).unwrap_or_default();
            written = write!(
                out,
                "{{\"schema\":\"{}\",\n \"runs\":[\n  {head}],\n \"results\":[",
                run_list::SCHEMA
            );
        }
        let notes = run_results::read_results(&file.path, &summary.id, self.vendors, &mut |text| {
            if written.is_err() || !run_results::passes(text, &filter) {
                return;
            }
            match self.format {
                Format::Jsonl => written = run_results::print_line(out, text),
                Format::Json => {
                    let before = if std::mem::take(&mut is_first) { "\n  " } else { ",\n  " };
                    written =
                        write!(out, "{before}").and_then(|()| run_results::print_text(out, text));
                }
                Format::Targets => written = names.print(out, text),
                Format::Table | Format::Csv | Format::Curl => kept.push(run_results::parsed(text)),
            }
        });
        self.note_all(&notes);
        if written.is_err() {
            return Ok(written.map(|()| None));
        }
        Ok(match self.format {
            Format::Jsonl => Ok(None),
            Format::Json => writeln!(out, "]}}").map(|()| None),
            Format::Targets => {
                names.is_mixed.then(|| self.console.note(targets::MIXED));
                Ok(names.lines.left_out())
            }
            Format::Csv => run_results::csv(out, &kept).map(|()| None),
            Format::Table => out
                .write_all(run_results::table(&kept, self.width, self.now).as_bytes())
                .map(|()| None),
            Format::Curl => return Err(Error::usage("a record is no request to print as curl")),
        })
    }
}

/// The names of results that are ok.
#[derive(Default)]
struct ResultNames {
    lines: NameLines,
    /// The place of the first of them.
    first: Option<[String; 3]>,
    is_mixed: bool,
}

impl ResultNames {
    fn print(&mut self, out: &mut dyn Write, result: &str) -> io::Result<()> {
        let Some(operation) = run_results::ok_operation(result) else { return Ok(()) };
        let part = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        let place = [operation.vendor.to_string(), part(&operation.domain), part(&operation.app)];
        self.is_mixed |= *self.first.get_or_insert_with(|| place.clone()) != place;
        self.lines.print(out, &operation.target)
    }
}

/// Reports names that are left out; returns the exit code.
fn report_left_out(error: Option<&str>) -> u8 {
    let Some(error) = error else { return 0 };
    console::say(&format!("error: {}", visible(error)));
    5
}

/// The exit code of what was printed; a reader that went away is no failure of a look.
fn finish(printed: io::Result<()>, code: u8) -> u8 {
    match printed {
        Ok(()) => code,
        Err(error) => console::reference_cut(&error),
    }
}
