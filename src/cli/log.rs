//! `livectl log`: chooses the files, the run and the form; what is printed is in [`crate::log`].

use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{Local, NaiveTime, TimeDelta, TimeZone, Utc};
use clap::Args;

use crate::api::spec::Vendors;
use crate::cli::global::{GlobalOptions, vendor_called};
use crate::cli::operations::LookLimits;
use crate::config::load::log_setting;
use crate::console::{self, Console};
use crate::error::{Error, Result};
use crate::journal::run_file::MemoryFolder;
use crate::log::change::BanEnd;
use crate::log::filter::RecordFilter;
use crate::log::find::find_run;
use crate::log::folder::{LogFile, list};
use crate::log::ledger::Ledger;
use crate::log::overview::summarize_all;
use crate::log::result_printer::ResultPrinter;
use crate::log::run_results::{passes, read_results};
use crate::log::{banned, banned_list, run_list};
use crate::output::Format;
use crate::run::settings::{self, Settings};
use crate::text::{reason, visible, visible_path};
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
        let length = TimeDelta::from_std(length).unwrap_or_default();
        return Ok(now.checked_sub_signed(length).unwrap_or(now));
    }
    if let Ok(clock) = NaiveTime::parse_from_str(text, "%H:%M") {
        let today = now.with_timezone(&Local).date_naive().and_time(clock);
        // An hour that a change of the clock leaves out or repeats is read as its first moment.
        let at = Local.from_local_datetime(&today).earliest();
        return at.map(|at| at.to_utc()).ok_or_else(|| {
            Error::usage(format!("--since {}: there is no such time today", visible(text)))
        });
    }
    let hint = "give a length such as 2h, a time such as 2026-11-21T10:00:00Z, or HH:MM of today";
    time::moment_at(text)
        .map_err(|why| Error::usage(format!("--since {}: {why}", visible(text))).hint(hint))
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
        let (path, reason) = (visible_path(&folder.path), reason(&error));
        Error::config(format!("{path} cannot be read: {reason}"))
    })
}

/// The folder where runs are remembered.
// Turning the memory off does not hide what it has, and a broken profile file does not keep anyone from reading it.
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
            self.is_wanted(run.at, run.profile.as_deref())
                && (!self.options.failed || run.exit.is_none() || run.counts.exit_code() != 0)
        });
        if runs.is_empty() {
            self.console.note("no run is remembered that matches");
        }
        print(|out| {
            let printed = run_list::print(out, &runs, self.format, self.width, self.now)?;
            Ok(printed.map(|()| None))
        })
    }

    /// Whether what began at this moment, by this profile, is to be shown.
    fn is_wanted(&self, began: Timestamp, profile: Option<&str>) -> bool {
        self.since.is_none_or(|since| began >= since)
            && (self.profile.is_none() || profile == self.profile)
    }

    fn banned(&self) -> Result<u8> {
        let within = self.options.within.as_deref().map(time::duration).transpose();
        let within = within.map_err(|why| Error::usage(format!("--within: {why}")))?;
        let latest = within
            .and_then(|within| self.now.checked_add_signed(TimeDelta::from_std(within).ok()?));
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
                && self.is_wanted(ban.since, ban.profile.as_deref())
                && match ban.end {
                    BanEnd::At(end) => latest.is_none_or(|latest| end <= latest),
                    BanEnd::Never => within.is_none(),
                }
        });
        // Tencent lists no bans, so this may be the only list there is; it must not be taken for the vendor's.
        self.console
            .note("these records know only what was done with livectl and is remembered here");
        print(|out| {
            banned_list::print(out, &bans, &history.runs, self.format, self.width, self.now)
        })
    }

    fn run(&self, name: &str) -> Result<u8> {
        let hint = "`livectl log` lists the runs; --from FILE reads another file";
        let found = find_run(self.vendors, &self.files, name, hint)?;
        self.note_all(&found.notes);
        let file = std::slice::from_ref(&found.file);
        let (summaries, notes) = summarize_all(file, &RecordFilter::open(self.vendors));
        let Some(summary) = summaries.iter().find(|summary| summary.id == found.run.id) else {
            return Err(Error::input(notes.join("; ")));
        };
        let filter = self.filter();
        print(|out| {
            let mut printer = ResultPrinter::begin(out, self.format, summary)?;
            let path = &found.file.path;
            let notes = read_results(path, &summary.id, self.vendors, &mut |text| {
                if passes(text, &filter) {
                    printer.print(text);
                }
            });
            self.note_all(&notes);
            Ok(printer.end(self.width, self.now, self.console))
        })
    }
}

/// Prints to standard output; returns the exit code, 5 where names are left out.
fn print(write: impl FnOnce(&mut dyn Write) -> Result<io::Result<Option<String>>>) -> Result<u8> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let printed = write(&mut out)?.and_then(|left_out| out.flush().map(|()| left_out));
    Ok(match printed {
        Ok(None) => 0,
        Ok(Some(error)) => {
            console::say(&format!("error: {}", visible(&error)));
            5
        }
        // A reader that went away is no failure of a look.
        Err(error) => console::reference_cut(&error),
    })
}
