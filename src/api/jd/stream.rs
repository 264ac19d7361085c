//! A stream at JD: how it is written, and the domain that it is pushed to.

use std::rc::Rc;

use crate::api::jd::profile::NAME;
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::target::{domain, named_domain, target};

/// Streams of one domain.
pub(super) static STREAMS: TargetSpec =
    TargetSpec::positional("APP/STREAM", "Streams; a lone `-` reads them from standard input");

/// The push domain.
pub(super) static DOMAIN: Param =
    Param::text("domain", "DOMAIN", "Their push domain [default: the profile's]");

/// A stream, `APP/STREAM`; the first `/` divides.
pub(super) fn stream(text: &str) -> Result<&str, Problem> {
    let stream = target(text)?;
    let (app, name) = stream.split_once('/').unwrap_or_default();
    target(app)
        .and(target(name))
        .map_err(|_| Problem::new("target", "a stream is written APP/STREAM"))?;
    Ok(stream)
}

/// The application and the name of a stream that [`stream`] has accepted.
pub(super) fn parts(stream: &str) -> (&str, &str) {
    stream.split_once('/').unwrap_or_default()
}

/// The domain that a stream is pushed to.
pub(super) fn push_domain(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Rc<str>, Problem> {
    let domain = Rc::from(domain(named_domain(input, context, NAME)?, DOMAIN.name)?);
    Ok(context.words.share(domain))
}
