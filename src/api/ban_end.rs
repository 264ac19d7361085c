//! The end of a ban as the operator asks for it: `for`, `until`, `longest` or `permanent`.
//!
//! Which of them a vendor has, and what is sent, is in the vendors' folders.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::target::flag;
use crate::time;

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

impl RequestedEnd {
    /// Reads the end; one has to be given. `is_permanent`: the vendor has `permanent` instead of `longest`.
    pub fn read(
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
        is_permanent: bool,
    ) -> Result<Self, Problem> {
        let (own, other) =
            if is_permanent { (&PERMANENT, &LONGEST) } else { (&LONGEST, &PERMANENT) };
        if flag(input.get(other.name), other.name)? {
            let why = if is_permanent { "JD bans without an end instead" } else { NO_END };
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

const NO_END: &str = "Tencent has no ban without an end, and keeps one for 89 days for certain";

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
