//! Lists of the streams of one push domain: [`ListAction`], as a vendor's folder describes one, and [`LiveList`], one of them.
//!
//! Owns the target, the filter by application and the common shape of items. Requests are in the vendors' folders.

use std::rc::Rc;

use serde_json::Value;

use crate::api::live_stream::Counterpart;
use crate::api::name::VendorName;
use crate::api::operation::{Operation, OperationReader, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::request::Request;
use crate::api::target::{domain, named_domain, plain_setting};
use crate::outcome::answer::ListItem;

/// The one domain whose streams are listed.
pub static LISTED_DOMAIN: TargetSpec = TargetSpec {
    value_name: "DOMAIN",
    help: "Their push domain [default: the profile's]",
    flag: Some("domain"),
};

/// The application whose streams are listed.
pub static APP: Param = Param::text("app", "APP", "Of this application alone");

/// Reads the domain whose streams are listed.
pub type ReadDomain =
    for<'a> fn(&'a OperationInput<'_>, &'a PlanContext<'_>, VendorName) -> Result<&'a str, Problem>;

/// The domain whose streams are listed: the target, which a command may leave to the profile.
pub fn listed_domain<'a>(
    input: &'a OperationInput<'_>,
    context: &'a PlanContext<'_>,
    vendor: VendorName,
) -> Result<&'a str, Problem> {
    // A line of a file names it in `target`, a command in --domain.
    if context.is_file {
        return domain(&input.target, "target");
    }
    let is_left_out = input.target.is_empty();
    let named = if is_left_out { named_domain(input, context, vendor)? } else { &input.target };
    domain(named, "domain")
}

/// The filters that are given, as the settings of an operation.
#[must_use]
pub fn settings<const N: usize>(
    filters: [(&Param, Option<&str>); N],
) -> Vec<(&'static str, Value)> {
    let given = filters.into_iter().filter_map(|(param, text)| Some((param.name, text?.into())));
    given.collect()
}

/// The vendor's part of such a list.
#[derive(Debug)]
pub struct ListAction {
    /// Reads the domain.
    pub domain: ReadDomain,
    /// Reads the vendor's other name of the domain.
    pub counterpart: Counterpart,
    /// The vendor's answer has the one application alone, where the request names one.
    pub filters_exactly: bool,
    /// The request for the first page.
    pub request: fn(&LiveList) -> Request,
    /// An item in the shape of all lists.
    pub item: fn(&LiveList, Value) -> ListItem,
}

impl ListAction {
    /// A list with this request and these items, of a domain that has no other name.
    #[must_use]
    pub const fn new(
        request: fn(&LiveList) -> Request,
        item: fn(&LiveList, Value) -> ListItem,
    ) -> Self {
        Self {
            domain: listed_domain,
            counterpart: |_, _, _| Ok(None),
            filters_exactly: false,
            request,
            item,
        }
    }
}

impl OperationReader for ListAction {
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let app = plain_setting(input, APP.name)?.map(Box::from);
        let domain: Box<str> = (self.domain)(input, context, spec.vendor)?.into();
        let counterpart = (self.counterpart)(input, context, &domain)?;
        Ok(Box::new(LiveList { spec, action: self, domain, counterpart, app }))
    }
}

/// One such list.
#[derive(Debug)]
pub struct LiveList {
    spec: &'static OperationSpec,
    action: &'static ListAction,
    /// The push domain.
    pub domain: Box<str>,
    /// The vendor's other name of that domain.
    pub counterpart: Option<Rc<str>>,
    /// The one application.
    pub app: Option<Box<str>>,
}

/// The members of an item that have the parts of the common shape; empty where it does not have one.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemMembers {
    /// The application.
    pub app: &'static str,
    /// The name of the stream.
    pub name: &'static str,
    /// The push domain.
    pub domain: &'static str,
    /// When the stream went on air, or was banned.
    pub since: &'static str,
    /// When its ban ends.
    pub until: &'static str,
}

impl ItemMembers {
    /// An item of the list of a domain, in the shape of all lists.
    #[must_use]
    pub fn read(&self, listed_domain: &str, item: Value) -> ListItem {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        // A time in another form is left out; the stream is listed all the same.
        let moment = |key| text(key).and_then(|at| at.parse().ok());
        let (app, name) = (text(self.app), text(self.name));
        ListItem {
            target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
            // Not every list repeats the domain in its rows.
            domain: text(self.domain).or_else(|| Some(listed_domain.to_owned())),
            since: moment(self.since),
            until: moment(self.until),
            app,
            vendor: item,
        }
    }
}

impl Operation for LiveList {
    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        settings([(&APP, self.app.as_deref())])
    }

    fn request(&self, _targets: &[&str]) -> Request {
        (self.action.request)(self)
    }

    fn list_item(&self, item: Value) -> ListItem {
        (self.action.item)(self, item)
    }

    fn lists(&self, item: &ListItem) -> bool {
        // Not every vendor filters by application, and no manual documents whether a filter matches parts of names.
        let is_other = |app: &str| item.app.as_deref().is_some_and(|own| own != app);
        self.action.filters_exactly || !self.app.as_deref().is_some_and(is_other)
    }
}
