//! [`ListAction`]: a list of the streams of one push domain, as a vendor's folder describes it; and [`LiveList`], one of
//! them.
//!
//! Owns the target, the filter by application and the common shape of items. Requests are in the vendors' folders.

use std::rc::Rc;

use serde_json::Value;

use crate::api::listing::{APP, listed_domain, settings};
use crate::api::live_stream::Counterpart;
use crate::api::operation::{Operation, OperationReader, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::Request;
use crate::api::target::plain_setting;
use crate::outcome::answer::ListItem;

/// The vendor's part of such a list.
#[derive(Debug)]
pub struct ListAction {
    /// Reads the vendor's other name of the domain.
    pub counterpart: Counterpart,
    /// The request for the first page.
    pub request: fn(&LiveList) -> Request,
    /// An item in the shape of all lists.
    pub item: fn(&LiveList, Value) -> ListItem,
}

impl OperationReader for ListAction {
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let app = plain_setting(input, APP.name)?.map(Box::from);
        let domain: Box<str> = listed_domain(input, context, spec.vendor)?.into();
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
        let moment = |key| text(key).and_then(|at| at.parse().ok());
        let (app, name) = (text(self.app), text(self.name));
        ListItem {
            target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
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
        // Not every vendor filters by application, so none is relied on.
        self.app.is_none() || item.app.is_none() || item.app.as_deref() == self.app.as_deref()
    }
}
