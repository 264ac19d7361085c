//! [`StreamPlace`]: the domain and the application of a stream, by which API 3.0 distinguishes streams of one name.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::target::{domain, named_domain, plain};
use crate::api::tencent::profile::{NAME, V3};

/// The push domain.
pub(super) static DOMAIN: Param = Param {
    api: Some(V3),
    ..Param::text("domain", "DOMAIN", "API 3.0: their push domain, else the profile's")
};

/// The application.
pub(super) static APP: Param = Param {
    api: Some(V3),
    ..Param::text("app", "APP", "API 3.0: their application, else the profile's")
};

/// Where a stream is.
#[derive(Clone, Debug)]
pub(super) struct StreamPlace {
    pub(super) domain: Rc<str>,
    pub(super) app: Rc<str>,
}

impl StreamPlace {
    /// The place that the operation or the profile names; `None` at the legacy API, whose channels have none.
    pub(super) fn read(
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Option<Self>, Problem> {
        if context.api(NAME) != Some(V3) {
            return Ok(None);
        }
        let own = |key| context.account(NAME).and_then(|account| account.text(key));
        // Never guessed: with groups of domains, Tencent cuts a push only where its very domain is named.
        let domain_text = named_domain(input, context, NAME)?;
        let app_text = input.get(APP.name).or_else(|| own("app_name")).unwrap_or_default();
        let checked = domain(domain_text, DOMAIN.name)?;
        plain(app_text).map_err(|message| Problem::new(APP.name, message))?;
        let (domain, app) = (Rc::from(checked), Rc::from(app_text));
        Ok(Some(Self { domain: context.words.share(domain), app: context.words.share(app) }))
    }

    /// The settings of an operation there.
    pub(super) fn settings(place: Option<&Self>) -> Vec<(&'static str, Value)> {
        let settings = |place: &Self| {
            vec![(DOMAIN.name, (*place.domain).into()), (APP.name, (*place.app).into())]
        };
        place.map(settings).unwrap_or_default()
    }
}
