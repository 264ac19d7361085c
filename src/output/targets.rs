//! `-o targets`: names alone, one a line, as a run with `- --exact` reads them.
//!
//! Owns which names are printed, which cannot be, and which lists are refused since another run would take their names for
//! other streams.

use std::io::{self, Write};
use std::rc::Rc;

use crate::api::operation::Operation;
use crate::api::spec::Vendors;
use crate::config::account::Account;
use crate::error::{Error, Result};
use crate::outcome::Outcome;
use crate::output::{Renderer, RunInfo};
use crate::text::{count, excerpt, shell_word, visible};

/// So many of the names that are left out are printed on standard error.
// As many as a group of failures names.
const NAMED: usize = 20;

/// How much of such a name is printed, in characters.
const EXCERPT: usize = 200;

/// Names that are printed one a line, and those that no line can hold.
#[derive(Default)]
pub struct NameLines {
    left_out: usize,
    named: Vec<String>,
}

impl NameLines {
    /// Prints a name, or leaves it out.
    pub fn print(&mut self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        // A reader of a list takes off a CR before the line end, and a byte order mark before the first name.
        if name.contains('\n') || name.ends_with('\r') || name.starts_with('\u{feff}') {
            self.leave_out(name);
            return Ok(());
        }
        writeln!(out, "{name}")
    }

    fn leave_out(&mut self, name: &str) {
        self.left_out += 1;
        if self.named.len() < NAMED {
            self.named.push(excerpt(&format!("{name:?}"), EXCERPT));
        }
    }

    /// The error about the names that are left out, if there are any.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        let more = match self.left_out - self.named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (self.left_out > 0).then(|| {
            format!(
                "{} cannot be printed on one line and {} left out: {}{more}",
                count(self.left_out, "name"),
                if self.left_out == 1 { "is" } else { "are" },
                self.named.join(", ")
            )
        })
    }
}

/// The note on names that are not all of one place.
pub const MIXED: &str = "these names are of several vendors, domains or applications, which -o targets does not print; \
                         -o csv and -o jsonl do";

/// Whether all names are of one place (vendor, domain, application), which a list of names does not hold.
pub fn is_of_one_place(mut places: impl Iterator<Item: PartialEq>) -> bool {
    let first = places.next();
    places.all(|place| Some(place) == first)
}

/// `-o targets`: the items of a list, of anything else the targets that are ok.
pub struct TargetNames {
    info: Rc<RunInfo>,
    names: NameLines,
}

impl TargetNames {
    /// Ready for the first row.
    #[must_use]
    pub fn new(info: Rc<RunInfo>) -> Self {
        Self { info, names: NameLines::default() }
    }
}

impl Renderer for TargetNames {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        if !outcome.is_ok() {
            return Ok(());
        }
        let info = Rc::clone(&self.info);
        let operation = &*info.operations[row];
        if !operation.spec().is_list() {
            return self.names.print(out, operation.target());
        }
        for item in outcome.answer.items.iter().flatten() {
            match &item.target {
                Some(name) => self.names.print(out, name)?,
                None => self.names.leave_out(&item.vendor.to_string()),
            }
        }
        Ok(())
    }

    fn left_out(&self) -> Option<String> {
        self.names.left_out()
    }
}

/// Refuses a list whose names another run would take at another domain or application than they are listed at.
///
/// The accounts are those of the run, as far as the profile describes them. Returns a note on names of several places.
pub fn check(
    vendors: Vendors,
    operations: &[Box<dyn Operation>],
    accounts: &[Account],
) -> Result<Option<&'static str>> {
    let mut first = None;
    let lists = || operations.iter().filter(|operation| operation.spec().is_list());
    if !is_of_one_place(lists().map(|list| list.spec().vendor.as_str())) {
        return Err(Error::usage(
            "-o targets prints names alone, and these lists are of several vendors",
        )
        .hint("list one vendor in a run, or use -o csv, whose rows name the vendor"));
    }
    for list in lists() {
        let vendor = list.spec().vendor;
        let account = accounts.iter().find(|account| account.section.name == vendor.as_str());
        let own = |key: &str| account.and_then(|account| account.text(key));
        let domain = own("domain").unwrap_or(*first.get_or_insert(list.target()));
        let settings = list.settings();
        let app = settings.iter().find(|(name, _)| *name == "app");
        let app = app.and_then(|(_, value)| value.as_str());
        let has_apps =
            vendors.operations().any(|spec| spec.vendor == vendor && spec.target.has_application());
        // Names such as `live/cam1` have their application with them.
        let own_app = own("app_name").filter(|_| !has_apps);
        let is_domain = list.target().eq_ignore_ascii_case(domain) && domain != "*";
        if !is_domain || own_app.is_some() && app != own_app {
            return Err(refusal(list.target(), app, domain, own_app));
        }
    }
    let others = operations.iter().filter(|operation| !operation.spec().is_list());
    let places = others.map(|row| [Some(row.spec().vendor.as_str()), row.domain(), row.app()]);
    Ok((!is_of_one_place(places)).then_some(MIXED))
}

fn refusal(listed: &str, app: Option<&str>, domain: &str, own_app: Option<&str>) -> Error {
    let listed = match listed {
        "*" => "every domain".to_owned(),
        listed => visible(listed).into_owned(),
    };
    let place = |domain: &str, app: Option<&str>| match (own_app, app) {
        (None, _) => domain.to_owned(),
        (Some(_), Some(app)) => format!("{domain}, app {}", visible(app)),
        (Some(_), None) => format!("{domain}, every app"),
    };
    let (here, there) = (place(&listed, app), place(&visible(domain), own_app));
    let flags = own_app.map_or(String::new(), |app| format!(" --app {}", shell_word(app)));
    let (there, flags) = match domain {
        "*" => ("one domain".to_owned(), format!("--domain DOMAIN{flags}")),
        domain => (there, format!("--domain {}{flags}", shell_word(domain))),
    };
    Error::usage(format!(
        "-o targets prints names alone, and a run would take them for streams of {there}; this list is of {here}"
    ))
    .hint(format!("list {flags}, or use -o csv, whose rows name domain and app"))
}
