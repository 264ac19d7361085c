//! The requests of a dry run, signed as they would be and then blanked.
//!
//! Each preview is made when its row is reached and dropped with it, so that a dry run of a million lines keeps few of them.

use std::collections::HashMap;
use std::rc::Rc;

use chrono::Utc;

use crate::api::name::VendorName;
use crate::api::request::Request;
use crate::api::signature::{Signature, SigningContext};
use crate::api::spec::Api;
use crate::input::batch::Batch;
use crate::outcome::Preview;
use crate::output::RunInfo;
use crate::output::curl::{self, CurlRoute};
use crate::secret::redact::{self, BLANK};

/// Makes the preview of each row, in the order of the input.
pub struct Previews<'a> {
    info: &'a RunInfo,
    /// Batches of several rows, by their first row.
    groups: HashMap<usize, (VendorName, Batch)>,
    /// Previews of groups of which not all rows are done.
    shared: HashMap<usize, Rc<Preview>>,
    context: SigningContext,
    /// Where shell lines are asked for, how their requests leave.
    curl: Option<CurlRoute>,
}

impl<'a> Previews<'a> {
    /// Ready for the first row.
    #[must_use]
    pub fn new(info: &'a RunInfo, curl: Option<CurlRoute>) -> Self {
        let groups = info.batches().into_iter().flat_map(|(name, batches)| {
            let groups = batches.into_iter().filter(|batch| batch.rows().len() > 1);
            groups.map(move |batch| (batch.rows()[0] as usize, (name, batch)))
        });
        Self {
            info,
            groups: groups.collect(),
            shared: HashMap::new(),
            context: SigningContext::fresh(Utc::now()),
            curl,
        }
    }

    /// The preview of this row; rows are asked for in ascending order.
    pub fn of_row(&mut self, row: usize) -> Rc<Preview> {
        if let Some(preview) = self.shared.remove(&row) {
            return preview;
        }
        let Some((name, batch)) = self.groups.remove(&row) else {
            let name = self.info.operations[row].spec().vendor;
            return Rc::new(self.preview(name, &[u32::try_from(row).unwrap_or(u32::MAX)]));
        };
        let preview = Rc::new(self.preview(name, batch.rows()));
        let others = batch.rows()[1..].iter();
        self.shared.extend(others.map(|row| (*row as usize, Rc::clone(&preview))));
        preview
    }

    fn preview(&self, name: VendorName, rows: &[u32]) -> Preview {
        let vendor = &**self.info.vendor(name);
        let request = shown(self.info.rows().request(rows).leaving_at(self.context.at));
        let preview = blanked(vendor, &request, vendor.sign(&request, self.context));
        let curl = self.curl.as_ref().map(|route| curl::line(vendor, &request, route));
        Preview { first_row: rows[0] as usize, curl, ..preview }
    }
}

/// The request with its reason as it is shown, without the secrets of URLs.
fn shown(mut request: Request) -> Request {
    let members = request.body.iter_mut().flatten();
    for (_, value) in members.filter(|(name, _)| Some(*name) == request.reason) {
        *value = redact::urls(value.as_str().unwrap_or_default()).into();
    }
    request
}

/// The request with its signature, blanked where it must not be shown.
#[must_use]
pub fn blanked(vendor: &dyn Api, request: &Request, mut signature: Signature) -> Preview {
    for (field, value) in &mut signature.0 {
        if vendor.secret_fields().contains(field) {
            BLANK.clone_into(value);
        }
    }
    let signed = vendor.authorize(request, &signature);
    let body = signed.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    let content_type = body.is_some().then(|| ("content-type", "application/json".to_owned()));
    let headers = content_type.into_iter().chain(signed.headers).collect();
    Preview {
        first_row: 0,
        method: signed.method.as_str(),
        url: signed.url.into(),
        headers,
        body,
        curl: None,
    }
}
