//! [`ListAction`]: a list of the streams of one push domain, as a vendor's folder describes it; and [`LiveList`], one of
//! them.
//!
//! Owns the target and the filter by application. Requests and items are in the vendors' folders.

use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use crate::api::listing::{APP, settings};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::Request;
use crate::api::target::plain_setting;
use crate::outcome::answer::ListItem;

/// The vendor's part of such a list.
pub struct ListAction {
    /// Its name, its help and its parameters.
    pub spec: OperationSpec,
    /// Reads the push domain, and the vendor's other name of it, where it has one.
    pub domain: ReadDomain,
    /// The request for the first page.
    pub request: fn(&LiveList) -> Request,
    /// An item in the shape of all lists.
    pub item: fn(&LiveList, Value) -> ListItem,
}

/// Reads a push domain and the vendor's other name of it.
pub type ReadDomain =
    fn(&OperationInput<'_>, &mut PlanContext<'_>) -> Result<(Box<str>, Option<Rc<str>>), Problem>;

impl fmt::Debug for ListAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}

/// One such list.
#[derive(Debug)]
pub struct LiveList {
    action: &'static ListAction,
    /// The push domain.
    pub domain: Box<str>,
    /// The vendor's other name of that domain.
    pub counterpart: Option<Rc<str>>,
    /// The one application.
    pub app: Option<Box<str>>,
}

impl LiveList {
    /// Reads a list of this kind.
    pub fn read(
        action: &'static ListAction,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let app = plain_setting(input, APP.name)?.map(Box::from);
        let (domain, counterpart) = (action.domain)(input, context)?;
        Ok(Box::new(Self { action, domain, counterpart, app }))
    }
}

impl Operation for LiveList {
    fn spec(&self) -> &'static OperationSpec {
        &self.action.spec
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
