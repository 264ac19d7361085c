//! [`LiveStream`]: a stream written `APP/STREAM`, the domain that it is pushed to, and the parameters that name them.
//!
//! Owns how a stream is written and read. Which requests name it is in the vendors' folders.

use std::rc::Rc;

use crate::api::name::VendorName;
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::target::{domain, named_domain, target};

/// Streams of one domain.
pub static STREAMS: TargetSpec =
    TargetSpec::positional("APP/STREAM", "Streams; a lone `-` reads them from standard input");

/// The push domain.
pub static DOMAIN: Param =
    Param::text("domain", "DOMAIN", "Their push domain [default: the profile's]");

/// Reads the vendor's other name of a push domain, where it has one.
// Alibaba lists streams by the play domain, and Volcengine cuts them by the domain space.
pub type Counterpart =
    fn(&OperationInput<'_>, &mut PlanContext<'_>, domain: &str) -> Result<Option<Rc<str>>, Problem>;

/// A stream and its domain.
#[derive(Clone, Debug)]
pub struct LiveStream {
    /// `APP/STREAM`; the first `/` divides.
    pub target: Box<str>,
    /// The domain that it is pushed to.
    pub domain: Rc<str>,
    /// The vendor's other name of that domain, where it has one: a play domain, or a domain space.
    pub counterpart: Option<Rc<str>>,
}

impl LiveStream {
    /// The stream that the operation names, at its domain or the profile's.
    pub fn read(
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
        vendor: VendorName,
    ) -> Result<Self, Problem> {
        let target = stream(&input.target)?.into();
        Ok(Self { target, domain: push_domain(input, context, vendor)?, counterpart: None })
    }

    /// Its application.
    #[must_use]
    pub fn app(&self) -> &str {
        parts(&self.target).0
    }

    /// Its name in the application.
    #[must_use]
    pub fn name(&self) -> &str {
        parts(&self.target).1
    }

    /// Refuses a `*` as application or name, which a vendor may read as every one of them.
    pub fn one(self) -> Result<Self, Problem> {
        // With --exact too: more streams than the one that is named would change.
        if [self.app(), self.name()].contains(&"*") {
            return Err(Problem::new(
                "target",
                "`*` as application or stream may reach every one of them; name each stream",
            ));
        }
        Ok(self)
    }
}

/// A setting of the profile that belongs to its push domain.
pub fn setting_of_domain(
    context: &PlanContext<'_>,
    vendor: VendorName,
    key: &str,
    domain: &str,
) -> Option<String> {
    let account = context.account(vendor)?;
    // At another domain it would name other streams: their bans would be read, or they would be cut.
    let is_its = account.text("domain").is_none_or(|own| own.eq_ignore_ascii_case(domain));
    account.text(key).filter(|_| is_its).map(str::to_owned)
}

/// A stream, `APP/STREAM`; the first `/` divides.
pub fn stream(text: &str) -> Result<&str, Problem> {
    let stream = target(text)?;
    let (app, name) = stream.split_once('/').unwrap_or_default();
    target(app)
        .and(target(name))
        .map_err(|_| Problem::new("target", "a stream is written APP/STREAM"))?;
    Ok(stream)
}

/// The application and the name of a stream that [`stream`] has accepted.
#[must_use]
pub fn parts(stream: &str) -> (&str, &str) {
    stream.split_once('/').unwrap_or_default()
}

/// The domain that a stream is pushed to.
pub fn push_domain(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
    vendor: VendorName,
) -> Result<Rc<str>, Problem> {
    let domain = Rc::from(domain(named_domain(input, context, vendor)?, DOMAIN.name)?);
    Ok(context.words.share(domain))
}
