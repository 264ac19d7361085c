//! The end of a ban as the operator asks for it: `for`, `until`, `longest` or `permanent`.
//!
//! Which of them a vendor has, and what is sent, is in the vendors' folders.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::{Operation, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::target::flag;
use crate::time::{self, Timestamp};

/// For a time.
pub static FOR: Param = Param {
    schema: r#"{ "type": "string", "description": "A length such as 2h30m." }"#,
    ..Param::text("for", "DUR", "For how long: 90s, 30m, 2h, 3d, 2h30m")
};

/// Until a moment.
pub static UNTIL: Param = Param {
    schema: r#"{ "type": "string", "format": "date-time" }"#,
    ..Param::text("until", "TIME", "Until when: RFC 3339 with a zone, or a Unix second")
};

/// For the longest time that the vendor certainly keeps.
pub static LONGEST: Param = Param::switch("longest", "For the longest time that holds: 89 days");

/// Without an end.
pub static PERMANENT: Param = Param::switch("permanent", "Until they are permitted again");

/// `--longest` where there is `--permanent`: taken only to be refused with a hint.
// Unknown to the command, clap would refuse it without a hint.
pub static NO_LONGEST: Param = Param { is_hidden: true, ..Param::switch("longest", "") };

/// `--permanent` where there is `--longest`: taken only to be refused with a hint.
pub static NO_PERMANENT: Param = Param { is_hidden: true, ..Param::switch("permanent", "") };

/// An end as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedEnd {
    /// A length, as typed.
    For(Rc<str>),
    /// A moment, as typed.
    Until(Rc<str>),
    /// The longest time that the vendor certainly keeps.
    Longest,
    /// No end.
    Permanent,
}

/// The end of a ban.
#[derive(Clone, Debug)]
pub struct PlannedEnd {
    /// As it was asked.
    pub asked: RequestedEnd,
    /// The moment.
    pub at: Timestamp,
}

/// The longest ban of a vendor.
#[derive(Debug)]
pub enum LongestBan {
    /// It has no end: `permanent`.
    Endless {
        /// Why there is no `longest`.
        no_longest: &'static str,
    },
    /// It has one: `longest`, 89 days.
    Limited {
        /// Why there is no `permanent`.
        no_permanent: &'static str,
        /// Why a later end is sent as one in 89 days.
        limit: &'static str,
    },
}

impl RequestedEnd {
    /// Reads the end; one has to be given.
    pub fn read(
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
        longest: &LongestBan,
    ) -> Result<Self, Problem> {
        let (own, other, why) = match longest {
            LongestBan::Endless { no_longest } => (&PERMANENT, &LONGEST, no_longest),
            LongestBan::Limited { no_permanent, .. } => (&LONGEST, &PERMANENT, no_permanent),
        };
        if flag(input.get(other.name), other.name)? {
            let own = context.key(own.name, own.value_name);
            return Err(Problem::new(other.name, format!("{why}; give {own}")));
        }
        let is_own = flag(input.get(own.name), own.name)?;
        let mut given = [(FOR.name, input.get(FOR.name)), (UNTIL.name, input.get(UNTIL.name))]
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .chain(is_own.then_some((own.name, "")));
        let Some((name, text)) = given.next() else {
            return Err(missing(input, &ways(context, own), context));
        };
        if let Some((second, _)) = given.next() {
            let ways = ways(context, own);
            return Err(Problem::new(second, format!("one end is enough: {ways}")));
        }
        Ok(match name {
            "for" => Self::For(context.words.keep(text)),
            "until" => Self::Until(context.words.keep(text)),
            "longest" => Self::Longest,
            _ => Self::Permanent,
        })
    }

    /// Whether the end counts from the run.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        matches!(self, Self::For(_) | Self::Longest)
    }

    /// The setting as it was asked.
    #[must_use]
    pub fn setting(&self) -> (&'static str, Value) {
        match self {
            Self::For(length) => (FOR.name, (**length).into()),
            Self::Until(moment) => (UNTIL.name, (**moment).into()),
            Self::Longest => (LONGEST.name, true.into()),
            Self::Permanent => (PERMANENT.name, true.into()),
        }
    }
}

/// The end of a ban as it is planned: the one that an earlier run resolved, when this run resumes that one, else the one
/// asked for.
pub fn planned_end(
    ban: &dyn Operation,
    asked: &RequestedEnd,
    longest: &LongestBan,
    context: &mut PlanContext<'_>,
) -> Result<Timestamp, Problem> {
    let kept = (context.kept_end)(ban);
    // A resumed run keeps the end that the first run resolved, or every restart would lengthen the
    // ban. Only an end that counts from the run is resolved anew once it has passed.
    match kept.filter(|kept| *kept > context.now || !ban.renews()) {
        Some(kept) => Ok(kept),
        None => resolved(asked, longest, context),
    }
}

fn resolved(
    asked: &RequestedEnd,
    longest: &LongestBan,
    context: &mut PlanContext<'_>,
) -> Result<Timestamp, Problem> {
    let now = context.now;
    let end = match asked {
        RequestedEnd::For(length) => {
            time::end_after(length, now).map_err(|message| Problem::new(FOR.name, message))?
        }
        RequestedEnd::Until(moment) => {
            let end =
                time::end_at(moment, now).map_err(|message| Problem::new(UNTIL.name, message))?;
            // A line of a file becomes `skipped` when its turn comes, so that one old line does not stop the rest.
            if end.is_past && !context.is_file {
                return Err(Problem::new(UNTIL.name, time::past(end.at)));
            }
            end
        }
        // `Permanent` is never read at a vendor whose bans always end.
        RequestedEnd::Longest | RequestedEnd::Permanent => time::end_latest(now),
    };
    if let (true, LongestBan::Limited { limit, .. }) = (end.capped, longest) {
        // A vendor that cuts a longer ban in silence would make the reported end a lie, and one that
        // refuses it leaves the stream on air.
        context.notes.add(format!(
            "{limit}, so {} is sent, 89 days from now, instead of the later end asked for",
            time::seconds(end.at)
        ));
    }
    Ok(end.at)
}

/// The three parameters that give an end, as the operator writes them.
fn ways(context: &PlanContext<'_>, own: &Param) -> String {
    let [for_, until, own] =
        [&FOR, &UNTIL, own].map(|param| context.key(param.name, param.value_name));
    format!("{for_}, {until} or {own}")
}

/// The problem of a ban without an end.
fn missing(input: &OperationInput<'_>, ways: &str, context: &PlanContext<'_>) -> Problem {
    // `forbid 8888_x 2h` gives two targets. Taken as they are, a channel named `2h` would be banned.
    if time::duration(&input.target).is_ok() {
        let meant = context.key(FOR.name, Some(&input.target));
        return Problem::new("target", format!("it reads as the length of a ban: {meant}"));
    }
    Problem::new(FOR.name, format!("the end of the ban is missing; give {ways}"))
}
