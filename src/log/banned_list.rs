//! `livectl log --banned`: the bans that the records know, as a table, JSON, JSON Lines, CSV or names.

use std::io::{self, Write};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::journal::run_record::RunAuthor;
use crate::log::banned::BannedTarget;
use crate::log::change::BanEnd;
use crate::log::ledger::LedgerRun;
use crate::log::run_list::{author, print_document, print_line, rows_of};
use crate::output::Format;
use crate::output::targets::{NameLines, is_of_one_place};
use crate::text::visible;
use crate::time::{self, Timestamp};

/// A ban as `-o json` and `-o jsonl` print it.
// Every key is always there, null where there is no value: a program need not ask for each.
#[derive(Serialize)]
struct BanJson<'a> {
    vendor: &'a str,
    target: &'a str,
    domain: Option<&'a str>,
    app: Option<&'a str>,
    until: Option<String>,
    permanent: bool,
    since: String,
    by: Option<&'a RunAuthor>,
    reason: Option<&'a str>,
    run: &'a str,
    profile: Option<&'a str>,
    sure: bool,
}

impl<'a> BanJson<'a> {
    fn new(ban: &'a BannedTarget, runs: &'a [LedgerRun]) -> Self {
        let [vendor, domain, app, target] = ban.key.parts();
        let named = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        let run = &runs[ban.run];
        Self {
            vendor,
            target,
            domain: named(domain),
            app: named(app),
            until: match ban.end {
                BanEnd::At(end) => Some(time::seconds(end)),
                BanEnd::Never => None,
            },
            permanent: ban.end == BanEnd::Never,
            since: time::millis(ban.since),
            by: run.record.as_ref().map(|record| &record.by),
            reason: ban.reason.as_deref(),
            run: run.id.as_str(),
            profile: ban.profile.as_deref(),
            sure: ban.is_sure,
        }
    }
}

/// Prints the bans; returns the error about names that `-o targets` leaves out.
pub fn print(
    out: &mut dyn Write,
    bans: &[BannedTarget],
    runs: &[LedgerRun],
    format: Format,
    width: Option<usize>,
    now: Timestamp,
) -> Result<io::Result<Option<String>>> {
    let all: Vec<_> = bans.iter().map(|ban| BanJson::new(ban, runs)).collect();
    let printed = match format {
        Format::Table => out.write_all(table(bans, &all, width, now).as_bytes()),
        Format::Json => print_document(out, &[("banned", &all)]),
        Format::Jsonl => all.iter().try_for_each(|ban| print_line(out, ban)),
        Format::Csv => csv(out, &all),
        Format::Targets => {
            check_place(&all)?;
            let mut names = NameLines::default();
            let printed = all.iter().try_for_each(|ban| names.print(out, ban.target));
            return Ok(printed.map(|()| names.left_out()));
        }
        Format::Curl => return Err(Error::usage("a record is no request to print as curl")),
    };
    Ok(printed.map(|()| None))
}

fn table(
    bans: &[BannedTarget],
    all: &[BanJson<'_>],
    width: Option<usize>,
    now: Timestamp,
) -> String {
    let here = crate::process::host();
    let header = ["VENDOR", "TARGET", "UNTIL", "SINCE", "BY", "RUN", "REASON"].map(str::to_owned);
    let rows = all.iter().zip(bans).map(|(ban, record)| {
        let place: Vec<_> = [ban.domain, ban.app].into_iter().flatten().collect();
        let place =
            if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        let until = match record.end {
            BanEnd::At(end) => time::local_end(end, now),
            BanEnd::Never => "permanent".into(),
        };
        [
            ban.vendor.to_owned(),
            visible(&format!("{}{place}", ban.target)).into_owned(),
            if ban.sure { until } else { format!("{until} (not sure)") },
            time::local(record.since, now),
            author(ban.by, here.as_deref()),
            ban.run.rsplit('-').next().unwrap_or_default().to_owned(),
            visible(ban.reason.unwrap_or_default()).into_owned(),
        ]
    });
    rows_of(&std::iter::once(header).chain(rows).collect::<Vec<_>>(), width)
}

fn csv(out: &mut dyn Write, all: &[BanJson<'_>]) -> io::Result<()> {
    const HEADER: &str =
        "vendor,target,domain,app,until,permanent,since,user,host,reason,run,profile,sure";
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER.split(','))?;
    for ban in all {
        let (permanent, sure) = (ban.permanent.to_string(), ban.sure.to_string());
        let user = ban.by.and_then(|by| by.sudo_user.as_deref().or(by.user.as_deref()));
        writer.write_record([
            ban.vendor,
            ban.target,
            ban.domain.unwrap_or_default(),
            ban.app.unwrap_or_default(),
            ban.until.as_deref().unwrap_or_default(),
            &permanent,
            &ban.since,
            user.unwrap_or_default(),
            ban.by.and_then(|by| by.host.as_deref()).unwrap_or_default(),
            ban.reason.unwrap_or_default(),
            ban.run,
            ban.profile.unwrap_or_default(),
            &sure,
        ])?;
    }
    writer.flush()
}

/// Refuses names of several places or profiles.
// A run would take them all for streams of its own domain and account.
fn check_place(all: &[BanJson<'_>]) -> Result<()> {
    if is_of_one_place(all.iter().map(|ban| (ban.vendor, ban.domain, ban.app, ban.profile))) {
        return Ok(());
    }
    Err(Error::usage(
        "-o targets prints names alone, and these bans are of several vendors, domains, applications or profiles",
    )
    .hint("choose a vendor with --vendor and a profile with -p, or use -o csv or -o jsonl, which name these of each ban"))
}
